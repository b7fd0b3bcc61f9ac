"""When a webinar is attended.

Each `webinar.settled` says what the provider's presence data gave at that time. The newest in the order of
recording governs: whoever settles again does so because better data came. If it says the same minutes as
the one before, nothing changes. If it differs, the earlier conclusion is superseded (its statement is
voided), and a new one is drawn if the threshold was reached. A learner therefore has at most one conclusion
that stands per webinar. From version 2 of the xAPI profile on each join and leave is said as well, for what
it is; neither decides anything.
"""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from lms_plugin.records.conclusion import Conclusion, moment_of
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.records.origin import Origin
from lms_plugin.records.rule_in_force import RuleInForce

JOINED, LEFT = "joined", "left"
PRESENCE = {str(Kind.WEBINAR_JOINED): JOINED, str(Kind.WEBINAR_LEFT): LEFT}


class WebinarState:
    """What is known so far about one learner and one webinar."""

    def __init__(self, rule: RuleInForce) -> None:
        self.rule = rule
        self.placement_id: UUID | None = None
        self.origin: Origin | None = None
        self.unsettled: list[Evidence] = []
        self.unsaid: list[Evidence] = []  # joins and leaves
        self.said = {JOINED: 0, LEFT: 0}
        self.standing: int | None = None  # index of the conclusion that stands
        self.drawn = 0

    def absorb(self, row: Evidence) -> None:
        """Takes note of a row, without concluding."""
        if row.kind in PRESENCE:
            self.unsaid.append(row)
        if row.kind != Kind.WEBINAR_LEFT:  # whoever leaves does not come by a link
            self.placement_id = row.placement_id or self.placement_id
        if row.kind == Kind.WEBINAR_SETTLED:
            self.unsettled.append(row)

    def settle(self, row: Evidence, conclusions: list[Conclusion]) -> None:
        """Adds what follows now and did not before; `row` is what decided."""
        conclusions.extend(self._presence(row, seen) for seen in self._sayable())
        self.unsaid = []
        for report in self.unsettled:
            self._settle_one(row, report, json.loads(report.payload), conclusions)
        self.unsettled = []

    def _sayable(self) -> list[Evidence]:
        return self.unsaid if self.rule.profile > 1 else []

    def _presence(self, row: Evidence, seen: Evidence) -> Conclusion:
        outcome = PRESENCE[seen.kind]
        self.said[outcome] += 1
        return Conclusion(
            programme_id=row.programme_id,
            activity_id=seen.activity_id,
            kind="webinar",
            outcome=outcome,
            ordinal=self.said[outcome],
            rule=self.rule,
            rule_version=self.rule.version,
            evidence_ids=(seen.id,),
            placement_id=seen.placement_id,
            completed_at=seen.occurred_at,
            decided=moment_of(row),
            origin=self.origin,
        )

    def _settle_one(
        self, row: Evidence, report: Evidence, said: dict[str, Any], conclusions: list[Conclusion]
    ) -> None:
        standing = conclusions[self.standing] if self.standing is not None else None
        if standing and said["reached"] and standing.duration_seconds == said["attended_seconds"]:
            return
        if standing and self.standing is not None:
            conclusions[self.standing] = replace(standing, superseded=moment_of(row))
            self.standing = None
        if said["reached"]:
            self.drawn += 1
            self.standing = len(conclusions)
            conclusions.append(self._attended(row, report, said))

    def _attended(self, row: Evidence, report: Evidence, said: dict[str, Any]) -> Conclusion:
        return Conclusion(
            programme_id=row.programme_id,
            activity_id=report.activity_id,
            kind="webinar",
            outcome="attended",
            ordinal=self.drawn,
            rule=self.rule,
            rule_version=said["rule_version"],
            evidence_ids=(report.id,),
            placement_id=self.placement_id,
            completed_at=report.occurred_at,
            decided=moment_of(row),
            duration_seconds=said["attended_seconds"],
            origin=self.origin,
        )
