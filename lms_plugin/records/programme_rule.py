"""When a programme is completed: when every module is that its rule in force names. Without a rule, never.

Webinars and sessions do not count: no programme asks for them yet. A rule that does is a new version.
"""

from lms_plugin.records.conclusion import Conclusion, moment_of
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.origin import Origin
from lms_plugin.records.rule_in_force import RuleInForce


class ProgrammeState:
    """What is known so far about one learner and one programme."""

    def __init__(self, rule: RuleInForce) -> None:
        self.rule = rule
        self.origin: Origin | None = None
        self.completed = False

    def absorb(self, row: Evidence) -> None:
        """Facts are about modules and webinars; none is about the programme itself."""

    def settle(self, row: Evidence, conclusions: list[Conclusion]) -> None:
        """Adds the completion once the modules are completed; `row` is what decided."""
        if self.completed or not self.rule.modules:
            return
        done = {
            one.activity_id: one
            for one in conclusions
            if one.kind == "module" and one.programme_id == row.programme_id
        }
        if done.keys() >= set(self.rule.modules):
            self.completed = True
            conclusions.append(self._completed(row, [done[module] for module in self.rule.modules]))

    def _completed(self, row: Evidence, modules: list[Conclusion]) -> Conclusion:
        last = max(modules, key=lambda one: one.decided.sequence)
        return Conclusion(
            programme_id=row.programme_id,
            activity_id=self.rule.activity_id,
            kind="programme",
            outcome="completed",
            ordinal=1,
            rule=self.rule,
            rule_version=self.rule.version,
            evidence_ids=tuple(dict.fromkeys(one for module in modules for one in module.evidence_ids)),
            placement_id=last.placement_id,
            completed_at=max(module.completed_at for module in modules),
            decided=moment_of(row),
            origin=last.origin,
        )
