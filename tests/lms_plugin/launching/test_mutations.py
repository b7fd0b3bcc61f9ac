"""Random mutations of a valid launch: none gives a session, none an internal error."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.lti import claims as names
from lms_plugin.rehearsal.jws import base64url, sign_rs256
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
ABSENT = object()
# Claims that must be exactly what they are.
EXACT = (
    "iss", "aud", "azp", "nonce", names.VERSION, names.MESSAGE_TYPE, names.DEPLOYMENT_ID,
    names.TARGET_LINK_URI,
)  # fmt: skip
# Claims that may hold other values and still open a visit, for somebody else, somewhere else, or later.
FREE = (
    "sub", "exp", "iat", "nbf", "name", "given_name", "family_name", "email", "locale", names.ROLES,
    names.RESOURCE_LINK, names.CONTEXT, names.CUSTOM, names.LAUNCH_PRESENTATION, names.TOOL_PLATFORM,
    names.AGS_ENDPOINT, names.NAMES_AND_ROLES,
)  # fmt: skip
HEADERS = ("alg", "kid", "jku", "jwk", "x5u", "x5c", "crit")
INSIDE = st.sampled_from(("title", "label", "id", "description", "locale", "lineitem", "scope"))
PARTS = st.sampled_from(("claims", "header", "token", "form"))
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class Honest:
    """One honest answer of the LMS, and the means to write a changed one with its own key."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.form = browser.answer(browser.practice.lms.login_initiation())
        header, claims, _ = (part + "==" for part in self.form["id_token"].split("."))
        self.header: dict[str, Any] = _decode(header)
        self.claims: dict[str, Any] = _decode(claims)

    def signed(self) -> dict[str, str]:
        message = ".".join(base64url(json.dumps(part).encode()) for part in (self.header, self.claims))
        key = self.browser.practice.lms.installation.keys.active.private_key
        return {**self.form, "id_token": sign_rs256(message, key)}


def _decode(part: str) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part))
    return decoded


def replaced(members: dict[str, Any], name: str, value: Any) -> None:
    """Sets a member to something else, or takes it out."""
    assume(value != members.get(name, ABSENT))
    assume(not (name in {"aud", "azp"} and value in ("practice-lms", ["practice-lms"])))
    if value is ABSENT:
        del members[name]
    else:
        members[name] = value


def mutated(honest: Honest, part: str, data: st.DataObject) -> dict[str, Any]:
    """The form of a launch that is wrong in one place."""
    if part in {"claims", "header"}:
        members, known = (honest.claims, EXACT) if part == "claims" else (honest.header, HEADERS)
        name = data.draw(st.sampled_from(known))
        choices = ANY_JSON | st.just(ABSENT) if name in members else ANY_JSON
        replaced(members, name, data.draw(choices))
        return honest.signed()
    name = data.draw(st.sampled_from(("id_token", "state")))
    if part == "form":
        return {**honest.form, name: data.draw(st.text(max_size=60) | st.just([honest.form[name], "x"]))}
    return {**honest.form, name: edited(honest.form[name], data)}


def edited(text: str, data: st.DataObject) -> str:
    """One character more, less or other."""
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_.=+/ \n\x00è"))
    keep = data.draw(st.sampled_from((0, 1)))
    changed = text[:place] + data.draw(st.sampled_from((letter, ""))) + text[place + 1 - keep :]
    assume(changed != text)
    return changed


def visits(database: Session) -> int:
    counted = database.scalar(select(func.count()).select_from(Visit)) or 0
    database.rollback()
    return counted


def post(browser: Browser, form: dict[str, Any]) -> TestResponse:
    response = browser.client.post("/lti/launch", data=form)
    assert response.status_code < 500, response.text
    return response


@on_sqlite
def test_the_launch_that_is_mutated_below_opens_a_visit_unchanged(
    browser: Browser, database: Session
) -> None:
    assert post(browser, Honest(browser).signed()).status_code == 303
    assert visits(database) == 1


@on_sqlite
@settings(max_examples=1000, **SLOW)  # type: ignore[arg-type]
@given(part=PARTS, data=st.data())
def test_no_mutation_of_a_launch_gives_a_session(
    browser: Browser, database: Session, part: str, data: st.DataObject
) -> None:
    response = post(browser, mutated(Honest(browser), part, data))
    assert response.status_code in {400, 401, 403}
    assert visits(database) == 0


@settings(max_examples=150, **SLOW)  # type: ignore[arg-type]
@given(name=st.sampled_from(FREE), value=ANY_JSON)
def test_whatever_other_claims_hold_nothing_breaks(
    browser: Browser, database: Session, name: str, value: Any
) -> None:
    honest = Honest(browser)
    honest.claims[name] = value
    before = visits(database)
    response = post(browser, honest.signed())
    assert response.status_code in {303, 400, 401, 403}
    assert visits(database) == before + (response.status_code == 303)


@settings(max_examples=60, **SLOW)  # type: ignore[arg-type]
@given(field=INSIDE, value=ANY_JSON)
def test_whatever_the_insides_of_claims_hold_nothing_breaks(
    browser: Browser, database: Session, field: str, value: Any
) -> None:
    honest = Honest(browser)
    for name in (names.RESOURCE_LINK, names.CONTEXT, names.LAUNCH_PRESENTATION, names.AGS_ENDPOINT):
        honest.claims[name] = {**honest.claims[name], field: value}
    assert post(browser, honest.signed()).status_code in {303, 400}


@pytest.mark.parametrize("kid", ["\x00", "\ud800", "a\nb", "\u202e1"])
def test_a_key_name_that_nobody_can_write_down_is_refused(browser: Browser, kid: str) -> None:
    honest = Honest(browser)
    honest.header["kid"] = kid
    response = post(browser, honest.signed())
    assert (response.status_code, "kid_missing" in response.text) == (401, True)


@on_sqlite
@pytest.mark.parametrize("size", [70_000, 900_000])
def test_a_huge_message_is_refused(browser: Browser, size: int) -> None:
    honest = Honest(browser)
    honest.claims["padding"] = "x" * size
    assert post(browser, honest.signed()).status_code in {400, 413}
