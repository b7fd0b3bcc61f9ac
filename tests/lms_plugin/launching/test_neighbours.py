"""What one LMS signs never opens anything of another LMS, or of another customer of the same one."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Platform
from lms_plugin.rehearsal.drafting import neighbours_key
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.tools import Tool
from lms_plugin.web.visit_table import Visit
from tests.conftest import Clock
from tests.lms_plugin.lti.practice_lms import Browser, Practice, serving_lms, tool_keys_by


@pytest.fixture
def neighbour(
    clock: Clock, client: FlaskClient, practice: Practice, database: Session, platform: Platform
) -> Iterator[Browser]:
    """A browser at a second registered LMS, whose key has the name of the first one's key."""
    kid = practice.lms.installation.keys.active.kid
    with serving_lms(clock, KeyRing([("active", neighbours_key(kid))]), tool_keys_by(client)) as other:
        other.platform(database)
        yield Browser(client, other)


def visits(database: Session) -> int:
    return database.scalar(select(func.count()).select_from(Visit)) or 0


def test_a_key_counts_for_its_own_lms_only_even_when_another_has_one_of_the_same_name(
    browser: Browser, neighbour: Browser, database: Session
) -> None:
    assert neighbour.launch().status_code == 303  # its key is known to the tool from now on
    response = browser.launch(forge="key_other_tenant")
    assert (response.status_code, visits(database)) == (401, 1)
    assert "<code>bad_signature</code>" in response.text
    assert browser.launch().status_code == 303


def test_an_answer_of_one_lms_does_not_open_the_login_of_another(
    browser: Browser, neighbour: Browser, database: Session
) -> None:
    mine = browser.answer(browser.practice.lms.login_initiation())
    theirs = neighbour.answer(neighbour.practice.lms.login_initiation())
    response = browser.post({"id_token": theirs["id_token"], "state": mine["state"]})
    assert (response.status_code, visits(database)) == (401, 0)
    assert "<code>issuer_mismatch</code>" in response.text


def test_an_answer_for_one_customer_of_an_lms_does_not_open_the_login_of_another_customer(
    browser: Browser, database: Session
) -> None:
    second = browser.practice.platform(database, client_id="second-customer")
    with browser.practice.lms.installation.store.changing() as memory:
        first = memory.tools["practice-lms"]
        memory.tools[second.client_id] = Tool(**{**vars(first), "client_id": second.client_id})
        memory.links["link-w01"].client_id = second.client_id
    mine = browser.answer(browser.practice.lms.login_initiation(link_id="link-m1"))
    theirs = browser.answer(browser.practice.lms.login_initiation(link_id="link-w01"))
    response = browser.post({"id_token": theirs["id_token"], "state": mine["state"]})
    assert (response.status_code, visits(database)) == (401, 0)
    assert "<code>audience_mismatch</code>" in response.text
