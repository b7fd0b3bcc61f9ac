"""Access tokens: what the tool must prove, and what it gets."""

import json

import pytest
from flask.testing import FlaskClient

from lms_plugin.rehearsal.keys import SigningKey, new_key
from lms_plugin.rehearsal.vocabulary import ROSTER_SCOPE, SCORE_SCOPE
from tests.lms_plugin.rehearsal.tool_double import MakeLms, MovableClock, Services, Tool


@pytest.fixture(scope="module")
def strangers_key() -> SigningKey:
    return new_key()


def test_a_signed_assertion_gets_a_bearer_token_for_an_hour(services: Services) -> None:
    answer = services.ask_token((SCORE_SCOPE,))
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 3600
    assert answer.json["scope"] == SCORE_SCOPE


def test_unknown_scopes_are_left_out_and_alone_are_refused(services: Services) -> None:
    assert services.ask_token((SCORE_SCOPE, "foo")).json["scope"] == SCORE_SCOPE  # type: ignore[index]
    refused = services.ask_token(("foo",))
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_scope")  # type: ignore[index]


def test_an_assertion_is_good_once(services: Services, tool: Tool) -> None:
    assertion = tool.assertion()
    assert services.ask_token(client_assertion=assertion).status_code == 200
    again = services.ask_token(client_assertion=assertion)
    assert (again.status_code, again.json["error"]) == (401, "invalid_client")  # type: ignore[index]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example/token"},
        {"sub": "somebody"},
        {"iss": "stranger"},
        {"jti": None},
        {"jti": 7},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": 4102444800},
        {"iat": 4102444800, "exp": 4102444900},
        {"iss": None},
    ],
)
def test_a_wrong_assertion_gets_nothing(services: Services, tool: Tool, claims: dict[str, object]) -> None:
    answer = services.ask_token(client_assertion=tool.assertion(**claims))
    assert answer.status_code == 401
    assert answer.json["error"] == "invalid_client"  # type: ignore[index]
    assert "access_token" not in answer.json  # type: ignore[operator]


def test_an_assertion_signed_by_a_stranger_gets_nothing(
    services: Services, tool: Tool, strangers_key: SigningKey
) -> None:
    forged = tool.sign(
        {"sub": "practice-lms", "aud": "http://lms.example/token", "jti": "x"}, key=strangers_key
    )
    assert services.ask_token(client_assertion=forged).status_code == 401


@pytest.mark.parametrize("assertion", ["", "a.b.c", "rubbish", "e30.e30."])
def test_rubbish_instead_of_an_assertion_is_refused(services: Services, assertion: str) -> None:
    assert services.ask_token(client_assertion=assertion).status_code == 401


def test_a_key_nobody_published_is_refused(services: Services, tool: Tool) -> None:
    forged = tool.sign({"sub": "practice-lms", "aud": "http://lms.example/token", "jti": "x"}, kid="no")
    assert services.ask_token(client_assertion=forged).status_code == 401


def test_other_grants_and_bodies_are_refused(services: Services, browser: FlaskClient) -> None:
    assert services.ask_token(grant_type="password").json["error"] == "unsupported_grant_type"  # type: ignore[index]
    assert services.ask_token(client_assertion_type="x").json["error"] == "invalid_request"  # type: ignore[index]
    assert browser.post("/token", json={"grant_type": "client_credentials"}).status_code == 400


def test_a_token_expires(services: Services, browser: FlaskClient, lms_clock: MovableClock) -> None:
    headers = services.bearer()
    lms_clock.forward(seconds=3601)
    answer = browser.get("/services/co-alizione-2026/memberships", headers=headers)
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_token_opens_only_its_scopes(services: Services, browser: FlaskClient) -> None:
    roster_only = services.bearer(ROSTER_SCOPE)
    address = "/services/co-alizione-2026/lineitems/column-m1/lineitem"
    assert browser.get("/services/co-alizione-2026/memberships", headers=roster_only).status_code == 200
    assert browser.get(address, headers=roster_only).status_code == 403
    assert browser.post(f"{address}/scores", headers=roster_only).status_code == 403


def test_revoked_tokens_are_refused(services: Services, browser: FlaskClient) -> None:
    headers = services.bearer()
    browser.post("/rehearsal/switches", json={"revoke_tokens": True})
    assert browser.get("/services/co-alizione-2026/memberships", headers=headers).status_code == 401


def test_moodle_says_json_in_text_html_and_checks_neither_audience_nor_reuse(
    make: MakeLms, tool: Tool
) -> None:
    services = Services(make("moodle").test_client(), tool)
    assertion = tool.assertion(aud="https://nope.example", jti="x")
    for _ in range(2):
        answer = services.ask_token(client_assertion=assertion)
        assert answer.status_code == 200
        assert answer.content_type == "text/html; charset=utf-8"
        assert json.loads(answer.get_data())["token_type"] == "Bearer"
    assert services.ask_token(client_assertion="a.b.c").status_code == 400


def test_brightspace_wants_its_own_audience(make: MakeLms, tool: Tool) -> None:
    services = Services(make("brightspace").test_client(), tool)
    assert services.ask_token().status_code == 401
    own = tool.assertion(aud="https://api.brightspace.com/auth/token")
    assert services.ask_token(client_assertion=own).status_code == 200
