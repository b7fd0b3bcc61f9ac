"""Three days of a small installation: a learner at work, a day without anything, a client's statements."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from lms_plugin.proofs.days import Sealing
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import writing
from tests.conftest import SECRET
from tests.services.learning import LESSONS, add_learner, lesson_read, make_recorder, submitted

SEALING = Sealing("https://formazione.example", SECRET)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
CLIENT = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "client"}}
ANNA = {"objectType": "Agent", "name": "Anna Verdi", "mbox": "mailto:anna@example.it"}
CARLO = {"objectType": "Agent", "name": "Carlo Neri", "mbox": "mailto:carlo@example.it"}
NAMES = UUID(int=7)


def said_by(actor: dict[str, Any], number: int, **more: Any) -> dict[str, Any]:
    """A client's statement."""
    return {
        "id": str(uuid5(NAMES, str(number))),
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": f"https://elsewhere.example/{number}"},
        **more,
    }


def store(database: Session, statements: list[dict[str, Any]], now: datetime) -> None:
    """As the LRS would."""
    with writing(database):
        store_statements(database, statements, authority=CLIENT, origin="client", now=now)


def live(database: Session) -> UUID:
    """Monday: a learner completes a module; Wednesday: a client speaks. Returns the learner."""
    learner = add_learner(database, MONDAY)
    facts = [lesson_read(learner, lesson, MONDAY) for lesson in LESSONS] + [submitted(learner, 1, 90, MONDAY)]
    with writing(database):
        make_recorder().record(database, facts, MONDAY)
    group = {"objectType": "Group", "member": [ANNA, CARLO]}
    with_both = said_by(group, 3, context={"instructor": CARLO, "language": "it"})
    with_both["result"] = {"score": {"scaled": 0.5}}
    own = {"objectType": "Agent", "account": {"homePage": "https://moodle.example", "name": "42"}}
    store(database, [said_by(ANNA, 1), said_by(CARLO, 2), with_both, said_by(own, 4)], WEDNESDAY)
    return learner
