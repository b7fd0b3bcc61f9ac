"""The attendance algebra: the thirteen vectors of video.md §5, then properties over random presence."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_connector.attendance import Expected, Held, assess, held_webinar, settle
from webinar_connector.intervals import Span, seconds, span, union
from webinar_connector.webinars import PresenceEvent, RawInterval, Sitting

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")
LEARNER, TRAINER = "u-42", "t-1"
KINDS = ("scheduled", "actual", "taught", "fair")


@dataclass(frozen=True)
class Rule:
    denominator: str = "fair"
    threshold_percent: int = 70
    bridge_seconds: int = 60
    early_minutes: int = 15


@dataclass(frozen=True)
class Vector:
    """Minutes after the planned start (planned 0–60); then the columns of the table."""

    learner: tuple[tuple[float, float | None], ...]
    naive: float
    union: float
    scheduled: float
    actual: float
    taught: float
    fair: float
    trainer: tuple[tuple[float, float], ...] = ((0, 60),)
    room_opened: float = 0
    room_closed: float = 60


VECTORS = {
    "A full stay": Vector(((0, 60),), 60, 60, 100, 100, 100, 100),
    "B drop 20-25": Vector(((0, 20), (25, 60)), 55, 55, 91.7, 91.7, 91.7, 91.7),
    "C page reload": Vector(((0, 30), (30.5, 60)), 59.5, 60, 100, 100, 100, 100),
    "D PC and phone": Vector(((0, 40), (20, 60)), 80, 60, 100, 100, 100, 100),
    "E two devices": Vector(((0, 30), (0, 30)), 60, 30, 50, 50, 50, 50),
    "F waits 15, leaves at 30": Vector(((-15, 30),), 45, 45, 50, 60, 50, 50, room_opened=-15),
    "F with the trainer waiting too": Vector(((-15, 30),), 45, 45, 50, 60, 50, 50, ((-15, 60),), -15),
    "G overruns to 90": Vector(((0, 60),), 60, 60, 100, 66.7, 66.7, 100, ((0, 90),), 0, 90),
    "H ends early at 40": Vector(((0, 40),), 40, 40, 66.7, 100, 100, 100, ((0, 40),), 0, 40),
    "I trainer lost, learner stays": Vector(((0, 60),), 60, 60, 100, 100, 100, 100, ((0, 20), (40, 60))),
    "J trainer lost, learner leaves": Vector(
        ((0, 20), (40, 60)), 40, 40, 66.7, 66.7, 100, 100, ((0, 20), (40, 60))
    ),
    "K no leave event": Vector(((10, None),), 50, 50, 83.3, 83.3, 83.3, 83.3),
    "L room reopened by the learner": Vector(
        ((10, 20), (65, 125)), 70, 70, 16.7, 16.7, 16.7, 16.7, room_closed=125
    ),
    "M exactly 42 of 60": Vector(((0, 42),), 42, 42, 70.0, 70.0, 70.0, 70.0),
}


def minute(value: float) -> datetime:
    return START + timedelta(minutes=value)


def stay(person: str, joined: float, left: float | None, device: int = 0) -> RawInterval:
    return RawInterval(
        person, f"w-{device}", minute(joined), None if left is None else minute(left), "webhook"
    )


def event(person: str, device: int, kind: str, at: datetime, *, sitting: str = "i-1") -> PresenceEvent:
    key = f"{sitting}:{person}:{device}:{kind}:{at.isoformat()}"
    return PresenceEvent(key, "w01", sitting, person, f"{person}-{device}", kind, at, "webhook")  # type: ignore[arg-type]


def events_of(vector: Vector) -> list[PresenceEvent]:
    made = [event(TRAINER, n, "joined", minute(j)) for n, (j, _) in enumerate(vector.trainer)]
    made += [event(TRAINER, n, "left", minute(left)) for n, (_, left) in enumerate(vector.trainer)]
    for device, (joined, left) in enumerate(vector.learner):
        made.append(event(LEARNER, device, "joined", minute(joined)))
        made += [] if left is None else [event(LEARNER, device, "left", minute(left))]
    return [*made, event("", 0, "ended", minute(vector.room_closed))]


def settled(events, rule: Rule, opened: float = 0, starts_at: datetime | None = START):
    sittings = [Sitting("w01", "w01", "i-1", minute(opened))]
    return settle(events, Expected(starts_at, 60, {TRAINER}, {LEARNER}, sittings), rule)


@pytest.mark.parametrize("name", VECTORS)
def test_sums_of_the_vector_are_those_of_the_table(name: str) -> None:
    vector = VECTORS[name]
    (attendance,) = settled(events_of(vector), Rule(), vector.room_opened).attendances
    spans = [span(i.joined_at, i.left_at) for i in attendance.intervals if i.left_at]
    assert seconds(spans) == vector.naive * 60
    assert seconds(union(spans, timedelta(seconds=60))) == vector.union * 60


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", VECTORS)
def test_percentage_of_the_vector_is_that_of_the_table(name: str, kind: str) -> None:
    vector = VECTORS[name]
    (attendance,) = settled(events_of(vector), Rule(kind), vector.room_opened).attendances
    exact = 100 * attendance.attended_seconds / attendance.denominator_seconds
    assert round(exact, 1) == getattr(vector, kind)
    assert attendance.percent == int(exact)
    assert attendance.reached == (getattr(vector, kind) >= 70)
    assert attendance.estimated == name.startswith("K")


def test_one_second_short_of_the_threshold_is_not_reached_although_it_displays_alike() -> None:
    held = Held(START, 60, (Span(START, minute(60)),))
    enough = assess(LEARNER, [stay(LEARNER, 0, 42)], held, Rule())
    short = assess(LEARNER, [stay(LEARNER, 0, 42 - 1 / 60)], held, Rule())
    assert (enough.reached, short.reached, short.percent) == (True, False, 69)


def test_room_without_a_trainer_counts_for_nobody() -> None:
    alone = [event(LEARNER, 0, "joined", minute(0)), event(LEARNER, 0, "left", minute(60))]
    (attendance,) = settled(alone, Rule()).attendances
    assert (attendance.percent, attendance.reached, attendance.denominator_seconds) == (0, False, 0)


def test_webinar_held_on_another_day_is_counted_from_when_its_trainer_began() -> None:
    (attendance,) = settled(
        events_of(VECTORS["B drop 20-25"]), Rule(), starts_at=START + timedelta(days=30)
    ).attendances
    assert attendance.percent == 91


def test_unscheduled_webinar_counts_only_while_there_is_somebody_to_teach() -> None:
    trainer = [event(TRAINER, 0, "joined", minute(0)), event(TRAINER, 0, "left", minute(60))]
    learner = [event(LEARNER, 0, "joined", minute(20)), event(LEARNER, 0, "left", minute(50))]
    (alone_before_and_after,) = settled([*trainer, *learner], Rule(), starts_at=None).attendances
    assert (alone_before_and_after.percent, alone_before_and_after.denominator_seconds) == (100, 30 * 60)
    (on_time,) = settled([*trainer, *learner], Rule()).attendances
    assert on_time.percent == 50


def test_gap_of_exactly_the_bridge_is_closed_and_a_second_more_is_not() -> None:
    held = Held(START, 60, (Span(START, minute(60)),))
    closed = assess(LEARNER, [stay(LEARNER, 0, 10), stay(LEARNER, 11, 60)], held, Rule())
    open_gap = assess(LEARNER, [stay(LEARNER, 0, 10), stay(LEARNER, 11 + 1 / 60, 60)], held, Rule())
    assert (closed.attended_seconds, open_gap.attended_seconds) == (3600, 3539)


def test_unknown_denominator_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown denominator"):
        settled(events_of(VECTORS["A full stay"]), Rule("generous"))


def test_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        span(datetime(2026, 1, 1), START)  # noqa: DTZ001 — the missing zone is what is tested


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_night_the_clocks_change_in_rome_counts_the_minutes_that_passed(night: str) -> None:
    """From 00:30 to 03:30: two hours in March, four in October, never the three on the wall."""
    evening = datetime.fromisoformat(f"{night}T00:30").replace(tzinfo=ROME)
    morning = datetime.fromisoformat(f"{night}T03:30").replace(tzinfo=ROME)
    real = 2 * 3600 if night == "2026-03-29" else 4 * 3600
    learner = RawInterval(LEARNER, "w", evening, morning, "webhook")
    trainer = RawInterval(TRAINER, "t", evening, morning, "webhook")
    held = held_webinar(evening, real // 60, [trainer], Rule())
    attendance = assess(LEARNER, [learner], held, Rule())
    assert (attendance.attended_seconds, attendance.denominator_seconds) == (real, real)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_same_presence_written_in_rome_time_gives_the_same_attendance(night: str) -> None:
    base = datetime.fromisoformat(f"{night}T00:00").replace(tzinfo=ROME).astimezone(UTC)

    def told(zone) -> list[PresenceEvent]:
        moves = [
            (TRAINER, "joined", 0),
            (TRAINER, "left", 180),
            (LEARNER, "joined", 45),
            (LEARNER, "left", 150),
        ]
        return [event(p, 0, k, (base + timedelta(minutes=m)).astimezone(zone)) for p, k, m in moves]

    def seconds_in(zone) -> list[tuple[int, int]]:
        expected = Expected(base.astimezone(zone), 180, {TRAINER}, {LEARNER})
        register = settle(told(zone), expected, Rule())
        return [(a.attended_seconds, a.denominator_seconds) for a in register.attendances]

    assert seconds_in(ROME) == seconds_in(UTC) == [(105 * 60, 180 * 60)]


MOMENTS = st.integers(-30 * 60, 120 * 60).map(lambda s: START + timedelta(seconds=s))
MOVES = st.tuples(
    st.sampled_from([LEARNER, TRAINER]), st.integers(0, 2), st.sampled_from(["joined", "left"]), MOMENTS
)
STORIES = st.lists(MOVES.map(lambda m: event(*m)), max_size=14)
RULES = st.builds(Rule, denominator=st.sampled_from(KINDS), bridge_seconds=st.integers(0, 120))


@given(STORIES, RULES, st.randoms(use_true_random=False))
def test_order_of_delivery_does_not_matter(story, rule, random) -> None:
    shuffled = list(story)
    random.shuffle(shuffled)
    assert settled(shuffled, rule) == settled(story, rule)


@given(STORIES, RULES, st.data())
def test_duplicated_delivery_does_not_matter(story, rule, data) -> None:
    repeated = data.draw(st.lists(st.sampled_from(story))) if story else []
    assert settled([*story, *repeated], rule) == settled(story, rule)


@given(STORIES, RULES, st.integers(-(10**7), 10**7))
def test_shift_of_every_clock_together_does_not_matter(story, rule, shift) -> None:
    move = timedelta(seconds=shift)
    shifted = [event(e.person_id, int(e.connection[-1]), e.kind, e.at + move) for e in story]

    def figures(events, start, opened):
        sittings = [Sitting("w01", "w01", "i-1", opened)]
        register = settle(events, Expected(start, 60, {TRAINER}, {LEARNER}, sittings), rule)
        return [(a.attended_seconds, a.denominator_seconds, a.reached) for a in register.attendances]

    assert figures(shifted, START + move, START + move) == figures(story, START, START)


@given(STORIES, RULES)
def test_nobody_is_ever_above_one_hundred_percent(story, rule) -> None:
    for attendance in settled(story, rule).attendances:
        assert 0 <= attendance.attended_seconds <= attendance.denominator_seconds
        assert 0 <= attendance.percent <= 100


RANGES = st.tuples(st.integers(-30, 120), st.integers(0, 60))
STAYS = st.lists(RANGES.map(lambda s: stay(LEARNER, s[0], s[0] + s[1])), max_size=6)


@given(STAYS, STAYS, STAYS, RULES)
def test_adding_presence_never_lowers_attendance(stays, more, trainer, rule) -> None:
    held = held_webinar(START, 60, trainer, rule, START)
    before = assess(LEARNER, stays, held, rule)
    after = assess(LEARNER, [*stays, *more], held, rule)
    assert after.attended_seconds >= before.attended_seconds
    assert after.reached or not before.reached


@given(STAYS, STAYS, RULES)
def test_overlapping_devices_never_count_twice(stays, trainer, rule) -> None:
    held = held_webinar(START, 60, trainer, rule, START)
    assert (
        assess(LEARNER, [*stays, *stays], held, rule).attended_seconds
        == assess(LEARNER, stays, held, rule).attended_seconds
    )
