"""One webinar in BigBlueButton's words: its meeting id, passwords, callback addresses, create parameters."""

import hmac
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from webinar_connector.providers.bigbluebutton.answers import milliseconds
from webinar_connector.providers.bigbluebutton.checksum import derived
from webinar_connector.providers.bigbluebutton.settings import BigBlueButtonSettings
from webinar_connector.providers.errors import AuthError
from webinar_connector.webinars import Person, Sitting, WantedWebinar

Purpose = Literal["events", "analytics", "ended"]
NAME_LENGTH = 64
FULL_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class CallbackAddress:
    """What a callback's path said, after its token was checked."""

    purpose: Purpose
    meeting_id: str


def meeting_id(settings: BigBlueButtonSettings, webinar_id: str) -> str:
    """Always the same for one webinar of one installation; never taken apart again."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", webinar_id).strip("-")[:80]
    mark = derived(settings.secret, "meeting", f"{settings.installation}\n{webinar_id}", 12)
    return f"{readable}-{mark}"


def callback_address(settings: BigBlueButtonSettings, purpose: Purpose, meeting: str) -> str:
    """Our address for one kind of message about one meeting, with a token nobody can guess (§1.6)."""
    token = derived(settings.secret, f"callback-{purpose}", meeting)
    return f"{settings.callback_url.rstrip('/')}/{purpose}/{quote(meeting, safe='')}/{token}"


def read_callback_address(settings: BigBlueButtonSettings, url: str) -> CallbackAddress:
    """What an incoming address stands for; AuthError when it is not one we gave out.

    Host and prefix are not compared: a proxy may change them, and the token cannot be forged.
    """
    *_, purpose, meeting, token = ("", "", *url.partition("?")[0].split("/"))
    if purpose in {"events", "analytics", "ended"} and meeting and token.isascii():
        kind: Purpose = (
            "events" if purpose == "events" else "analytics" if purpose == "analytics" else "ended"
        )
        if hmac.compare_digest(derived(settings.secret, f"callback-{kind}", meeting), token):
            return CallbackAddress(kind, meeting)
    raise AuthError("the address of this callback was not given out by us", "bad_callback_address")


def create_parameters(settings: BigBlueButtonSettings, webinar: WantedWebinar) -> dict[str, str]:
    """The parameters of `create`, equal on every call so that repeating it is harmless (§1.3, §1.5)."""
    meeting = meeting_id(settings, webinar.id)
    parameters = {
        "name": webinar.title.strip()[:NAME_LENGTH].ljust(2, "."),
        "meetingID": meeting,
        "attendeePW": derived(settings.secret, "attendee", meeting),
        "moderatorPW": derived(settings.secret, "moderator", meeting),
        # Without kept events there is no analytics callback at all (bigbluebutton#15224).
        "meetingKeepEvents": "true",
        "record": "false",
        "allowStartStopRecording": "false",
        "muteOnStart": "true",
        # A trainer's lost line must not throw everybody out, nor the clock end a webinar that overruns.
        "endWhenNoModerator": "false",
        "duration": "0",
        "meta_webinar": webinar.id,
    }
    if settings.logout_url:
        parameters["logoutURL"] = settings.logout_url.replace("{webinar}", quote(webinar.id, safe=""))
    if settings.callback_url:
        parameters["meta_analytics-callback-url"] = callback_address(settings, "analytics", meeting)
        parameters["meta_endCallbackUrl"] = callback_address(settings, "ended", meeting)
    return parameters


def hook_parameters(settings: BigBlueButtonSettings, meeting: str) -> dict[str, str]:
    """The parameters of `hooks/create`: one address per meeting, presence only."""
    return {
        "callbackURL": callback_address(settings, "events", meeting),
        "meetingID": meeting,
        "eventID": "user-joined,user-left,meeting-ended",
    }


def join_parameters(sitting: Sitting, person: Person) -> dict[str, str]:
    """The parameters of `join`: `createTime` keeps an old link out of a later sitting (§1.4)."""
    return {
        "meetingID": sitting.meeting_id,
        "fullName": person.name.strip()[:FULL_NAME_LENGTH],
        "role": "MODERATOR" if person.role == "moderator" else "VIEWER",
        "userID": person.id,
        "createTime": str(milliseconds(sitting.opened_at)),
        "userdata-bbb_override_default_locale": person.language,
        "redirect": "true",
    }
