"""bbb-webhooks messages to presence events (video.md §1.7); addresses and user agents are dropped here."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from webinar_connector.providers.bigbluebutton.answers import moment
from webinar_connector.providers.errors import ConfigError
from webinar_connector.webinars import EventKind, PresenceEvent, Role

KIND_OF: Mapping[str, EventKind] = {"user-joined": "joined", "user-left": "left", "meeting-ended": "ended"}


def read(raw_body: bytes) -> tuple[PresenceEvent, ...]:
    """The presence events of an already verified body; others are skipped. ConfigError when malformed."""
    try:
        form = parse_qs(raw_body.decode(), strict_parsing=True, max_num_fields=20)
        told = json.loads(form["event"][0])
        batch = told if isinstance(told, list) else [told]  # the older form holds one object
        return tuple(event for item in batch for event in _presence(item["data"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigError("the webhook cannot be read", "bad_webhook") from None


def event_key(source: str, internal_id: str, connection: str, kind: str, milliseconds: int) -> str:
    """The same fact from the same source always has the same key, so a second delivery adds nothing."""
    fact = f"{internal_id}\n{connection}\n{kind}\n{milliseconds}"
    return f"{source}:{hashlib.sha256(fact.encode()).hexdigest()[:40]}"


def role_of(moderator: object) -> Role:
    """Our role from BigBlueButton's word or boolean."""
    return "moderator" if moderator is True or str(moderator).upper() == "MODERATOR" else "viewer"


def _presence(data: Mapping[str, Any]) -> Iterator[PresenceEvent]:
    kind = KIND_OF.get(data["id"])
    if kind is None:
        return
    meeting, at = data["attributes"]["meeting"], int(data["event"]["ts"])
    user = data["attributes"].get("user", {}) if kind != "ended" else {}
    internal_id, connection = str(meeting["internal-meeting-id"]), str(user.get("internal-user-id", ""))
    yield PresenceEvent(
        key=event_key("webhook", internal_id, connection, kind, at),
        meeting_id=str(meeting["external-meeting-id"]),
        internal_id=internal_id,
        person_id=str(user.get("external-user-id", "")),
        connection=connection,
        kind=kind,
        at=moment(str(at)),
        source="webhook",
        role=role_of(user.get("role")) if user else None,
    )
