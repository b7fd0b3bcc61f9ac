"""The launch doctor: what an administrator learns of each launch, and nothing about people."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_plugin.connecting.checks import NAMES
from lms_plugin.connecting.diagnoses import DIAGNOSES
from lms_plugin.launching.platform_errors import PlatformError
from lms_plugin.lti import errors
from lms_plugin.lti.errors import LtiRefusal
from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.people.role import Role
from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.factories.people import make_staff, make_visit
from tests.lms_plugin.launching.without_cookies import without_cookies
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser

DOCTOR = "/administration/doctor"
SignIn = Callable[[Role], None]


@pytest.fixture
def sign_in(client: FlaskClient, database: Session) -> SignIn:
    """Signs the browser in with a role of staff."""

    def enter(role: Role) -> None:
        with writing(database):
            staff = make_staff(database, role)
            _visit, cookie, secret = make_visit(database, role, staff_id=staff.id, reads_records=True)
        client.set_cookie(cookie, secret)

    return enter


def test_every_refusal_of_a_launch_has_its_check_and_its_fix() -> None:
    named = [value for value in vars(errors).values() if isinstance(value, type)]
    refusals = {one for one in named if issubclass(one, LtiRefusal)} - {LtiRefusal} | {PlatformError}
    assert {refusal.code for refusal in refusals} == set(DIAGNOSES)
    for code, found in DIAGNOSES.items():
        assert found.place.check in NAMES, code
        assert len(str(found.fix)) > 40, code


def last_report(database: Session) -> LaunchReport:
    database.rollback()
    question = select(LaunchReport).order_by(LaunchReport.at.desc()).limit(1)
    report = database.scalars(question.execution_options(populate_existing=True)).one()
    database.rollback()
    return report


def checks_shown(page: str) -> list[tuple[int, str]]:
    """(number, result) of each check on the page of a launch."""
    found = re.findall(r'class="check check-(\w+)">\s*<span class="check-words">(\w+)\.', page)
    return [(0 if number == "Prima" else int(number), result) for result, number in found]


def one_of_each_code() -> list[str]:
    """A forgery for each code that forgeries bring about, in the order of the checks."""
    chosen = {forgery.code: forgery.name for forgery in FORGERIES.values() if not forgery.needs_earlier}
    return list(chosen.values())


def test_each_forgery_shows_its_check_red_and_those_before_it_green(
    browser: Browser, database: Session, sign_in: SignIn, clock: Clock, subtests: pytest.Subtests
) -> None:
    sign_in(Role.ADMINISTRATOR)
    seen = set()
    for name in one_of_each_code():
        with subtests.test(name):
            clock.move(seconds=1)
            forgery = FORGERIES[name]
            browser.post(browser.answer(browser.practice.lms.login_initiation(forge=name)))
            report = last_report(database)
            assert report.code == forgery.code
            page = browser.client.get(f"{DOCTOR}/launches/{report.id}").text
            shown = checks_shown(page)
            assert [number for number, _result in shown] == list(range(19))
            assert [number for number, result in shown if result == "failed"] == [forgery.check]
            assert all(result == "passed" for number, result in shown if number < forgery.check)
            assert all(result == "not_reached" for number, result in shown if number > forgery.check)
            assert str(DIAGNOSES[forgery.code].fix)[:30].split("'")[0] in page
            seen.add(forgery.check)
    assert seen >= {1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}


def test_an_opened_launch_is_green_throughout_and_says_how_the_browser_was_known(
    browser: Browser, database: Session, sign_in: SignIn
) -> None:
    browser.launch()
    sign_in(Role.ADMINISTRATOR)
    report = last_report(database)
    page = browser.client.get(f"{DOCTOR}/launches/{report.id}").text
    assert {result for _number, result in checks_shown(page)} == {"passed"}
    for told in ("con un cookie", report.kid, report.request_id, "LtiResourceLinkRequest"):
        assert told in page


def test_a_launch_by_another_browser_shows_check_3_red(
    browser: Browser, database: Session, sign_in: SignIn
) -> None:
    form = browser.answer(browser.practice.lms.login_initiation())
    browser.client._cookies.clear()  # type: ignore[union-attr]
    browser.post(form)
    sign_in(Role.ADMINISTRATOR)
    page = browser.client.get(f"{DOCTOR}/launches/{last_report(database).id}").text
    assert (3, "failed") in checks_shown(page)
    assert "nuova finestra" in page


@on_sqlite
def test_a_role_that_does_not_open_the_page_is_check_18(
    browser: Browser, database: Session, sign_in: SignIn
) -> None:
    browser.launch("ada", "link-secretariat")
    sign_in(Role.ADMINISTRATOR)
    page = browser.client.get(f"{DOCTOR}/launches/{last_report(database).id}").text
    assert checks_shown(page)[-1] == (18, "failed")


@on_sqlite
@pytest.mark.parametrize("when", ["at login", "after it"])
def test_a_suspended_registration_tells_at_login_from_after_it(
    browser: Browser, database: Session, sign_in: SignIn, when: str
) -> None:
    form = browser.answer(browser.practice.lms.login_initiation()) if when == "after it" else None
    database.execute(update(Platform).values(status="suspended"))
    database.commit()
    if form is None:
        browser.begin(browser.practice.lms.login_initiation())
    else:
        browser.post(form)
    sign_in(Role.ADMINISTRATOR)
    shown = dict(checks_shown(browser.client.get(f"{DOCTOR}/launches/{last_report(database).id}").text))
    assert shown[5] == "failed"
    assert shown[4] == ("passed" if form else "not_reached")


def test_no_page_shows_who_it_was_or_what_a_claim_held(
    browser: Browser, database: Session, sign_in: SignIn
) -> None:
    browser.launch()
    for name in ("roles_text", "sub_absent", "deployment_other"):
        if name in FORGERIES:
            browser.post(browser.answer(browser.practice.lms.login_initiation(forge=name)))
    sign_in(Role.ADMINISTRATOR)
    pages = [browser.client.get(DOCTOR).text, browser.client.get(f"{DOCTOR}/launches").text]
    reports = database.scalars(select(LaunchReport.id)).all()
    database.rollback()
    pages += [browser.client.get(f"{DOCTOR}/launches/{one}").text for one in reports]
    for page in pages:
        for secret in ("Ada", "Bianchi", "@comune.example", "eyJ"):
            assert secret not in page


def test_an_unregistered_lms_is_listed_with_what_it_calls_itself(browser: Browser, sign_in: SignIn) -> None:
    asked = {
        "iss": "https://altra.example/<b>", "client_id": "abc", "login_hint": "1",
        "target_link_uri": "https://formazione.example/secretariat",
    }  # fmt: skip
    browser.client.get("/lti/login", query_string=asked)
    sign_in(Role.ADMINISTRATOR)
    page = browser.client.get(DOCTOR).text
    assert "https://altra.example/&lt;b&gt;" in page
    assert "Registralo" in page
    listed = browser.client.get(f"{DOCTOR}/launches?platform=unregistered").text
    assert "LMS non registrato" in listed


def report_at(database: Session, platform: Platform, at: datetime, **changes: object) -> None:
    database.add(LaunchReport(platform_id=platform.id, at=at, **changes))


@pytest.mark.parametrize(
    ("seconds", "words", "warns"), [(45, "avanti di 45 secondi", True), (-12, "indietro di 12", False)]
)
def test_the_clocks_are_compared_over_the_last_launches(
    client: FlaskClient, platform: Platform, database: Session, sign_in: SignIn, now: datetime,
    seconds: int, words: str, *, warns: bool,
) -> None:  # fmt: skip
    with writing(database):
        for number in range(9):
            odd = 5000 if number == 3 else seconds  # one that waited for its person does not count much
            report_at(database, platform, now - timedelta(minutes=number), skew_seconds=odd)
    sign_in(Role.ADMINISTRATOR)
    page = client.get(DOCTOR).text
    assert words in page
    assert "mediana degli ultimi 9 accessi" in page
    assert ("NTP" in page) is warns


def test_the_filters_by_code_day_and_platform_narrow_the_list(
    client: FlaskClient, platform: Platform, database: Session, sign_in: SignIn, now: datetime
) -> None:
    with writing(database):
        report_at(database, platform, now, code="")
        report_at(database, platform, now, code="bad_signature")
        report_at(database, platform, now - timedelta(days=3), code="token_expired")
    sign_in(Role.ADMINISTRATOR)
    for query, number in {
        "": 3, "code=opened": 1, "code=refused": 2, "code=token_expired": 1, "from=2026-11-23": 2,
        "to=2026-11-20": 1, "from=2026-11-21&to=2026-11-22": 0, f"platform={platform.id}": 3,
        "platform=unregistered": 0,
    }.items():  # fmt: skip
        page = client.get(f"{DOCTOR}/launches?{query}").text
        assert re.search(rf">{number} access[oi] trovat[oi]<", page), query


@on_sqlite
@pytest.mark.parametrize(
    "query", ["from=ieri", "code=nessuno", "platform=1", "from=2026-11-23&to=2026-11-01"]
)
def test_a_filter_that_cannot_be_used_is_named(client: FlaskClient, sign_in: SignIn, query: str) -> None:
    sign_in(Role.ADMINISTRATOR)
    answer = client.get(f"{DOCTOR}/launches?{query}")
    assert answer.status_code == 400
    assert "field-error" in answer.text


def test_the_summary_counts_by_day_and_by_code(
    client: FlaskClient, platform: Platform, database: Session, sign_in: SignIn, now: datetime
) -> None:
    with writing(database):
        for back, code in ((0, ""), (0, ""), (0, "bad_signature"), (2, "")):
            report_at(database, platform, now - timedelta(days=back), code=code)
    sign_in(Role.ADMINISTRATOR)
    page = client.get(DOCTOR).text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "23/11/2026 2 1" in text
    assert "21/11/2026 1 0" in text
    assert re.search(r"Firma sbagliata 1 – Firma sbagliata bad_signature", text)


def test_an_lms_administrator_sees_the_own_deployment_only(
    browser: Browser, database: Session, platform: Platform, now: datetime
) -> None:
    with writing(database):
        here = database.scalars(select(Deployment)).one()
        database.add(Deployment(platform_id=platform.id, deployment_id="other", created_at=now))
        for deployment, code in (("1", "bad_signature"), ("other", "token_expired"), ("", "kid_missing")):
            report_at(database, platform, now, deployment_id=deployment, code=code)
    others = database.scalars(select(LaunchReport.id).where(LaunchReport.deployment_id != "1")).all()
    database.rollback()
    assert browser.launch("dario", "link-secretariat").status_code == 303
    page = browser.client.get(f"{DOCTOR}/launches").text
    assert here.deployment_id == "1"
    assert re.search(r">2 accessi trovati<", page)  # the refusal and this very launch
    assert [browser.client.get(f"{DOCTOR}/launches/{one}").status_code for one in others] == [404, 404]
    assert "LMS non registrati" not in browser.client.get(DOCTOR).text


def test_a_signed_message_is_told_to_the_administrators_of_the_deployment_it_names(
    browser: Browser, database: Session, platform: Platform, now: datetime
) -> None:
    with writing(database):
        database.add(Deployment(platform_id=platform.id, deployment_id="other", created_at=now))
    for name in ("aud_other", "signature_stranger"):
        browser.post(browser.answer(browser.practice.lms.login_initiation(forge=name)))
    browser.launch("dario", "link-secretariat")
    page = browser.client.get(f"{DOCTOR}/launches").text
    assert "Destinato a un altro strumento" in page
    assert "Firma sbagliata</span>" not in page  # nobody knows whose that was


@on_sqlite
def test_a_message_that_waited_for_its_browser_shows_check_3_as_not_reached(
    app: Flask, browser: Browser, database: Session, sign_in: SignIn
) -> None:
    visitor = without_cookies(app, browser)
    form = visitor.log_in(browser.practice.lms.login_initiation(forge="aud_other"))
    visitor.client.post("/lti/launch", data=form)
    sign_in(Role.ADMINISTRATOR)
    page = browser.client.get(f"{DOCTOR}/launches/{last_report(database).id}").text
    shown = dict(checks_shown(page))
    assert (shown[2], shown[3], shown[6], shown[7]) == ("passed", "not_reached", "passed", "failed")


@on_sqlite
def test_a_launch_bound_by_the_lms_storage_says_so(
    app: Flask, browser: Browser, database: Session, sign_in: SignIn
) -> None:
    without_cookies(app, browser).launch()
    sign_in(Role.ADMINISTRATOR)
    page = browser.client.get(f"{DOCTOR}/launches/{last_report(database).id}").text
    assert "con la memoria che" in page


def test_of_a_platform_with_one_deployment_its_administrator_sees_also_what_named_none(
    browser: Browser, database: Session
) -> None:
    browser.post(browser.answer(browser.practice.lms.login_initiation(forge="alg_none")))
    browser.launch("dario", "link-secretariat")
    page = browser.client.get(f"{DOCTOR}/launches").text
    assert "Firma di un tipo non accettato" in page


@on_sqlite
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AUDITOR])
def test_the_rest_of_the_staff_does_not_see_it(client: FlaskClient, sign_in: SignIn, role: Role) -> None:
    sign_in(role)
    assert client.get(DOCTOR).status_code == 403


@on_sqlite
def test_an_lms_administrator_finds_it_from_the_records(browser: Browser) -> None:
    browser.launch("dario", "link-secretariat")
    assert f'href="{DOCTOR}"' in browser.client.get("/secretariat").text
