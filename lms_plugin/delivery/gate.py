"""How much may be on its way to each destination at once: few to each, none to one that is down.

Whoever sends slowly or not at all takes no place from the others. Kept by each worker for itself.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

log = logging.getLogger(__name__)
AT_ONCE = 40  # on their way in all
AT_ONCE_EACH = 8  # on their way to one destination, when it answers well
FIRST_LIMIT = 2.0
# Failures in a row after which nothing more is sent for a while, then one as a probe.
PATIENCE = 5
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(slots=True)
class _Door:
    on_their_way: int = 0
    limit: float = FIRST_LIMIT
    failures: int = 0
    pause: timedelta = FIRST_PAUSE
    closed_until: datetime | None = None


@dataclass(slots=True)
class Gate:
    """The doors of all destinations."""

    at_once: int = AT_ONCE
    at_once_each: int = AT_ONCE_EACH
    doors: dict[UUID, _Door] = field(default_factory=dict)

    @property
    def on_their_way(self) -> int:
        """How many are out."""
        return sum(door.on_their_way for door in self.doors.values())

    def share(self, destinations: Iterable[UUID], now: datetime) -> dict[UUID, int]:
        """How many more may go to each of these: one in turn, beginning with who has the fewest out."""
        doors = {one: self.doors.setdefault(one, _Door()) for one in destinations}
        room = {one: self._room(door, now) for one, door in doors.items()}
        free = max(self.at_once - self.on_their_way, 0)
        given = dict.fromkeys(doors, 0)
        while free > 0:
            open_ones = [one for one in doors if given[one] < room[one]]
            if not open_ones:
                break
            poorest = min(open_ones, key=lambda one: doors[one].on_their_way + given[one])
            given[poorest] += 1
            free -= 1
        return {one: number for one, number in given.items() if number}

    def went(self, destination: UUID, number: int) -> None:
        """So many have left."""
        self.doors.setdefault(destination, _Door()).on_their_way += number

    def came_back(self, destination: UUID, now: datetime, *, trouble: bool, asked: timedelta | None) -> None:
        """One is back; `trouble` when the destination failed, which then asked to be left alone so long."""
        door = self.doors.setdefault(destination, _Door())
        door.on_their_way = max(door.on_their_way - 1, 0)
        if not trouble:
            door.failures, door.pause, door.closed_until = 0, FIRST_PAUSE, None
            door.limit = min(door.limit + 0.5, self.at_once_each)
            return
        door.failures += 1
        # Gently: one that never answers keeps its place for ten seconds, and must not keep the last one.
        door.limit = max(door.limit - 1, FIRST_LIMIT)
        if door.failures >= PATIENCE and (door.closed_until is None or now >= door.closed_until):
            pause = min(max(door.pause, asked or timedelta()), LONGEST_PAUSE)
            door.closed_until = now + pause
            log.warning(
                "destination %s failed %s times: left alone for %s", destination, door.failures, pause
            )
            door.pause = min(door.pause * 2, LONGEST_PAUSE)

    def _room(self, door: _Door, now: datetime) -> int:
        if door.closed_until is None:
            return max(int(door.limit) - door.on_their_way, 0)
        # Half open: one probe, and its answer decides.
        return 1 if now >= door.closed_until and door.on_their_way == 0 else 0
