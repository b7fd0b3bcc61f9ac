"""The launch, from the click to the signed form."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from lms_plugin.rehearsal import Lms, lms_of
from lms_plugin.rehearsal.authentication import RefusedRequest
from lms_plugin.rehearsal.initiation import UnknownLaunch
from lms_plugin.rehearsal.vocabulary import AGS_ENDPOINT_CLAIM, CLAIM, DL_CLAIM
from tests.lms_plugin.rehearsal.tool_double import (
    NOW,
    TOOL,
    URL,
    MakeLms,
    MovableClock,
    Services,
    Tool,
    verified,
)


def claims_of(lms: Lms, tool: Tool, *args: str, **kwargs: str) -> dict[str, object]:
    login = lms.login_initiation(*args, **kwargs)
    return verified(lms, lms.authentication_response(tool.auth_request(login))["id_token"])


def test_id_token_is_signed_with_a_published_key_and_lives_a_minute(lms: Lms, tool: Tool) -> None:
    claims = claims_of(lms, tool)

    assert claims["iss"] == URL
    assert claims["iat"] == int(NOW.timestamp())
    assert claims["exp"] == int(NOW.timestamp()) + 60
    assert claims["nonce"] == "the-nonce"
    assert claims[f"{CLAIM}deployment_id"] == "1"
    assert claims[f"{CLAIM}target_link_uri"] == f"{TOOL}/programmes/co-alizione/modules/m1"
    assert claims[f"{CLAIM}roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    assert claims["name"] == "Ada Bianchi"


def test_state_comes_back_unchanged(lms: Lms, tool: Tool) -> None:
    request = tool.auth_request(lms.login_initiation(), state="à b&c=/+")
    assert lms.authentication_response(request)["state"] == "à b&c=/+"


def test_authentication_request_may_be_given_as_the_address_redirected_to(lms: Lms, tool: Tool) -> None:
    request = tool.auth_request(lms.login_initiation())
    assert "id_token" in lms.authentication_response(f"{URL}/auth?{urlencode(request)}")


def test_a_hint_is_good_once(lms: Lms, tool: Tool) -> None:
    request = tool.auth_request(lms.login_initiation())
    lms.authentication_response(request)

    again = lms.authentication_response(request)

    assert again["error"] == "invalid_request"
    assert again["state"] == "the-state"
    assert "id_token" not in again


def test_a_hint_expires(lms: Lms, tool: Tool, lms_clock: MovableClock) -> None:
    request = tool.auth_request(lms.login_initiation())
    lms_clock.forward(minutes=11)
    assert lms.authentication_response(request)["error"] == "invalid_request"


def test_login_hint_of_somebody_else_is_refused(lms: Lms, tool: Tool) -> None:
    request = tool.auth_request(lms.login_initiation("ada"), login_hint="carla")
    assert lms.authentication_response(request)["error"] == "login_required"


@pytest.mark.parametrize(
    ("parameter", "value", "error"),
    [
        ("scope", "profile", "invalid_scope"),
        ("response_type", "code", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", None, "invalid_request"),
        ("prompt", "login", "invalid_request"),
        ("nonce", None, "invalid_request"),
        ("lti_message_hint", None, "invalid_request"),
        ("lti_message_hint", "invented", "invalid_request"),
    ],
)
def test_wrong_protocol_parameter_is_told_to_the_tool(
    lms: Lms, tool: Tool, parameter: str, value: str | None, error: str
) -> None:
    request = tool.auth_request(lms.login_initiation(), **{parameter: value})
    assert lms.authentication_response(request)["error"] == error


@pytest.mark.parametrize(
    "redirect_uri", [f"{TOOL}/lti/launch/", f"{TOOL}/lti/launch?x=1", "https://attacker.example/", None]
)
def test_nothing_is_sent_to_an_unregistered_redirect_uri(
    lms: Lms, tool: Tool, browser: FlaskClient, redirect_uri: str | None
) -> None:
    request = tool.auth_request(lms.login_initiation(), redirect_uri=redirect_uri)
    with pytest.raises(RefusedRequest):
        lms.authentication_response(request)
    answer = browser.get("/auth", query_string=request)
    assert answer.status_code == 400
    assert "<form" not in answer.text


def test_unknown_client_gets_a_page(lms: Lms, tool: Tool, browser: FlaskClient) -> None:
    request = tool.auth_request(lms.login_initiation(), client_id="stranger")
    assert browser.get("/auth", query_string=request).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_auth_end_point_answers_a_form_that_works_without_javascript(
    lms: Lms, tool: Tool, browser: FlaskClient, method: str
) -> None:
    request = tool.auth_request(lms.login_initiation())
    sent = {"query_string": request} if method == "GET" else {"data": request}

    page = browser.open("/auth", method=method, **sent).text  # type: ignore[arg-type]

    assert f'action="{TOOL}/lti/launch"' in page
    assert 'name="id_token"' in page
    assert '<button class="button" type="submit">Continua</button>' in page


def test_no_name_is_sent_of_a_person_who_shares_none(lms: Lms, tool: Tool) -> None:
    claims = claims_of(lms, tool, "elena")
    assert claims["sub"] == "elena"
    assert not {"name", "given_name", "family_name", "email"} & set(claims)


def test_administrator_has_context_and_system_roles(lms: Lms, tool: Tool) -> None:
    roles = claims_of(lms, tool, "dario")[f"{CLAIM}roles"]
    assert roles == [
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator",
        "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
    ]


@pytest.mark.parametrize("target", ["iframe", "window"])
def test_launch_says_where_it_is_shown_and_in_which_language(lms: Lms, tool: Tool, target: str) -> None:
    presentation = claims_of(lms, tool, document_target=target)[f"{CLAIM}launch_presentation"]
    assert presentation == {
        "document_target": target,
        "locale": "it",
        "return_url": f"{URL}/as/ada/returned",
    }


def test_line_item_is_declared_only_when_there_is_exactly_one(
    lms: Lms, tool: Tool, services: Services
) -> None:
    def endpoint(link_id: str) -> dict[str, object]:
        claim = claims_of(lms, tool, "ada", link_id)[AGS_ENDPOINT_CLAIM]
        assert isinstance(claim, dict)
        return claim

    assert str(endpoint("link-m1")["lineitem"]).endswith("/lineitems/column-m1/lineitem")
    assert "lineitem" not in endpoint("link-programme")

    assert services.create_line_item(resourceLinkId="link-m1").status_code == 201
    assert "lineitem" not in endpoint("link-m1")


def test_deep_linking_message_has_settings_and_no_resource_link(lms: Lms, tool: Tool) -> None:
    request = tool.auth_request(lms.deep_linking_initiation())
    claims = verified(lms, lms.authentication_response(request)["id_token"])

    settings = claims[f"{DL_CLAIM}deep_linking_settings"]
    assert isinstance(settings, dict)
    assert settings["accept_types"] == ["ltiResourceLink"]
    assert f"{CLAIM}resource_link" not in claims
    assert claims[f"{CLAIM}message_type"] == "LtiDeepLinkingRequest"


def test_launch_redirects_with_every_login_parameter(browser: FlaskClient) -> None:
    answer = browser.get("/as/ada/activities/link-w01/launch")
    assert answer.status_code == 302
    sent = parse_qs(urlsplit(answer.location).query)
    assert answer.location.startswith(f"{TOOL}/lti/login?")
    assert sent["iss"] == [URL]
    assert sent["login_hint"] == ["ada"]
    assert sent["client_id"] == ["practice-lms"]
    assert sent["lti_deployment_id"] == ["1"]


def test_launch_can_be_started_by_post(browser: FlaskClient) -> None:
    page = browser.get("/as/ada/activities/link-w01/launch?method=POST").text
    assert f'method="post" action="{TOOL}/lti/login"' in page


def test_one_tool_may_have_several_deployments(make: MakeLms, tool: Tool) -> None:
    lms = lms_of(make(deployment_ids=("1", "2")))
    assert claims_of(lms, tool, deployment_id="2")[f"{CLAIM}deployment_id"] == "2"
    with pytest.raises(UnknownLaunch):
        lms.login_initiation(deployment_id="3")


@pytest.mark.parametrize(
    "path", ["/as/nobody/", "/as/ada/activities/none/launch", "/as/ada/activities/none/"]
)
def test_unknown_person_or_activity_is_a_missing_page(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("query", ["forge=no-such", "deployment=9"])
def test_unknown_switch_of_a_launch_is_a_missing_page(browser: FlaskClient, query: str) -> None:
    assert browser.get(f"/as/ada/activities/link-m1/launch?{query}").status_code == 404
