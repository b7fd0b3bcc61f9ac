"""What follows from a learner's evidence: a pure function of the rows alone, in the order of their sequence.

Each module, webinar and final assessment has a state of its own, so facts about one never change what
follows for another; only a programme is completed by its modules, and by its final assessment where the rule
asks for it. Within a module the order of reading and passing does not matter; it only decides when the module
is complete. A conclusion, once drawn, is never taken back by further evidence, with one exception: the newest
`webinar.settled` replaces the one before it (see webinar_rule.py).
"""

from collections.abc import Iterable

from lms_plugin.records.conclusion import Conclusion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.records.module_rule import FinalAssessmentState, ModuleState
from lms_plugin.records.origin import read_origin
from lms_plugin.records.programme_rule import ProgrammeState
from lms_plugin.records.rule_in_force import FINAL_ASSESSMENT, MODULE, WEBINAR, RuleInForce, read_rule
from lms_plugin.records.webinar_rule import WebinarState

# The kinds that can change a conclusion, what is said of it, or where its score must go.
DECIDING = frozenset(
    {
        Kind.RULE_IN_FORCE,
        Kind.ORIGIN_IN_FORCE,
        Kind.ACTIVITY_OPENED,
        Kind.LESSON_READ,
        Kind.ASSESSMENT_SUBMITTED,
        Kind.SIMULATION_CHOSEN,
        Kind.SIMULATION_ENDED,
        Kind.WEBINAR_JOINED,
        Kind.WEBINAR_LEFT,
        Kind.WEBINAR_SETTLED,
    }
)
State = ModuleState | WebinarState | ProgrammeState
Activity = tuple[str, str]


def conclude(rows: Iterable[Evidence]) -> tuple[Conclusion, ...]:
    """Every conclusion about one learner, in the order drawn; `rows` are theirs, in the order of sequence.

    Evidence that came before its rule counts from the moment the rule is there.
    """
    walk = _Walk()
    for row in rows:
        if row.kind == Kind.RULE_IN_FORCE:
            walk.take_rule(row)
        elif row.kind == Kind.ORIGIN_IN_FORCE:
            walk.take_origin(row)
        else:
            walk.take(row)
    return tuple(walk.conclusions)


class _Walk:
    def __init__(self) -> None:
        self.states: dict[Activity, State] = {}  # by the activity of the rule
        self.governing: dict[Activity, State] = {}  # by every activity that the rule governs
        self.early: list[Evidence] = []
        self.conclusions: list[Conclusion] = []

    def take_rule(self, row: Evidence) -> None:
        rule = read_rule(row.activity_id, row.payload)
        state = self.states.setdefault((row.programme_id, row.activity_id), _state_for(rule))
        state.rule = rule
        for activity in rule.governed:
            self.governing[row.programme_id, activity] = state
        waiting, self.early = self.early, []
        for one in waiting:
            self._absorb(one)
        self._settle(state, row)

    def take_origin(self, row: Evidence) -> None:
        state = self.states.get((row.programme_id, row.activity_id))
        if state is not None:  # the recorder appends the rule first
            state.origin = read_origin(row.payload)

    def take(self, row: Evidence) -> None:
        state = self._absorb(row)
        if state is not None:
            self._settle(state, row)

    def _settle(self, state: State, row: Evidence) -> None:
        before = len(self.conclusions)
        state.settle(row, self.conclusions)
        programme = self.states.get((row.programme_id, row.programme_id))
        if programme is not None and len(self.conclusions) > before:
            programme.settle(row, self.conclusions)

    def _absorb(self, row: Evidence) -> State | None:
        state = self.governing.get((row.programme_id, row.activity_id))
        if state is None:
            self.early.append(row)
        else:
            state.absorb(row)
        return state


def _state_for(rule: RuleInForce) -> State:
    if rule.kind == MODULE:
        return ModuleState(rule)
    if rule.kind == FINAL_ASSESSMENT:
        return FinalAssessmentState(rule)
    return WebinarState(rule) if rule.kind == WEBINAR else ProgrammeState(rule)
