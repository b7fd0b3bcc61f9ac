"""What follows from evidence, without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from lms_plugin.records.canonical import canonical_json
from lms_plugin.records.conclusion import Conclusion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.rule_in_force import RuleInForce, payload_of, rule_of
from lms_plugin.records.rules import conclude
from lms_plugin.records.scores import Score, scores
from tests.services.learning import (
    BASE_URL,
    LESSONS,
    PROGRAMME,
    PROGRAMMES,
    joined,
    lesson_read,
    opened,
    settled,
    submitted,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEARNER = UUID(int=1)
HERE, THERE = UUID(int=100), UUID(int=200)
MODULE_RULE = rule_of(PROGRAMMES[PROGRAMME], "m1", BASE_URL)
WEBINAR_RULE = rule_of(PROGRAMMES[PROGRAMME], "w01", BASE_URL)
READ_ALL = [lesson_read(LEARNER, lesson, NOW, HERE) for lesson in LESSONS]


def rule_fact(rule: RuleInForce, nth: int = 1) -> Fact:
    key = f"rule.in_force:{rule.activity_id}:{nth}"
    activity = rule.activity_id
    return Fact(LEARNER, key, Kind.RULE_IN_FORCE, PROGRAMME, activity, "programme", payload_of(rule), NOW)


RULES = [rule_fact(MODULE_RULE), rule_fact(WEBINAR_RULE)]


def rows_of(facts: Sequence[Fact], step: timedelta = timedelta(minutes=1)) -> list[Evidence]:
    return [
        Evidence(
            id=UUID(int=1000 + number),
            learner_id=LEARNER,
            sequence=number,
            key=fact.key,
            kind=str(fact.kind),
            programme_id=fact.programme_id,
            activity_id=fact.activity_id,
            placement_id=fact.placement_id,
            payload=canonical_json(fact.payload),
            occurred_at=fact.occurred_at,
            recorded_at=NOW + number * step,
        )
        for number, fact in enumerate(facts, 1)
    ]


def standing(facts: Sequence[Fact]) -> list[Conclusion]:
    return [one for one in conclude(rows_of(facts)) if one.is_completion and one.superseded is None]


def concluded(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    return [(one.activity_id, one.outcome) for one in standing(facts)]


def told(facts: Sequence[Fact], step: timedelta = timedelta(minutes=1)) -> list[Score]:
    rows = rows_of(facts, step)
    return list(scores(rows, conclude(rows)))


def grades(facts: Sequence[Fact]) -> list[tuple[UUID, int, int, bool]]:
    return [(one.placement_id, one.given, one.maximum, one.completed) for one in told(facts)]


def test_lesson_is_completed_by_reading_it() -> None:
    assert concluded([*RULES, lesson_read(LEARNER, "m1-l1", NOW)]) == [("m1-l1", "completed")]


def test_module_is_completed_when_all_is_read_and_passed() -> None:
    all_done = concluded([*RULES, *READ_ALL, submitted(LEARNER, 1, 69, NOW), submitted(LEARNER, 2, 70, NOW)])
    assert all_done[-3:] == [("m1-assessment", "failed"), ("m1-assessment", "passed"), ("m1", "completed")]


def test_module_is_not_completed_with_a_lesson_unread_or_nothing_passed() -> None:
    passed = submitted(LEARNER, 1, 100, NOW)
    assert ("m1", "completed") not in concluded([*RULES, *READ_ALL[:-1], passed])
    assert ("m1", "completed") not in concluded([*RULES, *READ_ALL, submitted(LEARNER, 1, 69, NOW)])


def test_nothing_follows_without_a_rule_and_all_of_it_once_the_rule_is_there() -> None:
    facts = [*READ_ALL, submitted(LEARNER, 1, 80, NOW)]
    assert concluded(facts) == []
    late = conclude(rows_of([*facts, *RULES]))
    assert sorted((one.activity_id, one.outcome) for one in late) == sorted(concluded([*RULES, *facts]))
    assert {one.decided.sequence for one in late} == {len(facts) + 1}


def test_a_lesson_added_later_does_not_take_a_completion_back() -> None:
    longer = RuleInForce(
        **{
            name: getattr(MODULE_RULE, name)
            for name in MODULE_RULE.__slots__
            if name not in {"lessons", "version"}
        },
        version=2,
        lessons={**MODULE_RULE.lessons, "m1-l7": {"it": "Una lezione nuova"}},
    )
    before = [*RULES, *READ_ALL, submitted(LEARNER, 1, 80, NOW)]
    changed = rule_fact(longer, 2)
    assert ("m1", "completed") in concluded([*before, changed])
    assert ("m1", "completed") not in concluded([*RULES, changed, *before[2:]])
    done = conclude(rows_of([*RULES, changed, *before[2:], lesson_read(LEARNER, "m1-l7", NOW)]))
    assert [one.rule_version for one in done if one.activity_id == "m1"] == [2]


@given(st.permutations([*READ_ALL, submitted(LEARNER, 1, 50, NOW), submitted(LEARNER, 2, 90, NOW)]))
def test_order_of_reading_and_passing_does_not_matter(facts: list[Fact]) -> None:
    expected = concluded([*RULES, *READ_ALL, submitted(LEARNER, 1, 50, NOW), submitted(LEARNER, 2, 90, NOW)])
    assert sorted(concluded([*RULES, *facts])) == sorted(expected)


ANY_FACT = st.one_of(
    st.sampled_from([*READ_ALL, *RULES, opened(LEARNER, NOW, THERE)]),
    st.builds(
        lambda attempt, percent: submitted(LEARNER, attempt, percent, NOW, HERE),
        st.integers(1, 3),
        st.integers(0, 100),
    ),
    st.builds(
        lambda nth, seconds: settled(LEARNER, nth, seconds, NOW), st.integers(1, 9), st.integers(0, 3600)
    ),
)


@given(st.lists(ANY_FACT, max_size=25))
def test_what_was_concluded_stays_as_more_evidence_comes(facts: list[Fact]) -> None:
    rows = rows_of([*RULES, *facts])
    whole = conclude(rows)
    for length in range(len(rows)):
        part = conclude(rows[:length])
        assert [_as_drawn(one) for one in whole[: len(part)]] == [_as_drawn(one) for one in part]
    for length in range(len(rows)):
        part_scores = scores(rows[:length], conclude(rows[:length]))
        whole_scores = scores(rows, whole)[: len(part_scores)]
        assert [_as_told(one) for one in whole_scores] == [_as_told(one) for one in part_scores]


def _as_drawn(one: Conclusion) -> tuple[object, ...]:
    return one.activity_id, one.outcome, one.ordinal, one.evidence_ids, one.decided, one.score_percent


def _as_told(one: Score) -> tuple[object, ...]:
    return one.placement_id, one.given, one.completed, one.timestamp, one.sequence


@given(st.lists(ANY_FACT, max_size=25))
def test_timestamps_of_a_placement_grow_by_a_second_or_more(facts: list[Fact]) -> None:
    last: dict[UUID, datetime] = {}
    for one in told([*RULES, *facts], timedelta(milliseconds=100)):
        assert one.placement_id not in last or one.timestamp - last[one.placement_id] >= timedelta(seconds=1)
        last[one.placement_id] = one.timestamp


@given(st.lists(ANY_FACT, max_size=25))
def test_a_module_score_never_falls(facts: list[Fact]) -> None:
    modules = [one for one in told([*RULES, *facts]) if one.maximum == 100]
    for placement in (HERE, THERE):
        given_scores = [one.given for one in modules if one.placement_id == placement]
        assert given_scores == sorted(given_scores)


def test_webinar_is_attended_when_the_threshold_is_reached() -> None:
    assert concluded([*RULES, settled(LEARNER, 1, 2519, NOW)]) == []
    assert concluded([*RULES, settled(LEARNER, 1, 2520, NOW)]) == [("w01", "attended")]


def test_settling_again_with_the_same_minutes_changes_nothing() -> None:
    once = conclude(rows_of([*RULES, settled(LEARNER, 1, 3000, NOW)]))
    assert conclude(rows_of([*RULES, settled(LEARNER, 1, 3000, NOW), settled(LEARNER, 2, 3000, NOW)])) == once


def test_better_data_supersede_the_earlier_conclusion() -> None:
    first, second = conclude(
        rows_of([*RULES, settled(LEARNER, 1, 3000, NOW), settled(LEARNER, 2, 3400, NOW)])
    )
    assert first.superseded is not None
    assert first.superseded.sequence == second.decided.sequence == 4
    assert (second.ordinal, second.duration_seconds, second.superseded) == (2, 3400, None)


def test_attendance_taken_back_leaves_no_conclusion_and_a_score_of_nothing() -> None:
    facts = [
        *RULES,
        joined(LEARNER, NOW, HERE),
        settled(LEARNER, 1, 3000, NOW),
        settled(LEARNER, 2, 100, NOW),
    ]
    assert concluded(facts) == []
    assert grades(facts) == [(HERE, 1, 1, True), (HERE, 0, 1, False)]


def test_scores_follow_the_best_attempt_until_the_module_is_completed() -> None:
    attempts = [submitted(LEARNER, nth, percent, NOW, HERE) for nth, percent in ((1, 40), (2, 30), (3, 80))]
    assert grades([*RULES, *attempts, *READ_ALL]) == [
        (HERE, 40, 100, False),
        (HERE, 80, 100, False),
        (HERE, 80, 100, True),
    ]


def test_passing_last_sends_one_score_for_both() -> None:
    assert grades([*RULES, *READ_ALL, submitted(LEARNER, 1, 80, NOW, HERE)]) == [(HERE, 80, 100, True)]


def test_placement_that_comes_later_gets_the_score_at_once() -> None:
    facts = [*RULES, *READ_ALL, submitted(LEARNER, 1, 80, NOW, HERE), opened(LEARNER, NOW, THERE)]
    assert grades(facts) == [(HERE, 80, 100, True), (THERE, 80, 100, True)]


def test_score_of_one_module_does_not_reach_the_placement_of_another() -> None:
    facts = [*RULES, joined(LEARNER, NOW, THERE), *READ_ALL, submitted(LEARNER, 1, 80, NOW, HERE)]
    assert {placement for placement, *_rest in grades(facts)} == {HERE}


def test_rules_read_no_clock_and_no_chance() -> None:
    rows = rows_of([*RULES, *READ_ALL, submitted(LEARNER, 1, 80, NOW, uuid4())])
    assert conclude(rows) == conclude(rows)
