"""The BigBlueButton provider against the real local room over HTTP."""

from datetime import UTC, datetime

import pytest
import requests

from tests.webinar_connector.conftest import SECRET, provider_for, room_process, small_server
from webinar_connector.providers.errors import (
    AuthError,
    ConfigError,
    ConflictError,
    NotFoundError,
    TemporaryError,
)
from webinar_connector.webinars import Person, WantedWebinar

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
W01 = WantedWebinar("co-alizione.w01", "Perché l'ISEE, e com'è «cambiato» * ~ %2F &amp;", 60, NOW, "f1")
TRAINER = Person("t-1", "Ada Bianchi", "moderator")
LEARNER = Person("u-42", "Niccolò <b>D'Amico</b> & figli", "viewer")


def enter(url: str) -> requests.Response:
    return requests.get(url, timeout=5)


def test_booking_reaches_the_server_and_creates_nothing(room) -> None:
    provider = provider_for(room)
    booked = provider.book(W01, None, NOW)
    assert (booked.fingerprint, booked.provider, booked.booked_at) == ("f1", "bigbluebutton", NOW)
    assert provider.read_back(booked) is None
    assert not provider.capabilities().exists_before_start
    assert b"noMeetings" in requests.get(provider._client.url("getMeetings", {}), timeout=5).content


def test_opening_twice_gives_the_same_sitting(room) -> None:
    provider = provider_for(room)
    first = provider.open_sitting(W01)
    assert provider.open_sitting(W01) == first
    assert first.meeting_id == provider.book(W01, None, NOW).external_id
    assert first.internal_id.endswith(str(int(first.opened_at.timestamp() * 1000)))


def test_changed_title_does_not_reach_a_running_meeting(room) -> None:
    provider = provider_for(room)
    sitting = provider.open_sitting(W01)
    again = provider.open_sitting(WantedWebinar(W01.id, "Altro titolo", 90, NOW, "f2"))
    assert again == sitting
    info = requests.get(provider._client.url("getMeetingInfo", {"meetingID": sitting.meeting_id}), timeout=5)
    assert "Altro titolo" not in info.text


def test_people_are_inside_with_their_id_name_and_role(room) -> None:
    provider = provider_for(room)
    sitting = provider.open_sitting(W01)
    assert provider.presence(sitting) == ()
    assert enter(provider.join_url(sitting, TRAINER)).status_code == 200
    page = enter(provider.join_url(sitting, LEARNER))
    assert "Niccolò &lt;b&gt;" in page.text
    inside = {(i.person_id, i.name, i.role) for i in provider.presence(sitting)}
    assert inside == {("t-1", TRAINER.name, "moderator"), ("u-42", LEARNER.name, "viewer")}


def test_end_throws_everybody_out_and_is_harmless_twice(room) -> None:
    provider = provider_for(room)
    sitting = provider.open_sitting(W01)
    page = enter(provider.join_url(sitting, LEARNER))
    provider.end(sitting)
    provider.end(sitting)
    assert provider.presence(sitting) == ()
    assert "è terminato" in enter(page.url).text


def test_end_of_an_old_sitting_leaves_the_later_one_running(room) -> None:
    provider = provider_for(room)
    old = provider.open_sitting(W01)
    provider.end(old)
    new = provider.open_sitting(W01)
    assert new.internal_id != old.internal_id
    enter(provider.join_url(new, LEARNER))
    provider.end(old)
    assert [i.person_id for i in provider.presence(new)] == ["u-42"]
    assert provider.presence(old) == ()


def test_join_link_of_an_old_sitting_does_not_enter_the_later_one(room) -> None:
    provider = provider_for(room)
    old = provider.open_sitting(W01)
    link = provider.join_url(old, LEARNER)
    provider.end(old)
    new = provider.open_sitting(W01)
    refused = enter(link)
    assert refused.status_code == 404
    assert "già finito" in refused.text
    assert provider.presence(new) == ()


@pytest.mark.parametrize("change", [("VIEWER", "MODERATOR"), ("u-42", "u-43"), ("checksum=", "checksum=0")])
def test_altered_join_link_is_refused(room, change) -> None:
    provider = provider_for(room)
    sitting = provider.open_sitting(W01)
    assert enter(provider.join_url(sitting, LEARNER).replace(*change)).status_code == 403
    assert provider.presence(sitting) == ()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_every_checksum_algorithm_is_accepted(room, algorithm) -> None:
    assert provider_for(room, algorithm=algorithm).book(W01, None, NOW)


def test_wrong_secret_is_an_auth_error(room) -> None:
    with pytest.raises(AuthError):
        provider_for(room, secret="not-the-secret").open_sitting(W01)


def test_missing_secret_is_refused_at_once(room) -> None:
    with pytest.raises(ConfigError):
        provider_for(room, secret="  ")


def test_comma_in_a_webinar_id_never_reaches_the_meeting_id(room) -> None:
    sitting = provider_for(room).open_sitting(WantedWebinar("a,b/ç", "Titolo", 60, None, "f"))
    assert "," not in sitting.meeting_id


def test_two_installations_on_one_server_do_not_meet(room) -> None:
    one = provider_for(room, installation="https://a.example.it").open_sitting(W01)
    other = provider_for(room, installation="https://b.example.it").open_sitting(W01)
    assert one.meeting_id != other.meeting_id


def test_one_letter_title_is_long_enough_for_the_server(room) -> None:
    assert provider_for(room).open_sitting(WantedWebinar("w", "A", 60, None, "f"))
    assert provider_for(room).open_sitting(WantedWebinar("x", "è" * 300, 60, None, "f"))


def test_meeting_of_somebody_else_with_our_id_is_a_conflict(room) -> None:
    provider = provider_for(room)
    taken = {"name": "Altro", "meetingID": provider.book(W01, None, NOW).external_id, "attendeePW": "a"}
    provider._client.call("create", taken)
    with pytest.raises(ConflictError):
        provider.open_sitting(W01)


def test_sitting_without_webhooks_still_opens_and_doctor_says_so() -> None:
    def without_hooks(request) -> None:
        path = request.path
        if "/hooks/" in path:
            body = b"<response><returncode>FAILED</returncode></response>"
        else:
            body = (
                b"<response><returncode>SUCCESS</returncode><meetingID>m</meetingID><version>2.0</version>"
                b"<internalMeetingID>i-1</internalMeetingID><createTime>1</createTime></response>"
            )
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    with small_server(without_hooks) as url:
        provider = provider_for(url, callback_url="http://127.0.0.1:1/cb")
        assert provider.open_sitting(W01).internal_id == "i-1"
        assert [f.level for f in provider.doctor() if f.code == "webhooks"] == ["warning"]


def test_server_gone_is_temporary() -> None:
    with room_process() as url:
        provider = provider_for(url)
    with pytest.raises(TemporaryError):
        provider.open_sitting(W01)


def test_meeting_that_left_memory_is_not_found(room) -> None:
    with pytest.raises(NotFoundError):
        provider_for(room)._client.call("getMeetingInfo", {"meetingID": "nessuno"})


def test_doctor_finds_nothing_wrong_with_the_local_room(room) -> None:
    findings = provider_for(room, callback_url="http://localhost:1/x").doctor()
    assert {f.level for f in findings} == {"ok"}
    assert [f.code for f in findings] == [
        "server_transport",
        "reachable",
        "secret",
        "webhooks",
        "callback_transport",
    ]


def test_doctor_says_which_thing_is_wrong(room) -> None:
    wrong = {f.code: f for f in provider_for(room, secret="sbagliato").doctor()}
    assert wrong["secret"].level == "error"
    assert "L'orologio non c'entra" in wrong["secret"].sentence
    assert SECRET not in str(wrong)
    nowhere = {f.code: f for f in provider_for(f"{room}/altrove").doctor()}
    assert "non c'è un server BigBlueButton" in nowhere["http_404"].sentence


def test_settings_never_show_their_secret(room) -> None:
    assert SECRET not in repr(provider_for(room)._settings)
