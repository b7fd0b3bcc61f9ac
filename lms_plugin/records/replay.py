"""Throws away every row that follows from evidence and writes it again, the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.records.completion import Completion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.late_statement import forget_known, remember_own
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.recorder import write_missing
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_order import enter_alone
from lms_plugin.records.statement_rows import delete_statements
from lms_plugin.records.statement_unlocking import statements_unlocked

OWN = Statement.origin == "own"
PAGE = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of each derived table."""

    completions: int
    statements: int
    outbox: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was there, what is there now, and from how many learners' evidence."""

    learners: int
    before: Counts
    after: Counts


def replay(database: Session) -> Replayed:
    """Rebuilds completions, own statements with their index, and the outbox; inside the caller's `writing`.

    Statements that clients sent stay as they are, and so do delivery attempts, from which the outbox rows
    get their state. Of our own only what was missing goes to the targets of forwarding: the others keep
    their ids and their places.
    """
    # All learners first: whoever records locks a learner and then the statements, as we do below.
    database.execute(select(Learner.id).order_by(Learner.id).with_for_update(key_share=True)).all()
    before = count_derived(database)
    remember_own(database)
    for derived in (delete(OutboxItem), delete(Completion)):
        database.execute(derived.execution_options(synchronize_session=False))
    enter_alone(database)
    with statements_unlocked(database):
        delete_statements(database, OWN)
    database.expunge_all()
    learners = 0
    for learner_id in learners_with_evidence(database):
        write_missing(database, learner_id)
        learners += 1
    forget_known(database)
    return Replayed(learners, before, count_derived(database))


def count_derived(database: Session) -> Counts:
    """How many rows the derived tables hold."""
    return Counts(
        database.scalar(select(func.count()).select_from(Completion)) or 0,
        database.scalar(select(func.count()).select_from(Statement).where(OWN)) or 0,
        database.scalar(select(func.count()).select_from(OutboxItem)) or 0,
    )


def learners_with_evidence(database: Session) -> Iterator[UUID]:
    """Ids of all who have evidence, a page at a time."""
    last: UUID | None = None
    while True:
        page = select(Evidence.learner_id).distinct().order_by(Evidence.learner_id).limit(PAGE)
        found = database.scalars(page if last is None else page.where(Evidence.learner_id > last)).all()
        yield from found
        if len(found) < PAGE:
            return
        last = found[-1]
