"""A launch that is let in by one statement leaves what one that is let in step by step leaves."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Placement
from lms_plugin.people.learner import Learner
from lms_plugin.storage import Base
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.lti.practice_lms import Browser

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
# What is another's because it is another person, moment or secret.
OWN = {
    "id", "name", "secret_hash", "state_hash", "account_name", "email", "subject", "learner_id",
    "placement_id", "request_id", "at", "created_at", "seen_at", "expires_at", "last_launch_at", "return_url",
}  # fmt: skip


def rows(database: Session, entity: type[Base]) -> list[dict[str, Any]]:
    database.rollback()
    columns = entity.__table__.c
    found = database.execute(select(columns)).mappings()
    return [{name: value for name, value in row.items() if name not in OWN} for row in found]


def test_newcomer_gets_the_rows_of_the_careful_way(browser: Browser, database: Session) -> None:
    assert browser.launch("ada").status_code == 303  # the first of all takes the careful way
    for person in ("bruno", "elena", "elena"):
        assert browser.launch(person).status_code == 303
    for entity, number in ((Learner, 3), (Placement, 3), (Visit, 4), (LaunchReport, 4)):
        found = rows(database, entity)
        assert len(found) == number
        assert found == [found[0]] * number


def test_replayed_message_of_a_known_person_opens_nothing(browser: Browser, database: Session) -> None:
    browser.launch("ada")
    form = browser.answer(browser.practice.lms.login_initiation("ada", "link-m1"))
    assert browser.post(form).status_code == 303
    assert "state_replayed" in browser.post(form).text or "state_not_bound" in browser.post(form).text
    assert database.scalar(select(func.count()).select_from(Visit)) == 2
