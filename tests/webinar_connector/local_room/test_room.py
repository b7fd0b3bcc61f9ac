"""The room page without a browser: presence, leaving, ending, headers, stopping."""

import re
import threading
import time

import pytest
import requests

from tests.webinar_connector.conftest import provider_for, room_process
from webinar_connector.webinars import Person, WantedWebinar

W01 = WantedWebinar("p.w01", "Titolo <script>alert(1)</script>", 60, None, "f1")
ADA, BRUNO = Person("t-1", "Ada", "moderator"), Person("u-42", "Bruno <img src=x>", "viewer")


def opened(url: str, person: Person = BRUNO, **settings: str):
    """(provider, sitting, the page a person landed on)."""
    provider = provider_for(url, **settings)
    sitting = provider.open_sitting(W01)
    return provider, sitting, requests.get(provider.join_url(sitting, person), timeout=5)


def until(condition, seconds: float = 5) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_page_says_what_it_is_and_shows_text_as_text(room) -> None:
    page = opened(room)[2].text
    assert "Stanza locale di prova: senza audio e video" in page
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "Bruno &lt;img src=x&gt;" in page


def test_only_who_leads_sees_and_may_press_the_end_button(room) -> None:
    provider, sitting, page = opened(room)
    assert "Termina il webinar" not in page.text
    assert requests.post(f"{page.url}/end", timeout=5).status_code == 403
    assert provider.presence(sitting) != ()
    leader = requests.get(provider.join_url(sitting, ADA), timeout=5)
    assert "Termina il webinar" in leader.text
    assert "Sei uscito" in requests.post(f"{leader.url}/end", timeout=5).text
    assert "è terminato" in requests.get(page.url, timeout=5).text


@pytest.mark.parametrize("path", ["", "/presence", "/nowhere", "x"])
def test_every_page_has_protective_headers_and_no_inline_code(room, path) -> None:
    page = opened(room)[2]
    answer = requests.get(page.url + path, timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"\son\w+=|style=|<script>|https?://(?!www\.w3\.org)", answer.text)


def test_person_without_javascript_stays_present_by_the_frame_that_reloads_itself() -> None:
    with room_process(heartbeat_seconds=2, hold_seconds=0.1, sweep_seconds=0.1, refresh_seconds=7) as url:
        provider, sitting, page = opened(url)
        assert f'<iframe src="{page.url.removeprefix(url)}/presence"' in page.text
        for _ in range(5):
            time.sleep(0.5)
            frame = requests.get(f"{page.url}/presence", timeout=5).text
        assert '<meta http-equiv="refresh" content="7">' in frame
        assert "Bruno" in frame
        assert [i.person_id for i in provider.presence(sitting)] == ["u-42"]


def test_person_whose_heartbeat_stops_is_out_and_comes_back_with_the_next() -> None:
    with room_process(heartbeat_seconds=0.4, hold_seconds=0.1, sweep_seconds=0.1) as url:
        provider, sitting, page = opened(url)
        assert until(lambda: provider.presence(sitting) == ())
        requests.post(f"{page.url}/presence", data={"version": "0"}, timeout=5)
        assert provider.presence(sitting) != ()


def test_heartbeat_answers_at_once_when_somebody_enters(room) -> None:
    provider, sitting, page = opened(room)
    known = re.search(r'data-version="(\d+)"', page.text)
    assert known is not None
    told: list[requests.Response] = []
    beat = threading.Thread(
        target=lambda: told.append(
            requests.post(f"{page.url}/presence", data={"version": known[1]}, timeout=10)
        )
    )
    beat.start()
    time.sleep(0.3)
    assert told == []
    requests.get(provider.join_url(sitting, ADA), timeout=5)
    beat.join(5)
    assert [p["name"] for p in told[0].json()["people"]] == [BRUNO.name, "Ada"]


def test_closed_tab_is_out_and_reloaded_page_is_in_again(room) -> None:
    provider, sitting, page = opened(room)
    assert requests.post(f"{page.url}/away", timeout=5).status_code == 204
    assert provider.presence(sitting) == ()
    requests.get(page.url, timeout=5)
    assert provider.presence(sitting) != ()


def test_leaving_kills_the_address(room) -> None:
    provider, sitting, page = opened(room)
    assert "Sei uscito" in requests.post(f"{page.url}/leave", timeout=5).text
    assert provider.presence(sitting) == ()
    assert requests.get(page.url, timeout=5).status_code == 410
    assert requests.post(f"{page.url}/presence", timeout=5).status_code == 410


def test_leaving_leads_to_the_logout_address_which_the_policy_allows(room) -> None:
    page = opened(room, logout_url="https://tool.example.it:8443/webinars/{webinar}/dopo")[2]
    assert "form-action 'self' https://tool.example.it:8443" in page.headers["Content-Security-Policy"]
    left = requests.post(f"{page.url}/leave", timeout=5, allow_redirects=False)
    assert (left.status_code, left.headers["Location"]) == (
        303,
        "https://tool.example.it:8443/webinars/p.w01/dopo",
    )


def test_made_up_address_is_gone(room) -> None:
    assert requests.get(f"{room}/room/{'A' * 43}", timeout=5).status_code == 410
    assert requests.post(f"{room}/room/x/leave", timeout=5).status_code == 410


def test_large_body_is_refused(room) -> None:
    page = opened(room)[2]
    assert (
        requests.post(f"{page.url}/presence", data={"version": "1" * 100_000}, timeout=5).status_code == 413
    )


@pytest.mark.parametrize("version", ["", "-1", "x", "²", "9" * 5000])
def test_odd_version_is_answered(room, version) -> None:
    page = opened(room)[2]
    assert requests.post(f"{page.url}/presence", data={"version": version}, timeout=5).status_code == 200


def test_stopping_the_process_sends_leaves_ends_and_reports(mailbox) -> None:
    with room_process() as url:
        provider, _, page = opened(url, callback_url=f"{mailbox.url}/cb")
        waiting = threading.Thread(
            target=lambda: requests.post(f"{page.url}/presence", data={"version": "1"}, timeout=10)
        )
        waiting.start()
        time.sleep(0.3)
    waiting.join(10)
    letters = mailbox.letters
    told = [
        e.kind
        for x in letters
        if "/events/" in x.path
        for e in provider.verify_callback(x.headers, x.body, x.path)
    ]
    assert told == ["joined", "left", "ended"]
    assert sum("/analytics/" in x.path for x in letters) == 1
    assert sum("/ended/" in x.path for x in letters) == 1
