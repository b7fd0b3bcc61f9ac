"""Dynamic registration from the invitation to the first launch, with the practice LMS as each product."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms_plugin.lti.dynamic_registration_products import SCOPES
from lms_plugin.lti.invitations import MOST_TRIES
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.registering import approve
from lms_plugin.rehearsal.initiation import initiate_deep_linking
from lms_plugin.rehearsal.registration import registration_address
from lms_plugin.rehearsal.vocabulary import TOOL_CONFIGURATION
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.connecting.registrar import CONFIRMATION, Registrar, invited
from tests.lms_plugin.connecting.small_lms import CONFIGURATION, REGISTRATION, SmallLms
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Practice

PROFILES = ["strict", "moodle", "canvas", "brightspace", "blackboard", "sakai"]


def start(practice: Practice, registrar: Registrar) -> str:
    """Where the practice LMS sends its administrator's frame."""
    return registration_address(practice.lms.installation, f"{TOOL_URL}{registrar.path}")


def new_tool(practice: Practice) -> str:
    """The client id of the tool that was registered last."""
    with practice.lms.installation.store.reading() as memory:
        return list(memory.tools)[-1]


@pytest.mark.parametrize("profile", PROFILES)
def test_an_lms_registers_itself_waits_and_launches_once_approved(
    practice: Practice, registrar: Registrar, database: Session, now: datetime, profile: str
) -> None:
    practice.lms.use_profile(profile)
    page = registrar.follow(start(practice, registrar))
    assert page.status_code == 200, page.text
    assert registrar.is_unused()
    done = registrar.confirm(page, personal=["name"])
    assert done.status_code == 200, done.text

    platform = registrar.platforms()[0]
    installation = practice.lms.installation
    assert (platform.issuer, platform.client_id) == (installation.issuer, new_tool(practice))
    assert (platform.status, platform.registered_by) == ("pending", "anna@example.it")
    assert platform.product_family == installation.profile.family
    assert platform.token_audience == installation.profile.assertion_audience
    known = [deployment.deployment_id for deployment in platform.deployments]
    assert known == ([] if profile == "canvas" else ["2"])
    assert platform.client_id in done.text

    initiation = initiate_deep_linking(installation, "carla", client_id=platform.client_id)
    login = {"iss": platform.issuer, **initiation.fields, "client_id": platform.client_id}
    refused = registrar.client.post("/lti/login", data=login)
    assert (refused.status_code, "registration_pending" in refused.text) == (403, True)
    with writing(database):
        approve(database.get(Platform, platform.id) or platform, now)
    assert registrar.client.post("/lti/login", data=login).status_code == 302
    assert registrar.follow(start(practice, registrar)).status_code == 410


@on_sqlite
def test_an_invitation_that_approves_makes_the_lms_active_at_once(
    practice: Practice, client: FlaskClient, database: Session, now: datetime
) -> None:
    registrar = invited(client, database, now, approves=True, name="Moodle del Comune")
    done = registrar.confirm(registrar.follow(start(practice, registrar)))
    platform = registrar.platforms()[0]
    assert (platform.name, platform.status, platform.approved_at) == ("Moodle del Comune", "active", now)
    assert "Moodle del Comune" in done.text


@on_sqlite
def test_the_registration_says_who_we_are_and_asks_for_the_least(
    small_lms: SmallLms, registrar: Registrar
) -> None:
    registrar.confirm(registrar.look_at(small_lms, "tok.en"), personal=["name", "email"])
    method, _path, headers, body = small_lms.asked[-1]
    sent = json.loads(body)
    about = sent[TOOL_CONFIGURATION]
    assert (method, headers["Content-Type"]) == ("POST", "application/json")
    assert headers["Authorization"] == "Bearer tok.en"
    assert sent["redirect_uris"] == [f"{TOOL_URL}/lti/launch"]
    assert sent["initiate_login_uri"] == f"{TOOL_URL}/lti/login"
    assert sent["jwks_uri"] == f"{TOOL_URL}/lti/jwks.json"
    assert sent["token_endpoint_auth_method"] == "private_key_jwt"
    assert (sent["application_type"], sent["response_types"]) == ("web", ["id_token"])
    assert sorted(sent["grant_types"]) == ["client_credentials", "implicit"]
    assert sent["scope"].split() == list(SCOPES)
    assert about["domain"] == "formazione.example"
    assert about["claims"] == ["iss", "sub", "name", "given_name", "family_name", "email"]
    assert {message["type"] for message in about["messages"]} == {
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    }


@on_sqlite
@pytest.mark.parametrize(
    ("ticked", "claims"),
    [
        ([], ["iss", "sub"]),
        (["email"], ["iss", "sub", "email"]),
        (["name"], ["iss", "sub", "name", "given_name", "family_name"]),
    ],
)
def test_personal_data_beyond_an_id_are_asked_for_only_when_ticked(
    small_lms: SmallLms, registrar: Registrar, ticked: list[str], claims: list[str]
) -> None:
    registrar.confirm(registrar.look_at(small_lms), personal=ticked)
    assert json.loads(small_lms.asked[-1][3])[TOOL_CONFIGURATION]["claims"] == claims


@on_sqlite
def test_without_a_registration_token_no_authorization_header_is_sent(
    small_lms: SmallLms, registrar: Registrar
) -> None:
    registrar.confirm(registrar.look_at(small_lms))
    assert [path for path in small_lms.paths() if path in {CONFIGURATION, REGISTRATION}] == [
        CONFIGURATION,
        REGISTRATION,
    ]
    assert all("Authorization" not in headers for _m, _p, headers, _b in small_lms.asked)


@on_sqlite
def test_canvas_is_told_its_places_and_its_privacy_level(small_lms: SmallLms, registrar: Registrar) -> None:
    family = {"product_family_code": "canvas", "version": "cloud"}
    small_lms.configure(**{"https://purl.imsglobal.org/spec/lti-platform-configuration": family})
    done = registrar.confirm(registrar.look_at(small_lms), personal=["name"])
    about = json.loads(small_lms.asked[-1][3])[TOOL_CONFIGURATION]
    places = {place for message in about["messages"] for place in message["placements"]}
    assert places >= {"course_navigation", "assignment_selection", "link_selection", "editor_button"}
    assert about["https://canvas.instructure.com/lti/privacy_level"] == "name_only"
    assert "deployment" in done.text


@on_sqlite
def test_only_scopes_that_the_lms_offers_are_asked_for_and_what_it_denies_is_said(
    small_lms: SmallLms, registrar: Registrar
) -> None:
    small_lms.configure(scopes_supported=["openid", *SCOPES[:2]])
    small_lms.registers_as(client_id="client-1", scope=SCOPES[0])
    done = registrar.confirm(registrar.look_at(small_lms))
    assert json.loads(small_lms.asked[-1][3])["scope"] == " ".join(SCOPES[:2])
    assert "meno di quanto chiesto" in done.text


@on_sqlite
@pytest.mark.parametrize(
    ("answer", "deployments"),
    [
        ({"client_id": 10000000000001}, []),
        ({"client_id": "10000000000001", TOOL_CONFIGURATION: {"deployment_id": 7}}, ["7"]),
        ({"client_id": "10000000000001", "deployment_id": "7:abc"}, ["7:abc"]),
        ({"client_id": "10000000000001", TOOL_CONFIGURATION: [], "scope": None}, []),
    ],
)
def test_answers_of_different_lmss_are_understood(
    small_lms: SmallLms, registrar: Registrar, answer: dict[str, object], deployments: list[str]
) -> None:
    small_lms.registers_as(201, **answer)
    assert registrar.confirm(registrar.look_at(small_lms)).status_code == 200
    platform = registrar.platforms()[0]
    assert platform.client_id == "10000000000001"
    assert [each.deployment_id for each in platform.deployments] == deployments


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_registering_twice_keeps_one_registration_and_never_lets_a_suspended_one_in(
    small_lms: SmallLms, client: FlaskClient, database: Session, now: datetime, status: str
) -> None:
    first = invited(client, database, now)
    first.confirm(first.look_at(small_lms))
    database.execute(update(Platform).values(status=status, name="Il nostro Moodle"))
    database.commit()
    small_lms.registers_as(client_id="client-1", **{TOOL_CONFIGURATION: {"deployment_id": "2"}})
    second = invited(client, database, now, name="Altro nome")
    assert "era già registrato" in second.confirm(second.look_at(small_lms)).text
    platforms = second.platforms()
    assert [(each.name, each.status) for each in platforms] == [("Il nostro Moodle", status)]
    waiting: list[Deployment] = platforms[0].deployments
    assert [(each.deployment_id, each.status) for each in waiting] == [("2", "pending")]


def test_an_invitation_that_approves_lets_no_suspended_deployment_in_and_leaves_the_token_audience(
    small_lms: SmallLms, client: FlaskClient, database: Session, now: datetime
) -> None:
    small_lms.registers_as(client_id="client-1", deployment_id="2")
    first = invited(client, database, now, approves=True)
    first.confirm(first.look_at(small_lms))
    database.execute(update(Deployment).values(status="suspended"))
    database.execute(update(Platform).values(token_audience="https://ours.example/token"))
    database.commit()
    small_lms.configure(authorization_server="https://other.example/token")
    second = invited(client, database, now, approves=True)
    assert "era già registrato" in second.confirm(second.look_at(small_lms)).text
    (platform,) = second.platforms()
    assert platform.token_audience == "https://ours.example/token"
    assert [(each.deployment_id, each.status) for each in platform.deployments] == [("2", "suspended")]


def test_another_lms_cannot_take_the_place_of_a_registered_one(
    small_lms: SmallLms, client: FlaskClient, database: Session, now: datetime
) -> None:
    first = invited(client, database, now)
    first.confirm(first.look_at(small_lms))
    small_lms.configure(jwks_uri=f"{small_lms.url}/other-jwks")
    small_lms.answers["/other-jwks"] = small_lms.answers["/jwks"]
    second = invited(client, database, now, approves=True)
    refused = second.confirm(second.look_at(small_lms))
    assert (refused.status_code, "registration_conflict" in refused.text) == (409, True)
    assert [each.jwks_url for each in second.platforms()] == [f"{small_lms.url}/jwks"]
    assert second.look_at(small_lms).status_code == 200  # the invitation still holds


def test_the_confirmation_needs_no_cookie_and_cannot_be_made_up(
    small_lms: SmallLms, client: FlaskClient, database: Session, now: datetime
) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    registrar, other = invited(client, database, now), invited(client, database, now)
    page = registrar.look_at(small_lms)
    assert "Set-Cookie" not in page.headers
    for sent in ({}, {"confirmation": "made-up"}, {"confirmation": "\ud83d"}):
        encoded = {name: value.encode("utf-8", "surrogatepass") for name, value in sent.items()}
        assert client.post(registrar.path, data=encoded).status_code == 409
    assert other.confirm(page).status_code == 409  # another invitation's
    assert REGISTRATION not in small_lms.paths()
    assert registrar.confirm(page).status_code == 200
    assert registrar.confirm(page).status_code == 410
    assert small_lms.paths().count(REGISTRATION) == 1


def test_a_double_click_registers_once(small_lms: SmallLms, registrar: Registrar) -> None:
    form = {"confirmation": unescape(CONFIRMATION.search(registrar.look_at(small_lms).text)[1])}  # type: ignore[index]
    application = registrar.client.application

    def press(_number: int) -> int:
        return application.test_client().post(registrar.path, data=form).status_code

    with ThreadPoolExecutor(4) as people:
        statuses = sorted(people.map(press, range(4)))
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 410}
    assert small_lms.paths().count(REGISTRATION) == 1
    assert len(registrar.platforms()) == 1


@on_sqlite
def test_a_confirmation_is_good_for_an_hour(small_lms: SmallLms, registrar: Registrar, clock: Clock) -> None:
    page = registrar.look_at(small_lms)
    clock.move(minutes=61)
    refused = registrar.confirm(page)
    assert (refused.status_code, "registration_form_outdated" in refused.text) == (409, True)
    assert registrar.is_unused()


@on_sqlite
def test_one_invitation_pays_for_a_bounded_number_of_tries(
    small_lms: SmallLms, registrar: Registrar, clock: Clock
) -> None:
    small_lms.configure(issuer=None)
    for _ in range(MOST_TRIES):
        assert registrar.look_at(small_lms).status_code == 502
    refused = registrar.look_at(small_lms)
    assert (refused.status_code, "invitation_tried_too_often" in refused.text) == (429, True)
    assert len(small_lms.asked) == MOST_TRIES
    clock.move(minutes=10)
    small_lms.configure()
    assert registrar.look_at(small_lms).status_code == 200


@on_sqlite
def test_the_page_can_be_framed_by_an_lms_that_nobody_knows_yet_and_tells_nobody_its_address(
    small_lms: SmallLms, registrar: Registrar
) -> None:
    page = registrar.look_at(small_lms, "tok.en")
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    done = registrar.confirm(page)
    assert f'data-close-origin="{small_lms.url}"' in done.text
    assert "registration_close.js" in done.text


@on_sqlite
def test_an_invitation_opened_outside_an_lms_says_where_to_paste_it(registrar: Registrar) -> None:
    page = registrar.client.get(registrar.path)
    assert f"{TOOL_URL}{registrar.path}" in page.text
    assert "Moodle" in page.text
    assert registrar.client.get("/lti/register/invented").status_code == 404
