"""Presence that comes back: webhooks, analytics report and end notice, true and forged."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode

import jwt
import pytest
import requests

from tests.webinar_connector.conftest import SECRET, provider_for, room_process
from tests.webinar_connector.test_attendance import Rule
from webinar_connector.attendance import Expected, settle
from webinar_connector.presence import disagreements, pair
from webinar_connector.providers.bigbluebutton.checksum import webhook_checksum
from webinar_connector.providers.bigbluebutton.meeting import callback_address
from webinar_connector.providers.errors import AuthError, ConfigError
from webinar_connector.webinars import Person, WantedWebinar

W01 = WantedWebinar("co-alizione.w01", "Titolo", 60, None, "f1")
TRAINER = Person("t-1", "Ada", "moderator")
LEARNER = Person("u-42", "Bruno", "viewer")
KEY = SECRET.encode().ljust(64, b"\0")


def held(mailbox, letters_expected: int = 7, **parameters):
    """Hold a short webinar in a real room; gives (provider, letters of the mailbox)."""
    with room_process(**parameters) as url:
        provider = provider_for(url, callback_url=f"{mailbox.url}/cb")
        sitting = provider.open_sitting(W01)
        requests.get(provider.join_url(sitting, TRAINER), timeout=5)
        page = requests.get(provider.join_url(sitting, LEARNER), timeout=5)
        requests.post(f"{page.url}/leave", timeout=5)
        provider.end(sitting)
        mailbox.wait_for(lambda letters: len(letters) >= letters_expected)
        letters = mailbox.letters
        ended = next(letter for letter in letters if "/ended/" in letter.path)
        confirmed = provider.verify_callback(ended.headers, b"", ended.path)
    return provider, letters, confirmed


def test_short_webinar_comes_back_by_webhook_and_by_report_and_both_agree(mailbox) -> None:
    provider, letters, confirmed = held(mailbox)
    told = [provider.verify_callback(x.headers, x.body, x.path) for x in letters if "/ended/" not in x.path]
    events = [event for batch in told for event in batch]
    by_hook = [(e.person_id, e.kind, e.role) for e in events if e.source == "webhook"]
    assert by_hook == [
        ("t-1", "joined", "moderator"),
        ("u-42", "joined", "viewer"),
        ("u-42", "left", "viewer"),
        ("t-1", "left", "moderator"),
        ("", "ended", None),
    ]
    assert {e.source for e in events} == {"webhook", "analytics"}
    assert disagreements(pair(events)) == ()
    assert [e.kind for e in confirmed] == ["ended"]
    register = settle(events, Expected(None, 60, {"t-1"}, {"u-42"}), Rule())
    assert [(a.person_id, a.estimated) for a in register.attendances] == [("u-42", False)]


def test_duplicated_deliveries_have_the_same_keys(mailbox) -> None:
    provider, letters, _ = held(mailbox)
    letter = next(x for x in letters if "/events/" in x.path)
    first = provider.verify_callback(letter.headers, letter.body, letter.path)
    assert provider.verify_callback(letter.headers, letter.body, letter.path) == first


def test_webhook_is_retried_until_taken(mailbox) -> None:
    mailbox.statuses = [500, 503]
    _, letters, _ = held(mailbox, 9)
    bodies = [x.body for x in letters if "/events/" in x.path]
    assert bodies[0] == bodies[1]
    assert len(set(bodies)) == 5


def test_proxy_that_changes_host_and_prefix_does_not_break_the_signature(mailbox) -> None:
    provider, letters, _ = held(mailbox)
    letter = next(x for x in letters if "/events/" in x.path)
    assert provider.verify_callback(letter.headers, letter.body, f"https://interno:8443/app{letter.path}")


@pytest.fixture
def provider():
    return provider_for("http://127.0.0.1:1", callback_url="https://tool.example.it/webinars/callbacks")


def event_body(
    kind: str = "user-joined", meeting: str = "m-1", ts: object = 1795424400123, **user: str
) -> bytes:
    person = {"internal-user-id": "w_1", "external-user-id": "u-42", "role": "VIEWER", **user}
    data = {
        "type": "event",
        "id": kind,
        "attributes": {
            "meeting": {"internal-meeting-id": "i-1", "external-meeting-id": meeting},
            "user": person,
        },
        "event": {"ts": ts},
    }
    return urlencode({"domain": "b", "event": json.dumps([{"data": data}]), "timestamp": 0}).encode()


def hook_url(provider, body: bytes, secret: str = SECRET, meeting: str = "m-1") -> str:
    registered = callback_address(provider._settings, "events", meeting)
    return f"{registered}?checksum={webhook_checksum(registered, body, secret)}"


def test_true_webhook_is_read_and_addresses_are_dropped(provider) -> None:
    body = event_body(**{"ip-address": "192.0.2.7", "user-agent": "Mozilla"})
    (event,) = provider.verify_callback({}, body, hook_url(provider, body))
    assert (event.person_id, event.connection, event.kind) == ("u-42", "w_1", "joined")
    assert event.at == datetime(2026, 11, 23, 9, 0, 0, 123000, tzinfo=UTC)
    assert "192.0.2.7" not in repr(event)


def test_older_form_with_one_object_and_no_domain_is_read(provider) -> None:
    told = json.loads(parse_qs(event_body().decode())["event"][0])[0]
    body = urlencode({"event": json.dumps(told), "timestamp": 0}).encode()
    assert len(provider.verify_callback({}, body, hook_url(provider, body))) == 1


def test_events_of_no_interest_are_skipped(provider) -> None:
    body = event_body("user-raise-hand-changed")
    assert provider.verify_callback({}, body, hook_url(provider, body)) == ()


def test_webhook_with_a_forged_checksum_is_refused(provider) -> None:
    body = event_body()
    for url in (
        hook_url(provider, body, secret="other"),
        hook_url(provider, b"domain=x"),
        callback_address(provider._settings, "events", "m-1"),
        f"{callback_address(provider._settings, 'events', 'm-1')}?checksum=",
    ):
        with pytest.raises(AuthError):
            provider.verify_callback({}, body, url)


def test_webhook_at_the_address_of_another_webinar_is_refused(provider) -> None:
    body = event_body(meeting="m-2")
    with pytest.raises(AuthError):
        provider.verify_callback({}, body, hook_url(provider, body, meeting="m-1"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "https://tool/cb/events/m-1/0000",
        "/events/m-1/è",
        "/secrets/m-1/x",
        "https://tool/events//",
        "//[",
    ],
)
def test_address_we_never_gave_out_is_refused(provider, url: str) -> None:
    with pytest.raises(AuthError):
        provider.verify_callback({}, event_body(), url)


def test_token_of_one_kind_of_address_does_not_open_another(provider) -> None:
    body = event_body()
    url = hook_url(provider, body).replace("/events/", "/analytics/")
    with pytest.raises(AuthError):
        provider.verify_callback({}, body, url)


@pytest.mark.parametrize(
    "body",
    [b"", b"event=", b"event=%5B1%5D", b"event=%7B%7D", b"x", b"\xff\xfe",
     event_body(ts="soon"), event_body(ts=9**30), b"event=" + b"%5B" * 5000],
    ids=["empty", "no event", "a number", "no data", "no form", "not text", "no time", "far future", "deep"],
)  # fmt: skip
def test_signed_but_unreadable_webhook_is_a_typed_error(provider, body: bytes) -> None:
    with pytest.raises(ConfigError):
        provider.verify_callback({}, body, hook_url(provider, body))


def report(**changes: object) -> dict:
    joins = [
        {"timestamp": "2026-11-23T10:00:00.000+01:00", "userid": "w_1", "ext_userid": "u-42", "event": "join"}
    ]
    lefts = [
        {"timestamp": "2026-11-23T10:40:00.000+01:00", "userid": "w_1", "ext_userid": "u-42", "event": "left"}
    ]
    attendee = {
        "ext_user_id": "u-42", "name": "Bruno", "moderator": False, "duration": 99999,
        "joins": ["2026-11-23T10:00:00.000+01:00"], "leaves": ["2026-11-23T10:40:00.000+01:00"],
        "sessions": [{"joins": joins, "lefts": lefts}], **changes,
    }  # fmt: skip
    data = {
        "metadata": {},
        "duration": 5400,
        "finish": "2026-11-23T11:00:00.000+01:00",
        "attendees": [attendee],
    }
    return {"version": "1.0", "meeting_id": "m-1", "internal_meeting_id": "i-1", "data": data}


def bearer(key: bytes | str | None = KEY, algorithm: str = "HS512", hours: float = 24) -> dict[str, str]:
    token = jwt.encode({"exp": datetime.now(UTC) + timedelta(hours=hours)}, key, algorithm=algorithm)
    return {"authorization": f"Bearer {token}", "Content-Type": "application/json"}


def analytics_url(provider) -> str:
    return callback_address(provider._settings, "analytics", "m-1")


@pytest.mark.parametrize("told", [report(), report(sessions=[])], ids=["sessions", "joins and leaves only"])
def test_report_is_recomputed_from_its_moves_never_from_its_duration(provider, told) -> None:
    events = provider.verify_callback(bearer(), json.dumps(told).encode(), analytics_url(provider))
    (stay,) = pair(events)
    assert stay.left_at is not None
    assert stay.left_at - stay.joined_at == timedelta(minutes=40)
    assert [e.kind for e in events] == ["joined", "left", "ended"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {SECRET}"},
        bearer(None, "none"),
        bearer(KEY, "HS256"),
        bearer(b"x" * 64),
        bearer(hours=-1),
    ],
    ids=["absent", "empty", "the secret itself", "alg none", "HS256", "other secret", "expired"],
)
def test_report_with_a_forged_bearer_is_refused(provider, headers) -> None:
    with pytest.raises(AuthError):
        provider.verify_callback(headers, json.dumps(report()).encode(), analytics_url(provider))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b'{"data":{}}', b"\xff", b"[" * 100_000,
     json.dumps(report(joins=1, sessions=7)).encode(),
     json.dumps(report(joins=["2026-11-23T10:00:00"], sessions=[])).encode()],
    ids=["empty", "list", "null", "no people", "not text", "deep", "wrong types", "no time zone"],
)  # fmt: skip
def test_unreadable_report_is_a_typed_error(provider, body: bytes) -> None:
    with pytest.raises(ConfigError):
        provider.verify_callback(bearer(), body, analytics_url(provider))


def test_end_notice_is_only_a_hint_while_the_meeting_still_runs(room) -> None:
    provider = provider_for(room, callback_url="http://127.0.0.1:1/cb")
    sitting = provider.open_sitting(W01)
    notice = callback_address(provider._settings, "ended", sitting.meeting_id)
    assert provider.verify_callback({}, b"", notice) == ()
