"""Dynamic registration: one invitation, one tool, active only when the administrator says so."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms_plugin.rehearsal import Lms
from lms_plugin.rehearsal.initiation import initiate_deep_linking
from lms_plugin.rehearsal.vocabulary import TOOL_CONFIGURATION
from tests.lms_plugin.rehearsal.tool_double import TOOL, URL, MakeLms, MovableClock, Tool


def invite(browser: FlaskClient) -> dict[str, str]:
    page = browser.get("/as/dario/tools", query_string={"address": f"{TOOL}/lti/register/code"}).text
    address = unescape(page.partition('id="go-to-tool" href="')[2].partition('"')[0])
    assert address.startswith(f"{TOOL}/lti/register/code?")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def description(**about: object) -> dict[str, object]:
    return {
        "application_type": "web",
        "initiate_login_uri": f"{TOOL}/lti/login",
        "redirect_uris": [f"{TOOL}/lti/launch"],
        "client_name": "Un altro strumento",
        "jwks_uri": f"{TOOL}/lti/jwks.json",
        "scope": "openid https://purl.imsglobal.org/spec/lti-ags/scope/score foo",
        TOOL_CONFIGURATION: {
            "domain": "tool.example",
            "target_link_uri": f"{TOOL}/programmes/co-alizione",
            "custom_parameters": {"a": "b=c"},
            **about,
        },
    }


def register(browser: FlaskClient, token: str, body: object = None) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return browser.post("/registration", json=body or description(), headers=headers)


def test_the_invitation_leads_to_a_complete_configuration(browser: FlaskClient) -> None:
    address = invite(browser)["openid_configuration"]
    document = browser.get(address.removeprefix(URL)).json
    assert document is not None
    assert document["issuer"] == URL
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"):
        assert document[name].startswith(f"{URL}/")
    assert "RS256" in document["id_token_signing_alg_values_supported"]


def test_a_registered_tool_is_described_and_waits(browser: FlaskClient, lms: Lms, tool: Tool) -> None:
    token = invite(browser)["registration_token"]
    answer = register(browser, token)
    assert answer.status_code == 200
    assert answer.json is not None
    client_id = answer.json["client_id"]
    assert answer.json["scope"] == "https://purl.imsglobal.org/spec/lti-ags/scope/score"
    assert answer.json[TOOL_CONFIGURATION]["deployment_id"] == "2"
    assert answer.json[TOOL_CONFIGURATION]["custom_parameters"] == {"a": "b"}

    tool.client_id = client_id
    login = initiate_deep_linking(lms.installation, "carla", client_id=client_id)
    assert lms.authentication_response(tool.auth_request(login))["error"] == "unauthorized_client"

    browser.post(f"/as/dario/tools/{client_id}/activate")
    assert "id_token" in lms.authentication_response(tool.auth_request(login))


def test_an_invitation_registers_one_tool(browser: FlaskClient) -> None:
    token = invite(browser)["registration_token"]
    register(browser, token)
    again = register(browser, token)
    assert (again.status_code, again.text) == (401, "token_already_used")


def test_an_invitation_lasts_an_hour(browser: FlaskClient, lms_clock: MovableClock) -> None:
    token = invite(browser)["registration_token"]
    lms_clock.forward(minutes=61)
    assert register(browser, token).status_code == 401


def test_invented_invitations_are_refused(browser: FlaskClient, lms: Lms) -> None:
    stolen = jwt.encode({"sub": "x", "scope": "reg", "exp": 4102444800}, "s" * 32, algorithm="HS256")
    for token in ("", "rubbish", stolen):
        assert register(browser, token).status_code == 401
    with lms.installation.store.reading() as memory:
        assert list(memory.tools) == ["practice-lms"]


def test_an_id_token_is_no_invitation(browser: FlaskClient, lms: Lms, tool: Tool) -> None:
    id_token = lms.authentication_response(tool.auth_request(lms.login_initiation()))["id_token"]
    assert register(browser, id_token).status_code == 401


@pytest.mark.parametrize(
    ("about", "complaint"),
    [
        ({"domain": None}, "missing_domain"),
        ({"domain": "other.example"}, "domain_targetlinkuri_mismatch"),
        ({"target_link_uri": "javascript:alert(1)"}, "invalid_target_link_uri"),
    ],
)
def test_a_wrong_description_is_named_and_spends_no_invitation(
    browser: FlaskClient, about: dict[str, object], complaint: str
) -> None:
    token = invite(browser)["registration_token"]
    answer = register(browser, token, description(**about))
    assert (answer.status_code, answer.text) == (400, complaint)
    assert register(browser, token).status_code == 200


@pytest.mark.parametrize("field", ["redirect_uris", "initiate_login_uri", "jwks_uri", TOOL_CONFIGURATION])
def test_a_missing_part_is_refused(browser: FlaskClient, field: str) -> None:
    body = {name: value for name, value in description().items() if name != field}
    assert register(browser, invite(browser)["registration_token"], body).status_code == 400


def test_brightspace_sends_no_registration_token(make: MakeLms) -> None:
    browser = make("brightspace").test_client()
    assert "registration_token" not in invite(browser)
    assert browser.post("/registration", json=description()).status_code == 200


def test_canvas_asks_for_the_token_everywhere_and_lists_what_is_wrong_with_422(make: MakeLms) -> None:
    browser = make("canvas").test_client()
    sent = invite(browser)
    path, token = sent["openid_configuration"].removeprefix(URL), sent["registration_token"]
    assert browser.get(path).status_code == 401
    assert browser.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    wrong = register(browser, token, description(domain=None))
    assert (wrong.status_code, wrong.json) == (
        422,
        {"errors": [{"field": "tool_configuration", "message": "missing_domain"}]},
    )
    assert register(browser, token).status_code == 200


def test_the_tools_page_can_be_shown_in_a_frame_of_ours(browser: FlaskClient) -> None:
    address = f"{TOOL}/lti/register/code"
    page = browser.get("/as/dario/tools/registration", query_string={"address": address})
    assert f'src="{TOOL}/lti/register/code?openid_configuration=' in unescape(page.text)
    assert f"frame-src {TOOL};" in page.headers["Content-Security-Policy"]
    for wrong in ("", "javascript:alert(1)", "https://"):
        assert browser.get("/as/dario/tools/registration", query_string={"address": wrong}).status_code == 400
    assert browser.get("/as/ada/tools/registration", query_string={"address": address}).status_code == 403


def test_a_wrong_registration_address_is_explained(browser: FlaskClient) -> None:
    page = browser.get("/as/dario/tools?address=ftp://x").text
    assert 'aria-invalid="true"' in page
    assert "go-to-tool" not in page


@pytest.mark.parametrize("path", ["/as/ada/tools", "/as/carla/switches"])
def test_only_the_administrator_manages_tools_and_switches(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 403
    assert browser.post("/as/carla/tools/practice-lms/activate").status_code == 403
