"""Three days of a small installation: a learner at work, a day without anything, a client's statements."""

import functools
import io
import json
import zlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from lms_plugin.lti.sealing import Sealer
from lms_plugin.lti.tool_keys import make_key
from lms_plugin.proofs.days import Sealing
from lms_plugin.proofs.keys import PURPOSE
from lms_plugin.proofs.pack import write_pack
from lms_plugin.proofs.selection import Selection
from lms_plugin.proofs.tables import ProofKey
from lms_plugin.proofs.verify_pack import Verification, central_entry, end_record, local_header
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


@functools.cache
def key() -> dict[str, Any]:
    """One key for all tests of a process: making one takes longer than a test."""
    made = make_key()
    sealed = Sealer(SECRET, PURPOSE).seal(made.private_pem)
    public = json.dumps(made.public_jwk)
    return {"kid": made.kid, "private_pem": sealed, "public_jwk": public, "signs": True, "created_at": MONDAY}


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


def live(database: Session, account: str = "42") -> UUID:
    """Monday: a learner completes a module; Wednesday: a client speaks. Returns the learner."""
    learner = add_learner(database, MONDAY, account)
    with writing(database):
        database.add(ProofKey(**key()))
    facts = [lesson_read(learner, lesson, MONDAY) for lesson in LESSONS] + [submitted(learner, 1, 90, MONDAY)]
    with writing(database):
        make_recorder().record(database, facts, MONDAY)
    group = {"objectType": "Group", "member": [ANNA, CARLO]}
    with_both = said_by(group, 3, context={"instructor": CARLO, "language": "it"})
    with_both["result"] = {"score": {"scaled": 0.5}}
    own = {"objectType": "Agent", "account": {"homePage": "https://moodle.example", "name": account}}
    store(database, [said_by(ANNA, 1), said_by(CARLO, 2), with_both, said_by(own, 4)], WEDNESDAY)
    return learner


def packed(database: Session, selection: Selection) -> bytes:
    """A pack, as bytes."""
    out = io.BytesIO()
    write_pack(database, SEALING, selection, out, FRIDAY)
    return out.getvalue()


def repacked(pack: Verification, name: str, content: bytes) -> bytes:
    """The pack with one file changed and its container made to fit, as a forger without our key would."""
    data, central = b"", b""
    files = {**pack.files, name: content}
    for one, inner in files.items():
        crc = zlib.crc32(inner)
        central += central_entry(one, crc, len(inner), len(data))
        data += local_header(one, crc, len(inner)) + inner
    return data + central + end_record(len(files), len(central), len(data))
