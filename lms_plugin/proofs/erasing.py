"""Erases who somebody was (GDPR art. 17), and leaves everything proved about them provable.

What was sealed holds commitments in place of identity (`pack_format`). To erase a person is to keep those
sealed forms, to destroy the secret that the commitments were made with, and to put a pseudonym wherever the
person is named. Runs inside the caller's `writing`: all or nothing. See docs/decisions/0010.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Placement
from lms_plugin.people.learner import Learner
from lms_plugin.proofs.checking import kept_forms
from lms_plugin.proofs.days import Sealing, lock_proofs
from lms_plugin.proofs.pack_format import PSEUDONYM, Json, canonical, form_of, with_agents
from lms_plugin.proofs.person_secrets import IDENTIFIERS, keys_for, known_secrets, person_of
from lms_plugin.proofs.sealed_records import Record, read_records
from lms_plugin.proofs.tables import Erasure, KeptForm, PersonSecret, ProofLeaf
from lms_plugin.records.attachment import StatementAttachment, delete_unreferenced
from lms_plugin.records.document_store import erase_documents_of
from lms_plugin.records.statement import Agent, Statement, StatementAgent
from lms_plugin.records.statement_index import agent_key, identity
from lms_plugin.records.statement_order import enter_alone
from lms_plugin.records.statement_unlocking import statements_unlocked

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to erase: an agent as statements name them, and the learner with that account, if there is one."""

    agent: Json
    learner: Learner | None = None

    @property
    def key(self) -> str:
        """The agent's index key."""
        return agent_key(self.agent) or ""


@dataclass(slots=True)
class Erasing:
    """One erasure under way: the pseudonym that takes the person's place, and what was touched so far."""

    database: Session
    sealing: Sealing
    person: Person
    id: UUID = field(default_factory=uuid4)
    counted: Counter[str] = field(default_factory=Counter)

    @property
    def pseudonym(self) -> dict[str, str]:
        """An account at our own address that is nobody's."""
        return {"homePage": self.sealing.public_url, "name": f"{PSEUDONYM}{self.id}"}


def person_of_learner(learner: Learner) -> Person:
    """The person that a learner is."""
    return Person({"account": {"homePage": learner.home_page, "name": learner.account_name}}, learner)


def erase_identity(database: Session, sealing: Sealing, person: Person) -> Erasing:
    """Puts a pseudonym in the place of the person in all records, and destroys their secret.

    What lies in other rooms (visits, rosters, deliveries) is for the caller, and `note_erasure` afterwards.
    """
    if person.learner is not None:
        # First, as whoever records for them does.
        database.execute(select(Learner.id).where(Learner.id == person.learner.id).with_for_update())
    lock_proofs(database)
    enter_alone(database)
    under_way = Erasing(database, sealing, person)
    with statements_unlocked(database):
        for ids in _statements_of(database, person):
            _erase_statements(under_way, ids)
    _erase_agent(under_way)
    under_way.counted["documents"] += erase_documents_of(database, person.key)
    if person.learner is not None:
        _erase_learner(under_way, person.learner)
    gone = database.execute(delete(PersonSecret).where(PersonSecret.person == person_of(person.agent)))
    under_way.counted["secrets"] += gone.rowcount  # type: ignore[attr-defined]  # a DELETE's result has it
    return under_way


def note_erasure(under_way: Erasing, erased_by: str, reason: str, now: datetime) -> Erasure:
    """The evidence of it, which is sealed with its day."""
    row = Erasure(id=under_way.id, at=now, erased_by=erased_by, reason=reason, counts=dict(under_way.counted))
    under_way.database.add(row)
    return row


def _statements_of(database: Session, person: Person) -> Iterator[Sequence[UUID]]:
    """Ids of the statements that name the person, some at a time; all are read before any is changed."""
    named = select(StatementAgent.statement_id).where(StatementAgent.agent_id == identity(person.key))
    ids = database.scalars(named.distinct().order_by(StatementAgent.statement_id)).all()
    for at in range(0, len(ids), AT_ONCE):
        yield ids[at : at + AT_ONCE]


def _erase_statements(under_way: Erasing, ids: Sequence[UUID]) -> None:
    database = under_way.database
    found = read_records(database, "statement", ids)
    _keep_forms(under_way, "statement", found)
    for one, record in found.items():
        body = with_agents(record.content, lambda _at, agent: _renamed(under_way, agent))
        text = msgspec.json.encode(body).decode()
        database.execute(update(Statement).where(Statement.id == one).values(body=text))
    gone = database.execute(delete(StatementAttachment).where(StatementAttachment.statement_id.in_(ids)))
    under_way.counted["statements"] += len(found)
    under_way.counted["attachments"] += gone.rowcount  # type: ignore[attr-defined]  # as above


def _renamed(under_way: Erasing, agent: Json) -> dict[str, Any]:
    if agent_key(agent) != under_way.person.key:
        return dict(agent)
    # In the place of what identified them: replay writes the same bytes.
    named = {
        "account" if name in IDENTIFIERS else name: value for name, value in agent.items() if name != "name"
    }
    return {**named, "account": under_way.pseudonym}


def _keep_forms(under_way: Erasing, kind: str, found: Mapping[UUID, Record]) -> None:
    """Keeps the sealed form of those that have a leaf, unless an earlier erasure did."""
    database = under_way.database
    ids = list(found)
    leaves = select(ProofLeaf.record_id).where(ProofLeaf.kind == kind, ProofLeaf.record_id.in_(ids))
    wanted = set(database.scalars(leaves)) - kept_forms(database, kind, ids).keys()
    persons = {person_of(agent) for one in wanted for agent in found[one].agents().values()}
    known = known_secrets(database, under_way.sealing.secret_key, persons)
    rows = []
    for one in sorted(wanted):
        keys = keys_for(found[one].agents(), known, kind, one)
        if (
            keys.keys() == found[one].agents().keys()
        ):  # else somebody changed it: it cannot be proved any more
            form = canonical(form_of(kind, found[one].content, keys)).decode()
            rows.append({"kind": kind, "record_id": one, "form": form, "erasure_id": under_way.id})
    if rows:
        database.execute(insert(KeptForm), rows)
    under_way.counted["kept forms"] += len(rows)


def _erase_agent(under_way: Erasing) -> None:
    """In the index of agents: the pseudonym takes the person's place; their names go."""
    database = under_way.database
    before = identity(under_way.person.key)
    key = agent_key({"account": under_way.pseudonym}) or ""
    if under_way.counted["statements"]:
        database.execute(insert(Agent).values(id=identity(key), key=key))
        moved = update(StatementAgent).where(StatementAgent.agent_id == before).values(agent_id=identity(key))
        database.execute(moved.execution_options(synchronize_session=False))
    database.execute(delete(Agent).where(Agent.id == before))
    delete_unreferenced(database)


def _erase_learner(under_way: Erasing, learner: Learner) -> None:
    database = under_way.database
    _keep_forms(under_way, "learner", read_records(database, "learner", [learner.id]))
    learner.came_from = learner.came_from or learner.home_page
    learner.home_page, learner.account_name = under_way.pseudonym["homePage"], under_way.pseudonym["name"]
    learner.name = learner.email = ""
    placements = update(Placement).where(Placement.learner_id == learner.id).values(subject="")
    done = database.execute(placements.execution_options(synchronize_session=False))
    under_way.counted["placements"] += done.rowcount  # type: ignore[attr-defined]  # as above
    under_way.counted["learners"] += 1
    database.flush()
