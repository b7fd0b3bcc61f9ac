"""Who attends: whose evidence a page writes, and who may only look."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.modules.progress import Progress, read_progress
from lms_plugin.people.role import Role
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.ledger import lock_learners
from lms_plugin.storage import writing
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.visit import current_visit

READERS = (Role.LEARNER, Role.TRAINER, Role.OBSERVER, Role.LMS_ADMINISTRATOR)
# A trainer may walk through the course like anybody; the evidence is kept the same way.
ATTENDING = frozenset({Role.LEARNER, Role.TRAINER})
SOURCE = "module player"


class OnlyLooking(Refusal):
    """An observer or administrator tried to answer: nothing they do is kept."""

    code = "only_looking"
    status = 403


def attends(visit: OpenVisit) -> bool:
    """Whether what this visitor does is kept as theirs."""
    return visit.role in ATTENDING and visit.learner_id is not None


def attending_learner() -> UUID:
    """Whose evidence this request may write; raises OnlyLooking."""
    visit = current_visit()
    if visit.role not in ATTENDING or visit.learner_id is None:
        raise OnlyLooking
    return visit.learner_id


def current_progress(database: Session, learner_id: UUID | None, programme_id: str) -> Progress:
    """What the learner did in the programme so far; nothing for a visitor without evidence."""
    if learner_id is None:
        return read_progress(())
    rows = select(Evidence).where(Evidence.learner_id == learner_id, Evidence.programme_id == programme_id)
    return read_progress(database.scalars(rows.order_by(Evidence.sequence)))


def completions(database: Session, learner_id: UUID | None, programme_id: str) -> list[Completion]:
    """What was concluded about the learner in the programme, oldest first."""
    if learner_id is None:
        return []
    rows = select(Completion).where(
        Completion.learner_id == learner_id, Completion.programme_id == programme_id
    )
    return list(database.scalars(rows.order_by(Completion.decided_at, Completion.id)))


@contextmanager
def one_at_a_time(learner_id: UUID, programme_id: str) -> Iterator[tuple[Session, Progress]]:
    """A unit of work that sees all of this learner's evidence and lets nobody add to it meanwhile.

    Without it, two taps on «Invia le risposte» would both find the attempt open.
    """
    with writing(db.session()) as database:
        lock_learners(database, [learner_id])
        yield database, current_progress(database, learner_id, programme_id)
