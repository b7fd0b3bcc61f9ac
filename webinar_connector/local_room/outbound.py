"""What the room tells others: webhooks in order and retried, the analytics report once, the end notice."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from webinar_connector.local_room.meetings import Change, Meeting
from webinar_connector.local_room.report import analytics_report, webhook_event
from webinar_connector.local_room.settings import RoomSettings
from webinar_connector.providers.bigbluebutton.answers import milliseconds
from webinar_connector.providers.bigbluebutton.checksum import analytics_bearer, webhook_checksum

log = logging.getLogger(__name__)


def web_address(url: str) -> bool:
    """Whether an address may be called or linked: http or https with a host, nothing else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


@dataclass(slots=True, eq=False)
class Hook:
    """One registered webhook; its letters leave one after the other."""

    id: str
    url: str
    meeting_id: str
    events: frozenset[str]
    letters: "asyncio.Queue[bytes | None]" = field(default_factory=asyncio.Queue)

    def wants(self, meeting_id: str, event_id: str) -> bool:
        """Whether this hook asked for such an event."""
        return self.meeting_id in {"", meeting_id} and (not self.events or event_id in self.events)


class Outbound:
    """The hooks of the process and everything under way to them."""

    def __init__(self, settings: RoomSettings, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session
        self._hooks: dict[str, Hook] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._made = 0

    def hooks(self) -> list[Hook]:
        """The registered hooks."""
        return list(self._hooks.values())

    def add_hook(self, url: str, meeting_id: str, events: frozenset[str]) -> tuple[Hook, bool]:
        """(the hook, whether its address was registered already)."""
        for hook in self._hooks.values():
            if hook.url == url:
                return hook, True
        self._made += 1
        hook = Hook(str(self._made), url, meeting_id, events)
        self._hooks[hook.id] = hook
        self._start(self._deliver(hook))
        return hook, False

    def remove_hook(self, hook_id: str) -> bool:
        """Forget a hook once its letters are out; whether there was one."""
        hook = self._hooks.pop(hook_id, None)
        if hook is not None:
            hook.letters.put_nowait(None)
        return hook is not None

    def tell(self, change: Change) -> None:
        """Put one change on its way to everybody who asked; never waits."""
        event_id = {"joined": "user-joined", "left": "user-left", "ended": "meeting-ended"}[change.kind]
        for hook in self.hooks():
            if hook.wants(change.meeting.meeting_id, event_id):
                hook.letters.put_nowait(self._letter(change, event_id))
        if change.kind == "ended":
            self._close(change.meeting)

    async def drain(self) -> None:
        """Wait for what is under way, at most `stop_seconds`; then give up."""
        for hook in self.hooks():
            self.remove_hook(hook.id)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._settings.stop_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _close(self, meeting: Meeting) -> None:
        for hook in self.hooks():
            if hook.meeting_id == meeting.meeting_id:
                self.remove_hook(hook.id)
        report_to = meeting.metadata.get("analytics-callback-url", "")
        if web_address(report_to):
            self._start(self._report(report_to, meeting))
        notice_to = meeting.metadata.get("endcallbackurl", "")
        if web_address(notice_to):
            self._start(self._notify_end(notice_to, meeting))

    def _letter(self, change: Change, event_id: str) -> bytes:
        event = json.dumps([webhook_event(change, event_id)], separators=(",", ":"))
        domain = urlsplit(self._settings.url).hostname or ""
        return urlencode({"domain": domain, "event": event, "timestamp": milliseconds(change.at)}).encode()

    async def _deliver(self, hook: Hook) -> None:
        while (letter := await hook.letters.get()) is not None:
            if not await self._post_until_taken(hook, letter):
                # Like bbb-webhooks, a hook that fails for minutes is dropped; its owner registers again.
                self._hooks.pop(hook.id, None)
                log.warning("webhook %s dropped after repeated failures", hook.id)
                return

    async def _post_until_taken(self, hook: Hook, letter: bytes) -> bool:
        signature = webhook_checksum(hook.url, letter, self._settings.secret, self._settings.hook_algorithm)
        address = f"{hook.url}{'&' if urlsplit(hook.url).query else '?'}checksum={signature}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        for pause in (*self._settings.retry_pauses, None):
            status = await self._send("POST", address, letter, headers)
            if 200 <= status < 300 or status == 401:  # noqa: PLR2004 — 401 counts as delivered (§1.7)
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        return False

    async def _report(self, address: str, meeting: Meeting) -> None:
        # BigBlueButton sends the report once and never again (§1.6): so do we.
        body = json.dumps(analytics_report(meeting)).encode()
        expires = (meeting.ended_at or meeting.created_at) + timedelta(hours=24)
        bearer = analytics_bearer(self._settings.secret, expires)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {bearer}"}
        await self._send("POST", address, body, headers)

    async def _notify_end(self, address: str, meeting: Meeting) -> None:
        more = urlencode({"recordingmarks": "false", "meetingID": meeting.meeting_id})
        full = f"{address}{'&' if urlsplit(address).query else '?'}{more}"
        for pause in (*self._settings.retry_pauses, None):
            status = await self._send("GET", full, None, {})
            if 200 <= status < 300 or pause is None:  # noqa: PLR2004
                return
            await asyncio.sleep(pause)

    async def _send(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> int:
        """The status of the answer, 0 when there was none. The answer's body is never read."""
        limit = aiohttp.ClientTimeout(total=self._settings.delivery_seconds)
        try:
            async with self._session.request(
                method, address, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            log.info("a callback did not get through: %s", type(problem).__name__)
            return 0

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
