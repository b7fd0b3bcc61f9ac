"""Deep linking from the LMS's «add activity» to links that open, against the practice LMS."""

from datetime import datetime
from typing import Any

import jwt
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.launching.picking_table import PickingRequest
from lms_plugin.lti import claims as names
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.role_overrides import RoleOverride
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.rehearsal.vocabulary import INSTRUCTOR_ROLE
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.launching.picker import (
    CALENDAR,
    FINAL,
    IN_PREPARATION,
    M1,
    W01,
    W02,
    WHOLE,
    Picker,
    ask,
    claims_in,
    deliver,
    items_in,
    return_address,
    token_in,
)
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

ODD_DATA = 'à=1&b "<x>" \x00 😀 \\u0041  '


def test_everything_chosen_appears_in_the_course_opens_and_has_its_columns(
    browser: Browser, database: Session
) -> None:
    picker = Picker(browser, "dario")
    answer = picker.answer(WHOLE, CALENDAR, M1, W01, FINAL, "records")
    delivered = deliver(answer)
    assert delivered.status_code == 200, delivered.text
    installation = browser.practice.lms.installation
    made = installation.links()[-6:]
    assert [link.target_link_uri.removeprefix(TOOL_URL) for link in made] == [
        "/programmes/co-alizione",
        "/programmes/co-alizione/calendar",
        "/programmes/co-alizione/modules/m1",
        "/programmes/co-alizione/webinars/w01",
        "/programmes/co-alizione/final-assessment",
        "/secretariat",
    ]
    columns = {link.title[:8]: installation.columns_of(link.id) for link in made}
    assert [len(found) for found in columns.values()] == [0, 0, 1, 1, 1, 0]
    (module,), (webinar,), (final,) = list(columns.values())[2:5]
    assert (module.resource_id, module.tag, module.maximum) == ("co-alizione/m1", "score", 100)
    assert (webinar.resource_id, webinar.tag, webinar.maximum) == ("co-alizione/w01", "score", 1)
    assert (final.resource_id, final.tag, final.maximum) == ("co-alizione/final-assessment", "score", 100)
    for link in made:
        user = "dario" if link.target_link_uri.endswith("secretariat") else "ada"
        opened = browser.launch(user, link.id)
        assert opened.status_code == 303, opened.text
        page = browser.client.get(opened.location.removeprefix(TOOL_URL))
        assert page.status_code == 200, page.text
    database.rollback()


def test_the_answer_is_signed_and_says_what_the_specification_wants(
    browser: Browser, database: Session, now: datetime
) -> None:
    answer = Picker(browser).answer(M1)
    token = token_in(answer)
    claims = claims_in(answer)
    assert set(jwt.get_unverified_header(token)) == {"alg", "kid", "typ"}
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    assert (claims["iss"], claims["aud"]) == ("practice-lms", browser.practice.url)
    assert (claims["iat"], claims["exp"]) == (int(now.timestamp()), int(now.timestamp()) + 300)
    assert claims[names.DEPLOYMENT_ID] == "1"
    assert claims[names.MESSAGE_TYPE] == "LtiDeepLinkingResponse"
    assert claims[names.VERSION] == "1.3.0"
    assert claims["nonce"]
    assert claims["jti"]
    (item,) = claims[names.CONTENT_ITEMS]
    assert item == {
        "type": "ltiResourceLink",
        "title": item["title"],
        "text": item["text"],
        "url": f"{TOOL_URL}/programmes/co-alizione/modules/m1",
        "custom": {"programme": "co-alizione", "activity": "m1"},
        "lineItem": {
            "label": item["title"], "scoreMaximum": 100, "resourceId": "co-alizione/m1", "tag": "score",
        },
        "iframe": {"width": 1000, "height": 800},
    }  # fmt: skip
    assert isinstance(item["lineItem"]["scoreMaximum"], int)
    assert item["title"].startswith("Modulo 1")
    request = database.scalars(select(PickingRequest)).one()
    assert request.answered_at == now


def test_data_comes_back_character_by_character(browser: Browser) -> None:
    answer = Picker(browser, data=ODD_DATA).answer(W01)
    assert claims_in(answer)[names.DATA] == ODD_DATA


@on_sqlite
def test_an_empty_data_comes_back_empty(browser: Browser) -> None:
    assert claims_in(Picker(browser, data="").answer(W01))[names.DATA] == ""


@on_sqlite
def test_without_data_none_is_sent(browser: Browser) -> None:
    assert names.DATA not in claims_in(Picker(browser, data=None).answer(W01))


def test_cancelling_sends_no_items(browser: Browser) -> None:
    answer = Picker(browser).cancel()
    assert items_in(answer) == []
    assert "Nessuna attività aggiunta" in deliver(answer).text


@on_sqlite
def test_the_page_that_sends_the_answer_has_a_button_and_may_post_to_the_lms_only(browser: Browser) -> None:
    answer = Picker(browser).answer(W01)
    policy = answer.headers["Content-Security-Policy"]
    assert f"form-action 'self' {browser.practice.url};" in policy
    assert return_address(answer).startswith(f"{browser.practice.url}/as/carla/deep-linking/return?")
    assert '<button class="btn btn-primary" type="submit">' in answer.text
    assert "send_on.js" in answer.text


def test_whoever_picks_is_not_made_a_learner(browser: Browser, database: Session) -> None:
    Picker(browser)
    visit = database.scalars(select(Visit)).one()
    assert (visit.role, visit.learner_id, visit.placement_id) == (Role.TRAINER, None, None)
    assert database.scalar(select(func.count()).select_from(Learner)) == 0


@on_sqlite
def test_any_address_of_ours_may_ask_for_the_picker(browser: Browser) -> None:
    installation = browser.practice.lms.installation
    for path in ("/lti/deep-linking", "/lti/launch", "/secretariat", "/programmes/co-alizione/modules/m2"):
        with installation.store.changing() as memory:
            memory.tools["practice-lms"].target_link_uri = f"{TOOL_URL}{path}"
        assert Picker(browser).page().status_code == 200


@on_sqlite
def test_changing_the_language_where_a_form_was_refused_leads_back_to_the_choice(browser: Browser) -> None:
    picker = Picker(browser)
    again = browser.client.get(f"{picker.path}/answer", query_string={"lang": "en"})
    assert again.status_code == 303
    assert again.location == f"{picker.path}?lang=en"


@on_sqlite
def test_two_pickers_in_two_tabs_do_not_meet(browser: Browser) -> None:
    first, second = Picker(browser, data="first"), Picker(browser, data="second")
    assert first.path != second.path
    assert claims_in(first.answer(W01))[names.DATA] == "first"
    assert claims_in(second.answer(W01))[names.DATA] == "second"


@on_sqlite
def test_records_are_offered_only_to_those_who_may_read_them(browser: Browser) -> None:
    assert 'value="records"' not in Picker(browser, "carla").page().text
    assert 'value="records"' in Picker(browser, "dario").page().text


def test_who_may_read_records_follows_the_overrides_of_the_platform(
    browser: Browser, database: Session, now: datetime
) -> None:
    platform = database.scalars(select(Platform)).one()
    database.add(
        RoleOverride(
            platform_id=platform.id, role=INSTRUCTOR_ROLE, part=Role.LMS_ADMINISTRATOR, created_at=now
        )
    )
    database.commit()
    assert 'value="records"' in Picker(browser, "carla").page().text


@on_sqlite
@pytest.mark.usefixtures("small_too")
def test_a_module_in_preparation_is_shown_and_cannot_be_chosen(browser: Browser) -> None:
    page = Picker(browser).page().text
    tag = next(tag for tag in page.split("<input") if f'value="{IN_PREPARATION}"' in tag)
    assert " disabled" in tag.split(">")[0]
    assert "In preparazione" in tag


@on_sqlite
@pytest.mark.usefixtures("small_too")
def test_one_button_chooses_all_modules_that_are_ready_and_all_webinars(browser: Browser) -> None:
    picker = Picker(browser)
    page = picker.page(all="small").text
    assert page.count(" checked") == 2
    assert "1 modulo pronto, 1 webinar" in page
    answer = picker.answer("small.m1", "small.w01")
    assert len(items_in(answer)) == 2
    assert deliver(answer).status_code == 200


@on_sqlite
def test_a_filter_keeps_what_was_chosen_before(browser: Browser) -> None:
    page = Picker(browser).page(q="calendario", item=[M1], kind="").text
    assert "Già scelte, fuori da questo filtro" in page
    assert f'value="{M1}"' in page
    assert f'value="{CALENDAR}"' in page
    assert f'value="{W01}"' not in page


@on_sqlite
@pytest.mark.parametrize(
    "query", [{"q": "x" * 5000}, {"q": "\x00"}, {"kind": "'"}, {"item": "none"}, {"all": "none"}]
)
def test_odd_filters_end_in_a_page(browser: Browser, query: dict[str, str]) -> None:
    page = Picker(browser).page(**query)
    assert page.status_code == 200
    assert " checked" not in page.text


@on_sqlite
def test_where_one_is_taken_one_can_be_chosen(browser: Browser) -> None:
    picker = Picker(browser, accept_multiple=False)
    page = picker.page(item=[M1, W01], all="co-alizione").text
    assert 'type="checkbox"' not in page
    assert page.count(" checked") == 1
    assert len(items_in(picker.answer(W01))) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("given", "several"), [({"accept_multiple": "true"}, True), ({"accept_multiple": None}, False)]
)
def test_booleans_may_be_words_and_absent(browser: Browser, given: dict[str, Any], *, several: bool) -> None:
    assert ('type="checkbox"' in Picker(browser, **given).page().text) is several


@on_sqlite
def test_where_columns_are_not_taken_none_is_offered_or_sent(browser: Browser) -> None:
    picker = Picker(browser, accept_lineitem="false")
    assert "registro voti" not in picker.details(M1).text
    (item,) = items_in(picker.answer(M1, column="1", maximum="10"))
    assert "lineItem" not in item


@on_sqlite
def test_an_lms_that_says_nothing_about_columns_gets_them(browser: Browser) -> None:
    (item,) = items_in(Picker(browser, accept_lineitem=None).answer(M1))
    assert item["lineItem"]["scoreMaximum"] == 100


@on_sqlite
def test_a_column_can_be_left_out_or_given_another_maximum(browser: Browser) -> None:
    (without,) = items_in(Picker(browser).answer(M1, column=""))
    (other,) = items_in(Picker(browser).answer(M1, maximum="10", title="Prova"))
    assert "lineItem" not in without
    assert other["lineItem"] | {"label": "Prova", "scoreMaximum": 10} == other["lineItem"]


@on_sqlite
def test_dates_are_italian_time_and_reach_the_course(browser: Browser) -> None:
    answer = Picker(browser).answer(W02, opens="2026-12-01T09:00", closes="2027-07-01T18:30")
    (item,) = items_in(answer)
    assert item["available"] == {
        "startDateTime": "2026-12-01T09:00:00+01:00",
        "endDateTime": "2027-07-01T18:30:00+02:00",
    }
    deliver(answer)
    assert browser.practice.lms.installation.links()[-1].available_from == "2026-12-01T09:00:00+01:00"


@on_sqlite
@pytest.mark.parametrize(("target", "member"), [("window", "window"), ("iframe", "iframe")])
def test_window_or_frame_is_respected(browser: Browser, target: str, member: str) -> None:
    answer = Picker(browser).answer(W01, target=target)
    (item,) = items_in(answer)
    assert {"window", "iframe"} & set(item) == {member}
    deliver(answer)
    assert browser.practice.lms.installation.links()[-1].shown_in == target


@on_sqlite
@pytest.mark.parametrize(
    ("accepted", "member"), [(["window"], "window"), (["frame", "iframe"], "iframe"), ([], "")]
)
def test_only_accepted_presentations_are_offered(browser: Browser, accepted: list[str], member: str) -> None:
    picker = Picker(browser, accept_presentation_document_targets=accepted)
    assert "Come si apre" not in picker.details(W01).text
    (item,) = items_in(picker.answer(W01))
    assert {"window", "iframe"} & set(item) == ({member} if member else set())


@on_sqlite
def test_an_lms_that_takes_no_activities_is_told_so_and_gets_a_reason(browser: Browser) -> None:
    picker = Picker(browser, accept_types=["link", "html"])
    page = picker.page().text
    assert "Qui il tuo LMS non accetta attività" in page
    assert 'name="item"' not in page
    claims = claims_in(picker.cancel())
    assert claims[names.CONTENT_ITEMS] == []
    assert claims[names.ERROR_MSG]


@on_sqlite
@pytest.mark.parametrize("profile", ["moodle", "canvas", "brightspace", "blackboard", "openedx", "minimal"])
def test_each_product_gets_items_as_it_reads_them(browser: Browser, database: Session, profile: str) -> None:
    browser.practice.lms.use_profile(profile)
    if browser.practice.lms.installation.issuer != browser.practice.url:
        database.rollback()
        browser.practice.platform(database)
    answer = Picker(browser).answer(M1, target="iframe")
    (item,) = items_in(answer)
    assert ("src" in item["iframe"]) is (profile == "canvas")
    assert ("text" in item) is (profile != "blackboard")
    assert deliver(answer).status_code == 200


def test_a_site_that_our_administrator_added_may_take_the_answer(browser: Browser, database: Session) -> None:
    address = "https://corsi.scuola.example/return?course=1"
    assert "return_url_foreign" in ask(browser, deep_link_return_url=address).text
    database.scalars(select(Platform)).one().extra_origins = "https://corsi.scuola.example"
    database.commit()
    answer = Picker(browser, deep_link_return_url=address).answer(W01)
    assert return_address(answer) == address
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self' https://corsi.scuola.example;" in policy
    assert f"frame-ancestors {browser.practice.url} https://corsi.scuola.example" in policy


@on_sqlite
def test_the_stable_addresses_explain_themselves(browser: Browser) -> None:
    assert browser.client.get("/programmes/co-alizione/calendar").status_code == 200
    assert (
        "Verifica finale del programma" in browser.client.get("/programmes/co-alizione/final-assessment").text
    )
    assert browser.client.get("/programmes/for-pa/final-assessment").status_code == 404
    assert browser.client.get("/lti/deep-linking").status_code == 404
