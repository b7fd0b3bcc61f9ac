"""LMSs without dynamic registration: our values for anybody, theirs pasted by an administrator and tried."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.connecting.manual_products import PRODUCTS
from lms_plugin.lti.platform import Platform
from tests.lms_plugin.connecting.small_lms import KEYS, SmallLms, as_json
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL


def pasted(lms: SmallLms, **changes: str) -> dict[str, str]:
    """The form as an administrator fills it in."""
    return {
        "name": "Open edX dell'Unione",
        "issuer": lms.url,
        "client_id": "abc-123",
        "deployment_ids": "1\r\n  2  \r\n",
        "auth_login_url": f"{lms.url}/auth",
        "auth_token_url": f"{lms.url}/token",
        "jwks_url": f"{lms.url}{KEYS}",
        "token_audience": "",
        **changes,
    }


def registered(database: Session) -> list[Platform]:
    database.rollback()
    database.expire_all()
    return list(database.scalars(select(Platform)))


def save(client: FlaskClient, form: dict[str, str], product: str = "openedx") -> Any:
    return client.post(f"/administration/connect/{product}", data=form)


def test_an_lms_is_connected_by_pasting_its_values(
    administrator: FlaskClient, database: Session, small_lms: SmallLms
) -> None:
    answer = save(administrator, pasted(small_lms))
    assert answer.status_code == 303
    platform = registered(database)[0]
    assert (platform.status, platform.registered_by, platform.token_audience) == (
        "active",
        "anna@example.it",
        None,
    )
    assert sorted(each.deployment_id for each in platform.deployments) == ["1", "2"]
    assert platform.product_family == "OpenedX"
    assert "2 chiavi utilizzabili" in administrator.get(answer.location).text
    assert save(administrator, pasted(small_lms, name="Altro nome")).status_code == 303
    assert [each.name for each in registered(database)] == ["Altro nome"]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"issuer": "lms.example"}, "issuer"),
        ({"issuer": "https://user@lms.example"}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"client_id": "é"}, "client_id"),
        ({"deployment_ids": "x" * 256}, "deployment_ids"),
        ({"deployment_ids": "\n".join(map(str, range(51)))}, "deployment_ids"),
        ({"auth_login_url": "javascript:alert(1)"}, "auth_login_url"),
        ({"auth_login_url": "http://elsewhere.example/auth"}, "auth_login_url"),
        ({"auth_token_url": ""}, "auth_token_url"),
        ({"auth_token_url": "https://10.0.0.1/token"}, "auth_token_url"),
        ({"jwks_url": "https://[::ffff:127.0.0.1]/keys"}, "jwks_url"),
        ({"jwks_url": "https://169.254.169.254/keys"}, "jwks_url"),
        ({"jwks_url": "https://a.example/" + "x" * 2000}, "jwks_url"),
        ({"token_audience": "x" * 2001}, "token_audience"),
    ],
)
def test_a_wrong_field_is_named_what_was_written_stays_and_nothing_is_saved(
    administrator: FlaskClient,
    database: Session,
    small_lms: SmallLms,
    changes: dict[str, str],
    field: str,
) -> None:
    answer = save(administrator, pasted(small_lms, **changes))
    assert answer.status_code == 422
    assert f'href="#campo-{field}"' in answer.text
    assert f'id="campo-{field}-errore"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert "<title>Errore:" in answer.text
    assert f'value="{small_lms.url}/auth"' in answer.text or field == "auth_login_url"
    assert registered(database) == []


@on_sqlite
@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, b""),
        (200, {}, b"<html>"),
        as_json({"keys": []}),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
    ],
)
def test_keys_that_cannot_be_read_are_said_before_anything_is_saved(
    administrator: FlaskClient, database: Session, small_lms: SmallLms, answer: Any
) -> None:
    small_lms.answers[KEYS] = answer
    page = save(administrator, pasted(small_lms))
    assert page.status_code == 422
    assert 'href="#campo-jwks_url"' in page.text
    assert registered(database) == []


@on_sqlite
@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("moodle?root=https://moodle.example.it/", ["https://moodle.example.it", "https://moodle.example.it/mod/lti/certs.php"]),
        ("canvas", ["https://canvas.instructure.com", "https://sso.canvaslms.com/api/lti/security/jwks"]),
        ("blackboard", ["https://blackboard.com", "https://developer.blackboard.com/api/v1/gateway/oidcauth"]),
        ("brightspace?root=https://b.example.it", ["https://api.brightspace.com/auth/token", "https://b.example.it/d2l/.well-known/jwks"]),
    ],
)  # fmt: skip
def test_what_is_known_of_a_product_is_filled_in(
    administrator: FlaskClient, address: str, values: list[str]
) -> None:
    page = administrator.get(f"/administration/connect/{address}").text
    for value in values:
        assert f'value="{value}"' in page


@on_sqlite
def test_blackboards_key_address_takes_the_client_id(
    administrator: FlaskClient, database: Session, small_lms: SmallLms
) -> None:
    small_lms.answers["/apps/abc-123/jwks.json"] = small_lms.answers[KEYS]
    form = pasted(small_lms, jwks_url=f"{small_lms.url}/apps/CLIENT_ID/jwks.json")
    assert save(administrator, form, "blackboard").status_code == 303
    assert registered(database)[0].jwks_url.endswith("/apps/abc-123/jwks.json")


@on_sqlite
def test_a_root_that_is_no_address_is_named(administrator: FlaskClient) -> None:
    page = administrator.get("/administration/connect/moodle?root=moodle.example.it").text
    assert 'href="#campo-root"' in page


@on_sqlite
def test_an_unknown_product_or_platform_is_not_found(administrator: FlaskClient) -> None:
    assert administrator.get("/administration/connect/webct").status_code == 404
    nobody = "/administration/connected/00000000-0000-4000-8000-000000000000"
    assert administrator.get(nobody).status_code == 404
    assert administrator.get("/administration/connect").status_code == 200


@on_sqlite
def test_everybody_can_read_every_value_to_copy(client: FlaskClient) -> None:
    page = client.get("/lti/configuration").text
    told = client.get("/lti/configuration.json").get_json()
    assert told["redirect_uri"] == f"{TOOL_URL}/lti/launch"
    assert told["claims"] == ["iss", "sub", "name", "given_name", "family_name"]
    assert set(told["products"]) == set(PRODUCTS)
    for name in ("initiate_login_uri", "redirect_uri", "jwks_uri", "target_link_uri", "canvas_json"):
        assert f">{told[name]}</code>" in page
    for scope in told["scopes"]:
        assert scope in page
    values = json.dumps(told["products"])
    assert all(told[name] in values for name in ("initiate_login_uri", "redirect_uri", "jwks_uri"))


@on_sqlite
def test_canvas_json_has_every_place_with_its_message(client: FlaskClient) -> None:
    told = client.get("/lti/canvas.json").get_json()
    extension = told["extensions"][0]
    places = {place["placement"]: place for place in extension["settings"]["placements"]}
    assert told["oidc_initiation_url"] == f"{TOOL_URL}/lti/login"
    assert told["public_jwk_url"] == f"{TOOL_URL}/lti/jwks.json"
    assert (extension["platform"], extension["domain"]) == ("canvas.instructure.com", "formazione.example")
    assert extension["privacy_level"] == "name_only"
    choosing = {name for name, place in places.items() if place["message_type"] == "LtiDeepLinkingRequest"}
    assert choosing == {"assignment_selection", "link_selection", "editor_button"}
    assert places["course_navigation"]["target_link_uri"] == told["target_link_uri"]
    assert places["account_navigation"]["visibility"] == "admins"
    # Each address opens: no placement leads to a page that does not exist.
    for place in places.values():
        path = place["target_link_uri"].removeprefix(TOOL_URL)
        assert client.get(path).status_code in {200, 401, 405}, path
