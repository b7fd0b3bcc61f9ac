"""Few to each destination, fairly shared, and none to one that is down but for a probe."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms_plugin.delivery.gate import AT_ONCE_EACH, FIRST_PAUSE, LONGEST_PAUSE, PATIENCE, Gate

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
A, B, C = (UUID(int=number) for number in (10, 11, 12))


def come_back(gate: Gate, one: UUID, times: int, *, trouble: bool, now: datetime = NOW) -> None:
    for _ in range(times):
        gate.went(one, 1)
        gate.came_back(one, now, trouble=trouble, asked=None)


def test_a_new_destination_begins_with_few_and_gets_more_while_it_answers() -> None:
    gate = Gate()
    assert gate.share([A], NOW) == {A: 2}
    come_back(gate, A, 100, trouble=False)
    assert gate.share([A], NOW) == {A: AT_ONCE_EACH}


def test_what_is_free_is_shared_in_turn() -> None:
    gate = Gate(at_once=10)
    for one in (A, B, C):
        come_back(gate, one, 100, trouble=False)
    gate.went(A, 4)
    assert gate.share([A, B, C], NOW) == {B: 3, C: 3}


def test_a_destination_that_fails_gets_fewer_and_then_none() -> None:
    gate = Gate()
    come_back(gate, A, 100, trouble=False)
    come_back(gate, A, 1, trouble=True)
    assert gate.share([A], NOW) == {A: AT_ONCE_EACH - 1}
    come_back(gate, A, PATIENCE - 1, trouble=True)
    assert gate.share([A], NOW) == {}
    assert gate.share([A, B], NOW) == {B: 2}


def test_one_probe_at_a_time_ever_more_rarely() -> None:
    gate, now, pauses = Gate(), NOW, []
    come_back(gate, A, PATIENCE, trouble=True)
    for _ in range(12):
        begun = now
        while not gate.share([A], now):
            now += timedelta(seconds=1)
        pauses.append(now - begun)
        assert gate.share([A], now) == {A: 1}
        gate.went(A, 1)
        assert gate.share([A], now) == {}
        gate.came_back(A, now, trouble=True, asked=None)
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_probe_that_is_answered_opens_the_door() -> None:
    gate = Gate()
    come_back(gate, A, PATIENCE + 3, trouble=True)
    come_back(gate, A, 1, trouble=False, now=NOW + LONGEST_PAUSE)
    assert gate.share([A], NOW + LONGEST_PAUSE)[A] >= 1


def test_a_destination_that_asks_to_be_left_alone_is() -> None:
    gate = Gate()
    for _ in range(PATIENCE):
        gate.went(A, 1)
        gate.came_back(A, NOW, trouble=True, asked=timedelta(minutes=2))
    assert gate.share([A], NOW + timedelta(minutes=1)) == {}
    assert gate.share([A], NOW + timedelta(minutes=2)) == {A: 1}


def test_stragglers_do_not_close_the_door_for_longer() -> None:
    gate = Gate()
    gate.went(A, 9)
    for _ in range(9):
        gate.came_back(A, NOW, trouble=True, asked=None)
    assert gate.share([A], NOW + FIRST_PAUSE) == {A: 1}


def test_now_and_then_a_failure_leaves_the_pace_as_it_is() -> None:
    gate = Gate()
    for number in range(200):
        come_back(gate, A, 1, trouble=number % 5 == 0)
    assert gate.share([A], NOW)[A] >= AT_ONCE_EACH - 1
