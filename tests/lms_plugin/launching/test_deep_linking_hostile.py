"""Deep linking requests and forms that are wrong on purpose: each refused by its code, changing nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.launching.picking_table import PickingRequest
from lms_plugin.lti import claims as names
from lms_plugin.rehearsal.course import ResourceLink as LmsLink
from lms_plugin.web.visit_table import Visit, purge_visits
from tests.conftest import Clock
from tests.lms_plugin.launching.picker import (
    IN_PREPARATION,
    M1,
    W01,
    W02,
    Picker,
    ask,
    claims_in,
    deliver,
    items_in,
    written,
)
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

FOREIGN = (
    "https://attacker.example/return?ticket=1",
    "http://attacker.example/return",
    "https://127.0.0.1.attacker.example/",
    "https://attacker.example\\@127.0.0.1/",
    "https://127.0.0.1@attacker.example/",
    "https://127.0.0.1:1/",
    "http://127.0.0.1:1/",
    "https://attacker.example/?https://127.0.0.1",
    "https://formazione.example/lti/launch",
    "https://127.0.0.1%2eattacker.example/",
    "https://[::1]/",
    "https://attacker.example:99999/",
    "https:///path",
    "https://school.instructure.com/return",  # Canvas's, and this LMS does not say that it is Canvas
)
WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"deep_link_return_url": None}, "claim_missing"),
    ({"deep_link_return_url": ""}, "claim_missing"),
    ({"deep_link_return_url": 7}, "claim_invalid"),
    ({"deep_link_return_url": "javascript:alert(1)"}, "claim_invalid"),
    ({"deep_link_return_url": "//attacker.example/"}, "claim_invalid"),
    ({"deep_link_return_url": ["https://lms.example"]}, "claim_invalid"),
    ({"accept_types": None}, "claim_missing"),
    ({"accept_types": "ltiResourceLink"}, "claim_invalid"),
    ({"accept_types": [1]}, "claim_invalid"),
    ({"accept_types": {"ltiResourceLink": True}}, "claim_invalid"),
    ({"accept_presentation_document_targets": None}, "claim_missing"),
    ({"accept_presentation_document_targets": "iframe"}, "claim_invalid"),
    ({"accept_presentation_document_targets": [None]}, "claim_invalid"),
    ({"accept_multiple": "yes"}, "claim_invalid"),
    ({"accept_multiple": 1}, "claim_invalid"),
    ({"accept_lineitem": []}, "claim_invalid"),
    ({"title": 5}, "claim_invalid"),
    ({"text": {}}, "claim_invalid"),
    ({"data": 5}, "claim_invalid"),
    ({"data": {"a": 1}}, "claim_invalid"),
)


def requests_kept(database: Session) -> int:
    counted = database.scalar(select(func.count()).select_from(PickingRequest)) or 0
    database.rollback()
    return counted


@on_sqlite
def test_settings_that_are_wrong_are_refused(
    browser: Browser, database: Session, subtests: pytest.Subtests
) -> None:
    for settings, code in WRONG:
        with subtests.test(str(settings)):
            response = ask(browser, **settings)
            assert (response.status_code, f"<code>{code}</code>" in response.text) == (400, True)
    assert requests_kept(database) == 0


@on_sqlite
def test_an_answer_is_never_sent_to_an_address_that_is_not_the_lmss(
    browser: Browser, database: Session, subtests: pytest.Subtests
) -> None:
    for address in FOREIGN:
        with subtests.test(address):
            response = ask(browser, deep_link_return_url=address)
            assert response.status_code == 400, response.text
            assert "<code>return_url_foreign</code>" in response.text
    assert requests_kept(database) == 0


def test_settings_are_asked_for(browser: Browser, database: Session) -> None:
    # A message of this type without the claim at all.
    installation = browser.practice.lms.installation
    initiation = browser.practice.lms.deep_linking_initiation()
    with installation.store.changing():
        pending = installation.pending._launches
        for name, launch in pending.items():
            pending[name] = type(launch)(**{**_fields(launch), "return_ticket": None})
    response = browser.post(browser.answer(initiation))
    assert "<code>claim_missing</code>" in response.text
    assert requests_kept(database) == 0


def _fields(launch: Any) -> dict[str, Any]:
    return {name: getattr(launch, name) for name in launch.__dataclass_fields__}


@pytest.mark.parametrize("user_id", ["ada", "elena"])
def test_learners_may_not_pick(browser: Browser, database: Session, user_id: str) -> None:
    response = ask(browser, user_id)
    assert response.status_code == 403
    assert "<code>forbidden_role</code>" in response.text
    assert requests_kept(database) == 0


def test_a_learners_visit_has_no_picker(browser: Browser) -> None:
    visit = browser.launch("ada").location.removeprefix(TOOL_URL).split("/")[2]
    for path in ("deep-linking", "deep-linking/details"):
        assert browser.client.get(f"/v/{visit}/{path}").status_code == 403
    assert browser.client.post(f"/v/{visit}/deep-linking/answer").status_code == 403


@on_sqlite
def test_a_trainers_other_visit_has_no_picker(browser: Browser) -> None:
    visit = browser.launch("carla").location.removeprefix(TOOL_URL).split("/")[2]
    response = browser.client.get(f"/v/{visit}/deep-linking")
    assert response.status_code == 404
    assert "picking_unknown" in response.text


def test_a_request_is_answered_once(browser: Browser, database: Session) -> None:
    picker = Picker(browser)
    form = {"item": [W01], "action": "add", **written(picker.details(W01).text)}
    assert deliver(picker.send(form)).status_code == 200
    for again in (picker.send(form), picker.cancel(), picker.page(), picker.details(W01)):
        assert again.status_code == 409
        assert "picking_answered" in again.text
    assert requests_kept(database) == 1


def test_of_many_answers_at_once_one_is_signed(browser: Browser) -> None:
    picker = Picker(browser)
    form = {"item": [W01], "action": "add", **written(picker.details(W01).text)}
    browser.client.get("/lti/jwks.json")
    cookies = {name: cookie.value for (_, _, name), cookie in browser.client._cookies.items()}

    def send(_number: int) -> int:
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        client = browser.client.application.test_client(use_cookies=False)
        response = client.post(
            f"{picker.path}/answer", data=form, headers={"Cookie": header}, base_url=TOOL_URL
        )
        return response.status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200, 409, 409, 409]


@on_sqlite
def test_the_lms_takes_an_answer_once_too(browser: Browser) -> None:
    answer = Picker(browser).answer(W01)
    assert deliver(answer).status_code == 200
    assert deliver(answer).status_code == 400


def test_a_request_ends_after_two_hours(browser: Browser, clock: Clock) -> None:
    picker = Picker(browser)
    for _pause in range(3):  # a visit without a pause of an hour
        clock.move(minutes=39)
        assert picker.page().status_code == 200
    clock.move(minutes=4)
    for late in (picker.page(), picker.cancel()):
        assert late.status_code == 410
        assert "picking_expired" in late.text


def test_another_visits_request_cannot_be_answered(browser: Browser, database: Session) -> None:
    mine, theirs = Picker(browser, data="mine"), Picker(browser, data="theirs")
    jar = {cookie.decoded_key: cookie.value for cookie in browser.client._cookies.values()}
    my_cookie, their_cookie = (f"__Host-visit-{each.path.split('/')[2]}" for each in (mine, theirs))
    stranger = browser.client.application.test_client(use_cookies=False)
    for name, value in ((my_cookie, jar[my_cookie]), (their_cookie, jar[my_cookie])):
        sent: dict[str, Any] = {"headers": {"Cookie": f"{name}={value}"}, "base_url": TOOL_URL}
        assert stranger.get(theirs.path, **sent).status_code == 401
        assert stranger.post(f"{theirs.path}/answer", data={"action": "cancel"}, **sent).status_code == 401
    database.rollback()
    answered = database.scalars(select(PickingRequest.answered_at)).all()
    assert answered == [None, None]


@on_sqlite
def test_an_answer_is_refused_without_the_form_token(browser: Browser) -> None:
    picker = Picker(browser)
    browser.client.application.config["WTF_CSRF_ENABLED"] = True
    response = picker.cancel()
    assert response.status_code == 400
    assert "form_expired" in response.text


@on_sqlite
@pytest.mark.parametrize(
    "keys",
    [
        ["records"],
        [IN_PREPARATION],
        ["co-alizione.none"],
        ["../secretariat"],
        ["https://attacker.example"],
        [""],
        ["\x00"],
        [W01, "records"],
        ["co-alizione.m1 "],
    ],
)
def test_what_is_not_on_offer_cannot_be_added(browser: Browser, keys: list[str]) -> None:
    picker = Picker(browser)
    for response in (picker.details(*keys), picker.send({"item": keys, "action": "add"})):
        assert response.status_code == 400
        assert "item_not_offered" in response.text
    assert items_in(picker.answer(W01))


@on_sqlite
def test_several_are_refused_where_one_is_taken(browser: Browser) -> None:
    picker = Picker(browser, accept_multiple=False)
    form = {"item": [W01, W02], "action": "add", **written(picker.details(W01).text)}
    response = picker.send(form)
    assert response.status_code == 400
    assert "only_one_item" in response.text


@on_sqlite
def test_nothing_is_sent_to_an_lms_that_takes_no_activities(browser: Browser) -> None:
    picker = Picker(browser, accept_types=["link"])
    response = picker.send({"item": [W01], "action": "add", f"title-{W01}": "x"})
    assert response.status_code == 400
    assert "links_not_taken" in response.text


@on_sqlite
def test_adding_nothing_is_a_mistake_that_is_explained(browser: Browser) -> None:
    picker = Picker(browser)
    for response in (picker.details(), picker.send({"action": "add"})):
        assert response.status_code == 422
        assert "Scegli almeno un'attività" in response.text


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Scrivi un titolo"),
        ({"title": "x" * 256}, "Accorcia il titolo"),
        ({"title": "a\x00b"}, "Accorcia il titolo"),
        ({"text": "x" * 1001}, "Accorcia la descrizione"),
        ({"maximum": "0"}, "punteggio massimo intero"),
        ({"maximum": "-1"}, "punteggio massimo intero"),
        ({"maximum": "1.5"}, "punteggio massimo intero"),
        ({"maximum": "²"}, "punteggio massimo intero"),
        ({"maximum": "1001"}, "punteggio massimo intero"),
        ({"maximum": "9" * 5000}, "punteggio massimo intero"),
        ({"maximum": ""}, "punteggio massimo intero"),
        ({"opens": "domani"}, "Scrivi giorno e ora"),
        ({"closes": "2026-02-30T10:00"}, "Scrivi giorno e ora"),
        ({"opens": "2026-12-02T10:00", "closes": "2026-12-01T10:00"}, "La fine deve venire dopo"),
        ({"opens": "2026-12-02T10:00", "closes": "2026-12-02T10:00"}, "La fine deve venire dopo"),
        ({"target": "embed"}, "Scegli uno dei modi"),
        ({"target": ""}, "Scegli uno dei modi"),
    ],
)
def test_wrong_details_are_named_and_nothing_is_sent(
    browser: Browser, database: Session, fields: dict[str, str], words: str
) -> None:
    picker = Picker(browser)
    response = picker.answer(M1, **fields)
    assert response.status_code == 422
    assert words in response.text
    assert 'name="JWT"' not in response.text
    assert 'aria-invalid="true"' in response.text
    database.rollback()
    assert database.scalars(select(PickingRequest)).one().answered_at is None


@on_sqlite
def test_a_field_of_where_the_answer_goes_is_ignored(browser: Browser) -> None:
    picker = Picker(browser)
    form = {
        "item": [W01], "action": "add", **written(picker.details(W01).text),
        "return_url": "https://attacker.example", "deep_link_return_url": "https://attacker.example",
        "data": "forged", "url": "https://attacker.example", f"url-{W01}": "https://attacker.example",
    }  # fmt: skip
    answer = picker.send(form)
    assert "attacker" not in answer.text
    assert "attacker" not in str(claims_in(answer))
    assert claims_in(answer)[names.DATA] != "forged"


@on_sqlite
def test_a_link_that_a_forged_answer_would_make_opens_nothing_more(browser: Browser) -> None:
    # What the course says about a link is the LMS's word; the role is checked at every launch all the same.
    link = LmsLink(
        "link-x", "Registro", "", f"{TOOL_URL}/secretariat", "practice-lms", "1", {"activity": "m1"}
    )
    with browser.practice.lms.installation.store.changing() as memory:
        memory.links[link.id] = link
    assert browser.launch("carla", link.id).status_code == 403


@on_sqlite
def test_words_of_the_lms_are_text_on_the_page(browser: Browser) -> None:
    page = Picker(browser, title="<script>alert(1)</script>").page().text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_forgetting_a_visit_forgets_its_request(browser: Browser, database: Session, clock: Clock) -> None:
    Picker(browser)
    clock.move(hours=9)
    purge_visits(database, clock())
    database.commit()
    assert database.scalar(select(func.count()).select_from(Visit)) == 0
    assert requests_kept(database) == 0
