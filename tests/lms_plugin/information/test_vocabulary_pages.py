"""What statements name can be looked up: by an LRS as JSON, by people as a page."""

import json

import pytest
from flask.testing import FlaskClient

from course_content.profile import lms_course_iri, lms_link_iri, platform_iri
from course_content.profile_document import profile_document
from course_content.statement_examples import examples

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BASE = "https://formazione.example"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGES = (
    "/xapi/profile",
    "/xapi/profile/v1",
    "/xapi/profile/v2",
    "/xapi/activities/co-alizione",
    "/xapi/activities/co-alizione/m1-l1",
    "/xapi/platform/lms",
)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("accept", ["application/ld+json", "*/*", None])
def test_a_version_of_the_profile_answers_its_own_iri(
    client: FlaskClient, version: int, accept: str | None
) -> None:
    answer = client.get(f"/xapi/profile/v{version}", headers={"Accept": accept} if accept else {})
    assert answer.content_type == "application/ld+json"
    assert answer.json == profile_document(BASE, version)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in answer.headers["Vary"]


def test_plain_json_is_given_to_whoever_wants_that(client: FlaskClient) -> None:
    answer = client.get("/xapi/profile", headers={"Accept": "application/json"})
    assert answer.content_type == "application/json"
    assert answer.json == profile_document(BASE, 2)


@pytest.mark.parametrize("path", ["/xapi/profile/v3", "/xapi/ext/other", "/xapi/activities/none"])
def test_what_there_is_not_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_extension_leads_to_its_place_in_the_profile(client: FlaskClient) -> None:
    answer = client.get("/xapi/ext/lti")
    assert (answer.status_code, answer.location) == (303, "/xapi/profile/v2#ext-lti")
    assert 'id="ext-lti"' in client.get("/xapi/profile/v2", headers={"Accept": BROWSER}).text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_browser_gets_a_page(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(f"{path}?lang={language}", headers={"Accept": BROWSER})
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.text.count("<h1") == 1
    assert "<script" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_page_has_every_template_with_its_example(client: FlaskClient) -> None:
    page = client.get("/xapi/profile", headers={"Accept": BROWSER}).text
    for name in examples(BASE):
        assert page.count(f'id="{name}"') == 1
    assert page.count("<pre") == len(examples(BASE))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "http://adlnet.gov/expapi/activities/course"),
        ("/m1", "http://adlnet.gov/expapi/activities/module"),
        ("/m1-l1", "http://adlnet.gov/expapi/activities/lesson"),
        ("/m1-assessment", "http://adlnet.gov/expapi/activities/assessment"),
        ("/m1-q01", "http://adlnet.gov/expapi/activities/cmi.interaction"),
        ("/w01", "http://id.tincanapi.com/activitytype/webinar"),
        ("/S48", "http://activitystrea.ms/event"),
    ],
)
def test_an_activity_answers_with_its_definition(client: FlaskClient, path: str, kind: str) -> None:
    # An LRS asks like this (xAPI 1.0.3 Data 2.4.4.1).
    answer = client.get(f"/xapi/activities/co-alizione{path}", headers={"Accept": "application/json, */*"})
    assert answer.content_type == "application/json"
    assert answer.json is not None
    assert answer.json["type"] == kind
    assert answer.json["name"]["it"]


def test_the_words_of_an_assessment_are_not_told(client: FlaskClient) -> None:
    assert "Piano di zona" not in json.dumps(client.get("/xapi/activities/co-alizione/m1-q01").json)


@pytest.mark.parametrize(
    ("iri", "kind"),
    [
        (platform_iri(BASE, "https://lms.example/a"), "lms"),
        (lms_course_iri(BASE, "https://lms.example/a", "1", "x/y"), "course"),
        (lms_link_iri(BASE, "https://lms.example/a", "1", "x y"), "resource"),
    ],
)
def test_an_lms_a_course_and_a_link_say_what_they_are(client: FlaskClient, iri: str, kind: str) -> None:
    answer = client.get(iri.removeprefix(BASE), follow_redirects=True)
    assert answer.json is not None
    assert answer.json["type"].rpartition("/")[2] == kind


def test_other_methods_stay_with_the_lrs(client: FlaskClient) -> None:
    assert client.post("/xapi/profile").status_code in {401, 404, 405}
