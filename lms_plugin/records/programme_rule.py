"""When a programme is completed: when every module is that its rule in force names. Without a rule, never.

Where the rule asks for the final assessment (version 2), that must be passed too.

Webinars and sessions do not count: no programme asks for them yet. A rule that does is a new version.
"""

from lms_plugin.records.conclusion import Conclusion, moment_of
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.origin import Origin
from lms_plugin.records.rule_in_force import FINAL_ASSESSMENT, MODULE, RuleInForce

COUNTING = frozenset({(MODULE, "completed"), (FINAL_ASSESSMENT, "passed")})


class ProgrammeState:
    """What is known so far about one learner and one programme."""

    def __init__(self, rule: RuleInForce) -> None:
        self.rule = rule
        self.origin: Origin | None = None
        self.completed = False

    def absorb(self, row: Evidence) -> None:
        """Facts are about modules and webinars; none is about the programme itself."""

    def settle(self, row: Evidence, conclusions: list[Conclusion]) -> None:
        """Adds the completion once everything that is asked for is done; `row` is what decided."""
        if self.completed or not self.rule.modules:
            return
        done: dict[str, Conclusion] = {}
        for one in conclusions:
            if one.programme_id == row.programme_id and (one.kind, one.outcome) in COUNTING:
                done.setdefault(one.activity_id, one)
        final = self.rule.final_assessment
        wanted = (*self.rule.modules, *((final,) if final else ()))
        if done.keys() >= set(wanted):
            self.completed = True
            conclusions.append(self._completed(row, [done[activity] for activity in wanted]))

    def _completed(self, row: Evidence, parts: list[Conclusion]) -> Conclusion:
        last = max(parts, key=lambda one: one.decided.sequence)
        return Conclusion(
            programme_id=row.programme_id,
            activity_id=self.rule.activity_id,
            kind="programme",
            outcome="completed",
            ordinal=1,
            rule=self.rule,
            rule_version=self.rule.version,
            evidence_ids=tuple(dict.fromkeys(one for part in parts for one in part.evidence_ids)),
            placement_id=last.placement_id,
            completed_at=max(part.completed_at for part in parts),
            decided=moment_of(row),
            origin=last.origin,
        )
