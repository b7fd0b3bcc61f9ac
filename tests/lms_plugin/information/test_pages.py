"""The pages anybody may read."""

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_home_names_the_programmes_and_the_addresses_to_register(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "CO-AliZIONE" in page
    assert "FOR PA" in page
    assert "https://formazione.example/lti/login" in page


@pytest.mark.parametrize("path", ["/", "/accessibilita", "/privacy"])
def test_page_needs_nobody_and_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert 'src="http' not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_english_is_said_to_be_english(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/?lang=en").text


def test_what_is_not_there_is_a_page_with_a_code(client: FlaskClient) -> None:
    answer = client.get("/nulla")
    assert answer.status_code == 404
    assert "not_found" in answer.text
