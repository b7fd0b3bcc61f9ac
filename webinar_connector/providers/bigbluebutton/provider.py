"""BigBlueButton as a Provider: nothing is created in advance, the room opens when somebody may enter it."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs
from xml.etree.ElementTree import Element

from webinar_connector.providers.bigbluebutton import analytics, webhooks
from webinar_connector.providers.bigbluebutton.answers import flag, moment, text
from webinar_connector.providers.bigbluebutton.checksum import analytics_bearer_valid, webhook_matches
from webinar_connector.providers.bigbluebutton.client import Client, api_base
from webinar_connector.providers.bigbluebutton.doctor import examine
from webinar_connector.providers.bigbluebutton.meeting import (
    callback_address,
    create_parameters,
    hook_parameters,
    join_parameters,
    meeting_id,
    read_callback_address,
)
from webinar_connector.providers.bigbluebutton.settings import BigBlueButtonSettings
from webinar_connector.providers.errors import (
    AuthError,
    ConfigError,
    NotFoundError,
    ProviderError,
    TemporaryError,
)
from webinar_connector.providers.interface import Capabilities
from webinar_connector.webinars import (
    BookedWebinar,
    Finding,
    Inside,
    Person,
    PresenceEvent,
    Sitting,
    WantedWebinar,
)

log = logging.getLogger(__name__)
NOBODY = "nobody-00000000"


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class BigBlueButton:
    """One BigBlueButton server (or Scalelite, or our local room)."""

    name = "bigbluebutton"

    def __init__(self, settings: BigBlueButtonSettings, clock: Callable[[], datetime] = utc_now) -> None:
        if not settings.secret.strip():
            raise ConfigError("the shared secret of the server is missing", "no_secret")
        self._settings = settings
        self._client = Client(
            api_base(settings.url), settings.secret.strip(), settings.algorithm, settings.seconds
        )
        self._clock = clock

    def capabilities(self) -> Capabilities:
        """A meeting lives in memory from `create` to its end: there is no calendar to put it in (§1.3)."""
        return Capabilities(
            exists_before_start=False,
            live_presence=True,
            final_report=True,
            personal_links=True,
            updates_running=False,
            audio_and_video=None,
        )

    def book(self, wanted: WantedWebinar, known: BookedWebinar | None, now: datetime) -> BookedWebinar:
        """Check that the server is there and accepts us, and fix the meeting id; nothing is created."""
        self._client.call("isMeetingRunning", {"meetingID": NOBODY})
        external_id = known.external_id if known is not None else meeting_id(self._settings, wanted.id)
        return BookedWebinar(wanted.id, self.name, external_id, wanted.fingerprint, now)

    def read_back(self, booked: BookedWebinar) -> str | None:  # noqa: ARG002 — part of the interface
        """None: before the start the server holds nothing that could be read."""
        return None

    def cancel(self, booked: BookedWebinar) -> None:
        """Nothing to take away: the server never knew it."""

    def open_sitting(self, webinar: WantedWebinar) -> Sitting:
        """Create the meeting, or find it created; webhooks are registered again each time."""
        answer = self._client.call("create", create_parameters(self._settings, webinar))
        if flag(answer, "hasBeenForciblyEnded"):
            raise TemporaryError("the last sitting is still being closed", "meetingForciblyEnded")
        sitting = _sitting(webinar.id, answer)
        self._register_hook(sitting.meeting_id)
        return sitting

    def join_url(self, sitting: Sitting, person: Person) -> str:
        """A signed `join` bound to the person and to this very sitting."""
        return self._client.url("join", join_parameters(sitting, person))

    def presence(self, sitting: Sitting) -> tuple[Inside, ...]:
        """Who is inside by `getMeetingInfo`; the API names people, not devices: each appears once."""
        try:
            info = self._client.call("getMeetingInfo", {"meetingID": sitting.meeting_id})
        except NotFoundError:
            return ()
        if text(info, "internalMeetingID") != sitting.internal_id:
            return ()
        people = {text(node, "userID"): node for node in info.iterfind("attendees/attendee")}
        return tuple(_inside(person_id, node) for person_id, node in sorted(people.items()))

    def end(self, sitting: Sitting) -> None:
        """End this sitting, never a later one of the same webinar."""
        password = create_parameters(self._settings, _bare(sitting))["moderatorPW"]
        try:
            info = self._client.call("getMeetingInfo", {"meetingID": sitting.meeting_id})
            if text(info, "internalMeetingID") == sitting.internal_id:
                self._client.call("end", {"meetingID": sitting.meeting_id, "password": password})
        except NotFoundError:
            return

    def verify_callback(
        self, headers: Mapping[str, str], raw_body: bytes, url: str
    ) -> tuple[PresenceEvent, ...]:
        """Webhook, analytics report or end notice, told apart by the address we gave out for each.

        `url` is the address as received, `raw_body` the body untouched. AuthError: not from our server.
        """
        address = read_callback_address(self._settings, url)
        if address.purpose == "ended":
            return self._confirmed_end(address.meeting_id)
        if address.purpose == "events":
            self._check_webhook(raw_body, url, address.meeting_id)
            events = webhooks.read(raw_body)
        else:
            self._check_bearer(headers)
            events = analytics.read(raw_body)
        if any(event.meeting_id != address.meeting_id for event in events):
            raise AuthError("the message speaks of another webinar than its address", "other_meeting")
        return events

    def doctor(self) -> tuple[Finding, ...]:
        """The self-test, in Italian."""
        return examine(self._client, self._settings)

    def _register_hook(self, meeting: str) -> None:
        if not self._settings.callback_url:
            return
        try:
            self._client.call("hooks/create", hook_parameters(self._settings, meeting))
        except ProviderError as refused:
            # bbb-webhooks is optional: the analytics report and polling remain. `doctor` says so too.
            log.warning("presence webhooks are not available: %s", refused.code)

    def _check_webhook(self, raw_body: bytes, url: str, meeting: str) -> None:
        given = parse_qs(url.partition("?")[2]).get("checksum", [""])[-1]
        signed = callback_address(self._settings, "events", meeting)
        if not webhook_matches(given, signed, raw_body, self._client.secret):
            raise AuthError("the webhook is not signed with our secret", "bad_checksum")

    def _check_bearer(self, headers: Mapping[str, str]) -> None:
        given = next((v for k, v in headers.items() if k.lower() == "authorization"), "")
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer" or not analytics_bearer_valid(token.strip(), self._client.secret):
            raise AuthError("the analytics report does not carry a valid bearer", "bad_bearer")

    def _confirmed_end(self, meeting: str) -> tuple[PresenceEvent, ...]:
        # The notice is unsigned: a hint, believed only when the server itself says the meeting is over.
        try:
            info = self._client.call("getMeetingInfo", {"meetingID": meeting})
        except NotFoundError:
            return (_ended(meeting, "", self._clock()),)
        if text(info, "endTime") in {"", "0"}:
            return ()
        return (_ended(meeting, text(info, "internalMeetingID"), moment(text(info, "endTime"))),)


def _sitting(webinar_id: str, answer: Element) -> Sitting:
    internal_id = text(answer, "internalMeetingID")
    if not internal_id:
        raise ConfigError("the answer to create names no meeting", "not_bigbluebutton")
    return Sitting(webinar_id, text(answer, "meetingID"), internal_id, moment(text(answer, "createTime")))


def _inside(person_id: str, node: Element) -> Inside:
    return Inside(
        person_id, text(node, "fullName"), webhooks.role_of(text(node, "role")), f"poll-{person_id}"
    )


def _bare(sitting: Sitting) -> WantedWebinar:
    return WantedWebinar(sitting.webinar_id, "", 0, None, "")


def _ended(meeting: str, internal_id: str, at: datetime) -> PresenceEvent:
    key = f"end-notice:{internal_id or meeting}:{at.isoformat()}"
    return PresenceEvent(key, meeting, internal_id, "", "", "ended", at, "end-notice")
