"""The one way in: facts become evidence, and what follows is written beside it in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from course_content.programme import Programme
from lms_plugin.people.learner import Learner
from lms_plugin.records.actor import actor_of
from lms_plugin.records.completion import Completion
from lms_plugin.records.derivation import Derived, completion_row, derive
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact
from lms_plugin.records.in_force import InForce
from lms_plugin.records.late_statement import note_late
from lms_plugin.records.ledger import append, lock_learners
from lms_plugin.records.origin import Describe
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.outbox_state import restore_states
from lms_plugin.records.rule_in_force import (
    FINAL_ASSESSMENT,
    MODULE,
    UnknownActivityInFact,
    programme_rule_of,
    rule_of,
)
from lms_plugin.records.rules import DECIDING
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_order import announce, caught_up, enter_alone, next_instant
from lms_plugin.records.statement_store import store_as_of

COUNTING = frozenset({MODULE, FINAL_ASSESSMENT})  # kinds of activity that can complete a programme


class Recorder:
    """Records facts, in the words of the programmes on offer, under the public address `base_url`.

    `describe` tells of a placement where it is from.
    """

    def __init__(self, programmes: Mapping[str, Programme], base_url: str, describe: Describe) -> None:
        self.programmes = programmes
        self.base_url = base_url
        self.describe = describe

    def record(self, database: Session, facts: Sequence[Fact], now: datetime) -> tuple[Completion, ...]:
        """Appends the facts (told twice, stored once); returns the completions that are new by them.

        Runs inside the caller's `writing`. Raises UnknownActivityInFact, UnknownLearner, EvidenceConflict.
        """
        learners = sorted({fact.learner_id for fact in facts})
        lock_learners(database, learners)
        # What follows is stored as of now: announced before anybody can read past it.
        now = caught_up(database, now)
        announce(database, now)
        in_force = InForce(database, self.describe, next_instant(database, now))
        decided = {fact.learner_id for fact in facts if self._append(database, fact, in_force)}
        return tuple(
            completion
            for learner_id in learners
            if learner_id in decided
            for completion in write_missing(database, learner_id)
        )

    def _append(self, database: Session, fact: Fact, in_force: InForce) -> bool:
        """Whether something new was appended that can decide."""
        if fact.programme_id not in self.programmes:
            raise UnknownActivityInFact(fact.programme_id)
        programme = self.programmes[fact.programme_id]
        rule = rule_of(programme, fact.activity_id, self.base_url)
        whole = programme_rule_of(programme, self.base_url) if rule.kind in COUNTING else None
        news = [in_force.put_rule(fact, one) for one in (whole, rule) if one is not None]
        news.append(in_force.put_origin(fact, rule.activity_id))
        _row, is_new = append(database, fact, in_force.now)
        return any(news) or (is_new and fact.kind in DECIDING)


def derived_for(database: Session, learner: Learner) -> Derived:
    """What follows from all that the learner's evidence says."""
    deciding = select(Evidence).where(Evidence.learner_id == learner.id, Evidence.kind.in_(DECIDING))
    rows = database.scalars(deciding.order_by(Evidence.sequence)).all()
    return derive(actor_of(learner), rows)


def write_missing(database: Session, learner_id: UUID) -> tuple[Completion, ...]:
    """Writes what follows from the learner's evidence and is not there yet; returns the new completions.

    A completion that was superseded goes away; its statement stays and is voided by another.
    """
    learner = database.get_one(Learner, learner_id)
    derived = derived_for(database, learner)
    completions = _write_completions(database, learner, derived)
    _write_outbox(database, derived)
    _write_statements(
        database, learner, derived
    )  # last: it takes the lock that all writers of statements share
    return completions


def _write_completions(database: Session, learner: Learner, derived: Derived) -> tuple[Completion, ...]:
    present = set(database.scalars(select(Completion.id).where(Completion.learner_id == learner.id)))
    superseded = present - derived.completions.keys()
    if superseded:
        database.execute(delete(Completion).where(Completion.id.in_(superseded)))
    new = tuple(
        completion_row(learner.id, one, conclusion, actor_of(learner))
        for one, conclusion in derived.completions.items()
        if one not in present
    )
    database.add_all(new)
    database.flush()
    return new


def _write_outbox(database: Session, derived: Derived) -> None:
    present = set(database.scalars(select(OutboxItem.id).where(OutboxItem.id.in_(derived.outbox))))
    new = [item.row() for one, item in derived.outbox.items() if one not in present]
    restore_states(database, new)  # one that was delivered before the row was lost is not sent again
    database.add_all(new)
    database.flush()


def _write_statements(database: Session, learner: Learner, derived: Derived) -> None:
    present = set(database.scalars(select(Statement.id).where(Statement.id.in_(derived.statements))))
    if present == derived.statements.keys():
        return
    enter_alone(database)
    actor, new = actor_of(learner), [one for key, one in derived.statements.items() if key not in present]
    for planned in new:
        note_late(database, planned.id, planned.stored)
    store_as_of(database, [planned.stored_by(actor) for planned in new], origin="own")
