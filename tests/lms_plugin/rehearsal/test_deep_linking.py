"""Deep linking: out to the tool's picker, back with activities."""

import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms_plugin.rehearsal import Lms
from lms_plugin.rehearsal.keys import new_key
from lms_plugin.rehearsal.vocabulary import CLAIM, DL_CLAIM
from tests.lms_plugin.rehearsal.tool_double import TOOL, URL, Tool, verified

MODULE_2 = {
    "type": "ltiResourceLink",
    "title": "Modulo 2",
    "url": f"{TOOL}/programmes/co-alizione/modules/m2",
    "custom": {"activity_id": "m2"},
    "lineItem": {"label": "Modulo 2", "scoreMaximum": 100, "resourceId": "m2", "tag": "module"},
}


class Picker:
    """The tool's picker, having received one deep linking request."""

    def __init__(self, lms: Lms, tool: Tool, browser: FlaskClient) -> None:
        self.tool, self.browser = tool, browser
        request = tool.auth_request(lms.deep_linking_initiation())
        claims = verified(lms, lms.authentication_response(request)["id_token"])
        settings = claims[f"{DL_CLAIM}deep_linking_settings"]
        assert isinstance(settings, dict)
        self.settings = settings

    def claims(self, *items: object, **changed: object) -> dict[str, object]:
        return {
            "aud": URL,
            "nonce": uuid.uuid4().hex,
            f"{CLAIM}deployment_id": "1",
            f"{CLAIM}message_type": "LtiDeepLinkingResponse",
            f"{CLAIM}version": "1.3.0",
            f"{DL_CLAIM}data": self.settings["data"],
            f"{DL_CLAIM}content_items": list(items),
            **changed,
        }

    def send(self, claims: dict[str, object], **signing: object) -> TestResponse:
        address = str(self.settings["deep_link_return_url"]).removeprefix(URL)
        token = self.tool.sign(claims, **signing)  # type: ignore[arg-type]
        return self.browser.post(address, data={"JWT": token})


@pytest.fixture
def picker(lms: Lms, tool: Tool, browser: FlaskClient) -> Picker:
    return Picker(lms, tool, browser)


def test_a_chosen_activity_appears_in_the_course_and_in_the_grade_book(
    picker: Picker, lms: Lms, browser: FlaskClient
) -> None:
    answer = picker.send(picker.claims(MODULE_2))
    assert answer.status_code == 200
    assert "Modulo 2" in answer.text

    link = lms.installation.links()[-1]
    assert (link.title, link.custom) == ("Modulo 2", {"activity_id": "m2"})
    (column,) = lms.installation.columns_of(link.id)
    assert (column.resource_id, column.tag, column.maximum) == ("m2", "module", 100)
    assert "Modulo 2" in browser.get("/as/ada/").text
    assert "Modulo 2" in browser.get("/as/carla/grades").text


def test_a_chosen_activity_can_be_launched(picker: Picker, lms: Lms, tool: Tool) -> None:
    picker.send(picker.claims(MODULE_2))
    login = lms.login_initiation("bruno", lms.installation.links()[-1].id)
    claims = verified(lms, lms.authentication_response(tool.auth_request(login))["id_token"])
    assert claims[f"{CLAIM}target_link_uri"] == MODULE_2["url"]
    assert claims[f"{CLAIM}custom"] == {"activity_id": "m2"}


def test_several_items_only_those_with_a_line_item_get_a_column(picker: Picker, lms: Lms) -> None:
    plain = {"type": "ltiResourceLink", "title": "Senza voto"}
    picker.send(picker.claims(MODULE_2, plain))
    *_, graded, ungraded = lms.installation.links()
    assert len(lms.installation.columns_of(graded.id)) == 1
    assert lms.installation.columns_of(ungraded.id) == []


def test_an_empty_choice_changes_nothing(picker: Picker, lms: Lms) -> None:
    answer = picker.send(picker.claims())
    assert "Nessuna attività aggiunta" in answer.text
    assert len(lms.installation.links()) == 5


def test_an_answer_counts_once(picker: Picker, lms: Lms) -> None:
    claims = picker.claims(MODULE_2)
    assert picker.send(claims).status_code == 200
    assert picker.send(claims).status_code == 400
    assert len(lms.installation.links()) == 6


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "stranger"},
        {"aud": "https://other.example"},
        {"exp": 1},
        {"nonce": None},
        {f"{CLAIM}deployment_id": "2"},
        {f"{CLAIM}message_type": "LtiDeepLinkingRequest"},
        {f"{CLAIM}version": "1.1"},
        {f"{DL_CLAIM}data": "changed"},
        {f"{DL_CLAIM}data": None},
        {f"{DL_CLAIM}content_items": "m2"},
    ],
)
def test_a_wrong_envelope_creates_nothing(picker: Picker, lms: Lms, changed: dict[str, object]) -> None:
    assert picker.send(picker.claims(MODULE_2, **changed)).status_code == 400
    assert len(lms.installation.links()) == 5


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "link"},
        {"url": "https://attacker.example/m2"},
        {"url": f"{TOOL}.attacker.example/m2"},
        {"url": "javascript:alert(1)"},
        {"custom": {"number": 2}},
        {"lineItem": {"scoreMaximum": 0}},
        {"lineItem": {"label": "x"}},
        {"title": ["x"]},
    ],
)
def test_one_wrong_item_refuses_all_of_them(picker: Picker, lms: Lms, changed: dict[str, object]) -> None:
    assert picker.send(picker.claims(MODULE_2, {**MODULE_2, **changed})).status_code == 400
    assert len(lms.installation.links()) == 5


def test_a_strangers_signature_creates_nothing(picker: Picker, lms: Lms) -> None:
    assert picker.send(picker.claims(MODULE_2), key=new_key()).status_code == 400
    assert len(lms.installation.links()) == 5


def test_somebody_else_cannot_answer_for_the_trainer(
    picker: Picker, browser: FlaskClient, tool: Tool
) -> None:
    query = parse_qs(urlsplit(str(picker.settings["deep_link_return_url"])).query)
    token = tool.sign(picker.claims(MODULE_2))
    address = f"/as/dario/deep-linking/return?ticket={query['ticket'][0]}"
    assert browser.post(address, data={"JWT": token}).status_code == 400


def test_learners_add_nothing(browser: FlaskClient) -> None:
    assert browser.get("/as/ada/deep-linking").status_code == 403
    assert browser.get("/as/ada/deep-linking/launch").status_code == 403
    assert browser.post("/as/ada/deep-linking/return").status_code == 403


def test_the_trainers_page_offers_frame_and_window(browser: FlaskClient) -> None:
    page = browser.get("/as/carla/deep-linking").text
    assert "Aggiungi attività dallo strumento" in page
    assert 'target="_blank"' in page
    framed = browser.get("/as/carla/deep-linking?tool=practice-lms&here=1").text
    assert "<iframe" in framed
    assert "/as/carla/deep-linking/launch?tool=practice-lms&amp;target=iframe" in framed
