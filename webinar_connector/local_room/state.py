"""The running room: meetings, what is told to others, and the pages that wait for a change."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime

import aiohttp
from aiohttp import web

from webinar_connector.local_room.meetings import Change, Meeting, Meetings
from webinar_connector.local_room.outbound import Outbound
from webinar_connector.local_room.settings import RoomSettings

Clock = Callable[[], datetime]


class Room:
    """Everything one process holds. Handlers ask it for the time: the clock is handed in once."""

    def __init__(self, settings: RoomSettings, clock: Clock, outbound: Outbound) -> None:
        self.settings = settings
        self.now = clock
        self.meetings = Meetings(settings)
        self.outbound = outbound
        self._changed: dict[str, asyncio.Event] = {}

    def publish(self, changes: Iterable[Change]) -> None:
        """Tell hooks and waiting pages what happened; never waits."""
        for change in changes:
            self.outbound.tell(change)
            waiting = self._changed.pop(change.meeting.internal_id, None)
            if waiting is not None:
                waiting.set()

    async def wait_for_change(self, meeting: Meeting, known_version: str) -> None:
        """Return when the meeting is no longer as the page knows it, at the latest after `hold_seconds`."""
        if str(meeting.version) != known_version or meeting.ended_at is not None:
            return
        waiting = self._changed.setdefault(meeting.internal_id, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiting.wait(), self.settings.hold_seconds)

    def end_all(self) -> None:
        """End every meeting, as when the process is asked to stop."""
        for meeting in self.meetings.all():
            self.publish(self.meetings.end(meeting, self.now()))

    async def sweep_for_ever(self) -> None:
        """Let time do its work: missed heartbeats and expiries."""
        while True:
            await asyncio.sleep(self.settings.sweep_seconds)
            self.publish(self.meetings.sweep(self.now()))


ROOM = web.AppKey("ROOM", Room)


def running_room(settings: RoomSettings, clock: Clock) -> Callable[[web.Application], AsyncIterator[None]]:
    """The life of the room inside the application: made at start, emptied and drained at stop."""

    async def life(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            app[ROOM] = Room(settings, clock, Outbound(settings, session))
            sweeping = asyncio.create_task(app[ROOM].sweep_for_ever())
            yield
            sweeping.cancel()
            await asyncio.wait([sweeping])
            app[ROOM].end_all()
            await app[ROOM].outbound.drain()

    return life


async def say_goodbye(app: web.Application) -> None:
    """On shutdown, before connections close: waiting pages answer and leave events are on their way."""
    app[ROOM].end_all()
