"""What became of a score, in a browser: accessible at every width, sent again by keyboard or script-free."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import add_attempt
from lms_plugin.storage import writing
from tests.browser import test_player
from tests.browser.axe import sideways, violations
from tests.browser.following import follow
from tests.browser.test_player import Open, Somebody
from tests.factories.people import make_deployment, make_placement
from tests.factories.records import make_completion
from tests.lms_plugin.modules.visitor import MODULE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
site, visiting = test_player.site, test_player.visiting
WIDTHS = (1280, 360, 320)


def refused_score(database: Session, person: Somebody) -> UUID:
    """The learner's module is done, and the LMS has refused its score an hour ago."""
    past = datetime.now(UTC) - timedelta(hours=1)
    with writing(database):
        learner = database.get_one(Learner, person.visitor.learner_id)
        placement = make_placement(database, learner, make_deployment(database))
        link = database.get_one(ResourceLink, placement.resource_link_id)
        link.programme_id, link.activity_id = "co-alizione", "m1"
        completion = make_completion(database, learner, placement=placement, completed_at=past)
        item = OutboxItem(
            id=uuid4(), target="ags", lane=placement.id, completion_id=completion.id,
            payload=json.dumps({"programme_id": "co-alizione", "activity_id": "m1"}),
            created_at=past, due_at=past, status="waiting",
        )  # fmt: skip
        database.add(item)
        database.flush()
        attempt = DeliveryAttempt(
            id=uuid4(), outbox_id=item.id, at=past, outcome="dead", http_status=403, answer="no"
        )
        add_attempt(database, attempt)
    return item.id


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_refused_score_is_sent_again_by_keyboard(
    visiting: Open, database: Session, *, scripts: bool
) -> None:
    somebody = visiting(scripts=scripts)
    item = refused_score(database, somebody)
    page = somebody.page
    page.goto(f"{somebody.address}{MODULE}")
    button = page.get_by_role("button", name="Invia di nuovo il risultato")
    follow(page, button, "Enter")
    expect(page.get_by_text("il risultato riparte subito")).to_be_visible()
    expect(button).to_have_count(0)
    database.rollback()
    assert database.get_one(OutboxItem, item, populate_existing=True).status == "waiting"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_words_about_a_score_are_accessible(visiting: Open, database: Session, width: int) -> None:
    somebody = visiting()
    refused_score(database, somebody)
    somebody.page.set_viewport_size({"width": width, "height": 900})
    for path in (MODULE, f"{MODULE}?resent=1"):
        somebody.page.goto(f"{somebody.address}{path}")
        assert violations(somebody.page) == []
        assert sideways(somebody.page) == 0
