"""What the LMS answers instead of a launch, our keys, and the addresses opened without a launch."""

import pytest
from cryptography.hazmat.primitives import serialization
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.lti.protocol_state import ToolKey
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser


@on_sqlite
def test_an_error_of_the_lms_is_told_politely_and_escaped(browser: Browser) -> None:
    state = browser.answer(browser.practice.lms.login_initiation())["state"]
    words = "<script>alert(1)</script> accedi"
    response = browser.client.post(
        "/lti/launch", data={"error": "login_required", "error_description": words, "state": state}
    )
    assert response.status_code == 400
    assert "login_required" in response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; accedi" in response.text
    assert "<script>" not in response.text
    assert f"frame-ancestors {browser.practice.url}" in response.headers["Content-Security-Policy"]


@on_sqlite
@pytest.mark.parametrize("state", ["", "invented"])
def test_words_of_strangers_are_not_repeated(client: FlaskClient, state: str) -> None:
    form = {"error": "<b>x</b>", "error_description": "Chiama il numero 899", "state": state}
    response = client.post("/lti/launch", data=form)
    assert response.status_code == 400
    assert "899" not in response.text
    assert "<b>x</b>" not in response.text


@on_sqlite
def test_words_sent_by_a_browser_that_began_no_login_are_not_repeated(browser: Browser) -> None:
    state = browser.answer(browser.practice.lms.login_initiation())["state"]
    form = {"error": "login_required", "error_description": "Chiama il numero 899", "state": state}
    response = browser.client.application.test_client().post("/lti/launch", data=form)
    assert "login_required" in response.text
    assert "899" not in response.text


@on_sqlite
def test_an_lms_that_refuses_is_shown_as_such(browser: Browser) -> None:
    location = browser.begin(browser.practice.lms.login_initiation()).location
    browser.practice.lms.authentication_response(location)  # the hint is used up
    form = browser.practice.lms.authentication_response(location)
    assert "error" in form
    assert "platform_error" in browser.post(form).text


@on_sqlite
def test_following_a_link_to_the_launch_address_is_explained(client: FlaskClient) -> None:
    response = client.get("/lti/launch")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "apri l&#39;attività da lì" in response.text


def test_the_key_set_is_made_once_and_tells_only_public_things(
    client: FlaskClient, database: Session
) -> None:
    first, second = client.get("/lti/jwks.json"), client.get("/lti/jwks.json")
    (key,) = first.get_json()["keys"]
    assert first.get_json() == second.get_json()
    assert set(key) == {"kty", "alg", "use", "kid", "n", "e"}
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert "max-age=300" in first.headers["Cache-Control"]
    stored = database.scalars(select(ToolKey)).one()
    assert stored.kid == key["kid"]
    with pytest.raises(ValueError, match="PEM"):
        serialization.load_pem_private_key(stored.private_pem, password=None)


@on_sqlite
@pytest.mark.usefixtures("small_too")
@pytest.mark.parametrize(
    "path",
    [
        "/programmes/co-alizione",
        "/programmes/co-alizione/modules/m1",
        "/programmes/small/modules/m2",
        "/programmes/co-alizione/webinars/w01",
    ],
)
def test_an_address_of_an_activity_says_to_open_it_from_the_lms(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "Apri questa attività dal tuo LMS" in response.text


@on_sqlite
@pytest.mark.parametrize(
    "path",
    ["/programmes/none", "/programmes/co-alizione/modules/w01", "/programmes/co-alizione/webinars/w99"],
)
def test_an_address_of_nothing_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
