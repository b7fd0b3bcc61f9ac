"""A launch from click to page, and what it writes down."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Deployment, LtiContext, Placement, Platform, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.rehearsal.course import ResourceLink as LmsLink
from lms_plugin.rehearsal.quirks import PROFILES
from lms_plugin.web.visit_table import Visit
from tests.conftest import Clock
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser, Practice


def add_link(practice: Practice, path: str, **custom: str) -> str:
    """A new activity in the LMS's course; returns its id."""
    link = LmsLink("link-new", "Nuova", "", f"{TOOL_URL}{path}", "practice-lms", "1", custom)
    with practice.lms.installation.store.changing() as memory:
        memory.links[link.id] = link
    return link.id


def test_a_launch_opens_the_module_and_writes_down_who_came(browser: Browser, database: Session) -> None:
    response = browser.launch()
    visit, placement = database.scalars(select(Visit)).one(), database.scalars(select(Placement)).one()
    learner = database.scalars(select(Learner)).one()
    url = browser.practice.url
    assert response.status_code == 303
    assert response.location == f"{TOOL_URL}/v/{visit.name}/programmes/co-alizione/modules/m1"
    assert (visit.role, visit.learner_id, visit.placement_id) == (Role.LEARNER, learner.id, placement.id)
    assert visit.frame_ancestors == url
    assert (learner.home_page, learner.account_name, learner.name) == (url, "ada", "Ada Bianchi")
    assert placement.line_item_url == f"{url}/services/co-alizione-2026/lineitems/column-m1/lineitem"
    link = placement.resource_link
    assert (link.programme_id, link.activity_id) == ("co-alizione", "m1")


@on_sqlite
def test_the_page_after_a_launch_opens(browser: Browser) -> None:
    page = browser.client.get(browser.launch().location.removeprefix(TOOL_URL))
    assert page.status_code == 200


@on_sqlite
def test_the_visit_cookie_works_inside_the_frame_of_the_lms_and_the_launch_cookie_goes(
    browser: Browser,
) -> None:
    cookies = browser.launch().headers.getlist("Set-Cookie")
    visit = next(cookie for cookie in cookies if cookie.startswith("__Host-visit-"))
    launch = next(cookie for cookie in cookies if cookie.startswith("__Host-lti-"))
    for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert attribute in visit
    assert "Max-Age=0" in launch


def test_the_same_person_launching_again_makes_no_second_row(
    browser: Browser, database: Session, clock: Clock
) -> None:
    browser.launch()
    first = database.scalars(select(Placement)).one().last_launch_at
    database.rollback()
    clock.move(minutes=5)
    browser.launch()
    for table in (Learner, LtiContext, ResourceLink, Placement):
        assert database.scalar(select(func.count()).select_from(table)) == 1
    assert database.scalars(select(Placement)).one().last_launch_at > first


@on_sqlite
def test_what_the_lms_changes_is_changed_here(browser: Browser, database: Session) -> None:
    browser.launch()
    with browser.practice.lms.installation.store.changing() as memory:
        memory.links["link-m1"].title = "Un altro titolo"
        del memory.line_items["column-m1"]
    browser.launch()
    assert database.scalars(select(ResourceLink)).one().title == "Un altro titolo"
    assert database.scalars(select(Placement)).one().line_item_url is None


@on_sqlite
def test_an_lms_that_shares_no_names_is_served_all_the_same(browser: Browser, database: Session) -> None:
    assert browser.launch("elena").status_code == 303
    learner = database.scalars(select(Learner)).one()
    assert (learner.account_name, learner.name, learner.email) == ("elena", "", "")


@on_sqlite
@pytest.mark.parametrize(
    ("user_id", "link_id", "role", "path"),
    [
        ("carla", "link-m1", Role.TRAINER, "/v/{visit}/programmes/co-alizione/modules/m1"),
        ("carla", "link-w01", Role.TRAINER, "/v/{visit}/programmes/co-alizione/webinars/w01"),
        ("ada", "link-final", Role.LEARNER, "/v/{visit}/programmes/co-alizione/final-assessment"),
        ("ada", "link-programme", Role.LEARNER, "/v/{visit}/programmes/co-alizione"),
        ("dario", "link-secretariat", Role.LMS_ADMINISTRATOR, "/secretariat"),
    ],
)
def test_each_part_arrives_at_its_page(
    browser: Browser, database: Session, user_id: str, link_id: str, role: Role, path: str
) -> None:
    response = browser.launch(user_id, link_id)
    visit = database.scalars(select(Visit)).one()
    assert response.location.startswith(TOOL_URL + path.format(visit=visit.name))
    assert visit.role == role


def test_an_administrator_of_the_lms_reads_the_records_of_the_own_deployment_and_is_no_learner(
    browser: Browser, database: Session
) -> None:
    browser.launch("dario", "link-secretariat")
    visit = database.scalars(select(Visit)).one()
    deployment = database.scalars(select(Deployment)).one()
    assert (visit.name, visit.deployment_id, visit.learner_id) == ("staff", deployment.id, None)
    assert database.scalar(select(func.count()).select_from(Learner)) == 0


@on_sqlite
@pytest.mark.parametrize("user_id", ["ada", "carla"])
def test_the_secretariat_is_closed_to_learners_and_trainers(
    browser: Browser, database: Session, user_id: str
) -> None:
    response = browser.launch(user_id, "link-secretariat")
    assert response.status_code == 403
    assert "forbidden_role" in response.text
    assert database.scalar(select(func.count()).select_from(Visit)) == 0


@on_sqlite
@pytest.mark.usefixtures("small_too")
def test_a_module_in_preparation_does_not_open(browser: Browser, database: Session) -> None:
    link_id = add_link(browser.practice, "/programmes/small/modules/m2")
    response = browser.launch(link_id=link_id)
    assert response.status_code == 403
    assert "module_unavailable" in response.text
    assert database.scalar(select(func.count()).select_from(Learner)) == 0


@on_sqlite
@pytest.mark.parametrize(
    ("custom", "path"),
    [
        ({"activity": "m1", "programme": "co-alizione"}, "/programmes/co-alizione/modules/m1"),
        ({"activity": "w01"}, "/programmes/co-alizione/webinars/w01"),
        ({"programme": "co-alizione"}, "/programmes/co-alizione"),
    ],
)
def test_the_generic_address_leads_where_custom_parameters_say(
    browser: Browser, custom: dict[str, str], path: str
) -> None:
    link_id = add_link(browser.practice, "/lti/launch", **custom)
    assert browser.launch(link_id=link_id).location.endswith(path)


@on_sqlite
@pytest.mark.parametrize("custom", [{"activity": "m99"}, {"programme": "nessuno"}, {"activity": "$Activity"}])
def test_the_generic_address_that_names_nothing_is_refused(browser: Browser, custom: dict[str, str]) -> None:
    link_id = add_link(browser.practice, "/lti/launch", **custom)
    assert "module_unavailable" in browser.launch(link_id=link_id).text


@on_sqlite
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_kind_of_lms_launches(
    client: FlaskClient, practice: Practice, database: Session, profile: str
) -> None:
    practice.lms.use_profile(profile)
    practice.platform(database)
    assert Browser(client, practice).launch().status_code == 303


def test_a_login_is_used_up_by_its_launch(browser: Browser, database: Session, clock: Clock) -> None:
    browser.launch()
    report = database.scalars(select(LaunchReport)).one()
    assert report.at == clock()
    assert report.state_hash
    assert (report.code, report.binding, report.deployment_id, report.skew_seconds) == ("", "cookie", "1", 0)


@pytest.fixture
def two_tenants(browser: Browser, database: Session) -> Browser:
    """The same person number in two deployments of one registration is one person (one `sub` per issuer)."""
    platform = database.scalars(select(Platform)).one()
    database.add(Deployment(platform_id=platform.id, deployment_id="2", created_at=platform.created_at))
    database.commit()
    with browser.practice.lms.installation.store.changing() as memory:
        memory.tools["practice-lms"].deployment_ids.append("2")
    return browser


def test_links_of_two_deployments_are_two_links_of_one_learner(
    two_tenants: Browser, database: Session
) -> None:
    two_tenants.launch()
    two_tenants.launch(deployment_id="2")
    assert database.scalar(select(func.count()).select_from(ResourceLink)) == 2
    assert database.scalar(select(func.count()).select_from(Learner)) == 1


def test_a_new_deployment_waits_for_the_administrator_who_is_told_what_to_do(
    browser: Browser, database: Session
) -> None:
    with browser.practice.lms.installation.store.changing() as memory:
        memory.tools["practice-lms"].deployment_ids.append("new-school")
    response = browser.launch(deployment_id="new-school")
    parked = database.scalars(select(Deployment).where(Deployment.deployment_id == "new-school")).one()
    assert response.status_code == 403
    assert "deployment_pending" in response.text
    assert "coalizione platform accept" in response.text
    assert "/administration/platforms/" in response.text
    assert "--deployment-id 'new-school'" in response.text
    assert parked.status == "pending"
    assert database.scalar(select(func.count()).select_from(Visit)) == 0


def test_no_more_than_twenty_deployments_wait(browser: Browser, database: Session) -> None:
    platform = database.scalars(select(Platform)).one()
    for number in range(20):
        waiting = Deployment(deployment_id=f"w{number}", status="pending", created_at=platform.created_at)
        platform.deployments.append(waiting)
    database.commit()
    with browser.practice.lms.installation.store.changing() as memory:
        memory.tools["practice-lms"].deployment_ids.append("one-too-many")
    assert "deployment_unknown" in browser.launch(deployment_id="one-too-many").text
    assert database.scalar(select(func.count()).select_from(Deployment)) == 21


@on_sqlite
def test_a_suspended_deployment_is_refused(browser: Browser, database: Session) -> None:
    database.execute(update(Deployment).values(status="suspended"))
    database.commit()
    response = browser.launch()
    assert response.status_code == 403
    assert "deployment_suspended" in response.text


@pytest.mark.parametrize("suspended", [Platform, Deployment])
def test_who_came_from_what_is_suspended_meanwhile_is_out_at_once(
    browser: Browser, database: Session, suspended: type[Platform] | type[Deployment]
) -> None:
    page = browser.launch().location.removeprefix(TOOL_URL)
    assert browser.client.get(page).status_code == 200
    database.execute(update(suspended).values(status="suspended"))
    database.commit()
    assert browser.client.get(page).status_code == 401


@on_sqlite
def test_a_registration_that_waits_again_since_the_login_is_refused(
    browser: Browser, database: Session
) -> None:
    form = browser.answer(browser.practice.lms.login_initiation())
    database.execute(update(Platform).values(status="pending"))
    database.commit()
    response = browser.post(form)
    assert response.status_code == 403
    assert "registration_pending" in response.text


@on_sqlite
def test_a_registration_suspended_during_the_login_is_refused(browser: Browser, database: Session) -> None:
    form = browser.answer(browser.practice.lms.login_initiation())
    database.execute(update(Platform).values(status="suspended"))
    database.commit()
    response = browser.post(form)
    assert response.status_code == 401
    assert "registration_suspended" in response.text


@on_sqlite
@pytest.mark.parametrize(("family", "status"), [("openedx", 303), ("", 400), ("moodle", 400)])
def test_only_an_open_edx_may_sign_another_target_of_ours_than_at_login(
    client: FlaskClient, practice: Practice, database: Session, family: str, status: int
) -> None:
    practice.platform(database, product_family=family)
    initiation = practice.lms.login_initiation()
    at_login = {**initiation.fields, "target_link_uri": f"{TOOL_URL}/programmes/co-alizione"}
    browser = Browser(client, practice)
    response = browser.post(browser.answer(replace(initiation, fields=at_login)))
    assert response.status_code == status
    assert (
        "/programmes/co-alizione/modules/m1" in response.location if status == 303 else not response.location
    )


@on_sqlite
def test_an_open_edx_may_not_sign_a_foreign_target(
    client: FlaskClient, practice: Practice, database: Session
) -> None:
    practice.platform(database, product_family="openedx")
    browser = Browser(client, practice)
    response = browser.post(browser.answer(practice.lms.login_initiation(forge="target_foreign")))
    assert "target_link_mismatch" in response.text
