"""Puts into the evidence what else follows from: the rule in force, and where the learner comes from.

One look at the evidence per learner and activity serves all facts of one call.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.records.canonical import canonical_json
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.ledger import append
from lms_plugin.records.origin import Describe
from lms_plugin.records.rule_in_force import RuleInForce, payload_of

Known = dict[str, list[str]]  # payloads so far by kind, the newest last
KINDS = (Kind.RULE_IN_FORCE, Kind.ORIGIN_IN_FORCE)
SOURCES = {Kind.RULE_IN_FORCE: "programme", Kind.ORIGIN_IN_FORCE: "launch"}


class InForce:
    """What is in force for the learners of one call, at the instant `now`."""

    def __init__(self, database: Session, describe: Describe, now: datetime) -> None:
        self.database = database
        self.describe = describe
        self.now = now
        self._known: dict[tuple[UUID, str, str], Known] = {}
        self._described: dict[UUID, Mapping[str, str | None] | None] = {}

    def put_rule(self, fact: Fact, rule: RuleInForce) -> bool:
        """Appends the rule unless it is the newest that the learner's evidence has; whether it did."""
        return self._put(fact, rule.activity_id, Kind.RULE_IN_FORCE, payload_of(rule))

    def put_origin(self, fact: Fact, activity_id: str) -> bool:
        """Appends where the fact's placement is from unless that is known; whether it did."""
        placement = fact.came_by or fact.placement_id
        if placement is None:
            return False
        if placement not in self._described:
            self._described[placement] = self.describe(self.database, placement)
        origin = self._described[placement]
        return origin is not None and self._put(fact, activity_id, Kind.ORIGIN_IN_FORCE, origin)

    def _put(self, fact: Fact, activity_id: str, kind: Kind, payload: Mapping[str, Any]) -> bool:
        known = self._known_of(fact, activity_id)[kind]
        text = canonical_json(payload)
        if known and known[-1] == text:
            return False
        known.append(text)
        told = Fact(
            learner_id=fact.learner_id,
            key=f"{kind}:{fact.programme_id}:{activity_id}:{len(known)}",
            kind=kind,
            programme_id=fact.programme_id,
            activity_id=activity_id,
            source=SOURCES[kind],
            payload=payload,
            occurred_at=self.now,
        )
        return append(self.database, told, self.now)[1]

    def _known_of(self, fact: Fact, activity_id: str) -> Known:
        about = (fact.learner_id, fact.programme_id, activity_id)
        if about not in self._known:
            self._known[about] = _so_far(self.database, *about)
        return self._known[about]


def _so_far(database: Session, learner_id: UUID, programme_id: str, activity_id: str) -> Known:
    wanted = select(Evidence.kind, Evidence.payload).where(
        Evidence.learner_id == learner_id,
        Evidence.programme_id == programme_id,
        Evidence.activity_id == activity_id,
        Evidence.kind.in_(KINDS),
    )
    known: Known = defaultdict(list)
    for kind, payload in database.execute(wanted.order_by(Evidence.sequence)):
        known[kind].append(payload)
    return known
