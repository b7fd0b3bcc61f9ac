"""The column of a link is found or made, once, and used by everybody behind the link."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms_plugin.delivery.ags import AgsSender
from lms_plugin.delivery.columns import choose
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.lti.ags import LINE_ITEM_READ_SCOPE, SCORE_SCOPE
from lms_plugin.lti.line_item import LineItem
from lms_plugin.lti.platform import Placement, Platform, ResourceLink
from lms_plugin.outbound import Outbound
from lms_plugin.rehearsal.course import LineItem as Column
from lms_plugin.rehearsal.faults import FaultPlan
from lms_plugin.rehearsal.quirks import PROFILES
from lms_plugin.storage import session_factory
from tests.conftest import SECRET, Clock
from tests.lms_plugin.lti import fixtures
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser, Practice

lms_keys, practice, platform, browser = (
    fixtures.lms_keys,
    fixtures.practice,
    fixtures.platform,
    fixtures.browser,
)
Send = Callable[..., Outcome]
SEED = "1"


@pytest.fixture
def send(browser: Browser, engine: Engine, database: Session, clock: Clock) -> Send:
    """Sends the score of one who has launched module 1 from an LMS that named no column for it."""
    for person in ("ada", "bruno"):
        browser.launch(person)
    practice = browser.practice
    with practice.lms.installation.store.changing() as memory:
        memory.line_items.clear()
    database.execute(update(Placement).values(line_item_url=None))
    database.execute(update(ResourceLink).values(line_item_url=None))
    database.commit()
    sender = AgsSender(Outbound(frozenset({"127.0.0.1"}), timeout=(2, 2)), SECRET)
    placements = {row.subject: row.id for row in database.scalars(select(Placement))}
    database.rollback()

    def send(person: str = "ada", at: datetime | None = None) -> Outcome:
        payload = {
            "placement_id": str(placements[person]),
            "score_given": 80,
            "score_maximum": 100,
            "activity_progress": "Completed",
            "grading_progress": "FullyGraded",
            "timestamp": (at or clock()).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "comment": "",
        }
        return sender(payload, session_factory(engine), clock())

    return send


def columns(practice: Practice) -> list[Column]:
    with practice.lms.installation.store.reading() as memory:
        return list(memory.line_items.values())


def add_column(practice: Practice, name: str, **fields: Any) -> None:
    with practice.lms.installation.store.changing() as memory:
        memory.line_items[name] = Column(name, "practice-lms", name, 100, **fields)


def known(database: Session) -> str | None:
    database.rollback()
    return database.scalars(select(ResourceLink.line_item_url)).one()


def test_a_missing_column_is_made_once_and_kept_on_the_link(
    send: Send, practice: Practice, database: Session
) -> None:
    assert [send("ada").verdict, send("bruno").verdict] == [Verdict.DELIVERED] * 2
    (made,) = columns(practice)
    assert (made.resource_id, made.tag, made.resource_link_id, made.maximum) == (
        "co-alizione/m1", "score", "link-m1", 100,
    )  # fmt: skip
    assert made.label.startswith("Modulo 1")
    assert known(database) == practice.lms.installation.line_item_address(made.id)
    assert practice.asked.count("/token") <= 2  # one with the columns' scope, one without


def test_workers_at_once_make_one_column(send: Send, practice: Practice) -> None:
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda who: outcomes.append(send(who)), args=[person])
        for person in ("ada", "bruno") * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.verdict for one in outcomes] == [Verdict.DELIVERED] * 4
    assert len(columns(practice)) == 1


@on_sqlite
@pytest.mark.parametrize("profile", ["strict", "moodle", "canvas", "brightspace", "blackboard", "openedx"])
def test_every_product_gets_its_column_and_is_understood(
    send: Send, practice: Practice, database: Session, profile: str, clock: Clock
) -> None:
    practice.lms.use_profile(profile)
    database.execute(update(Platform).values(product_family=PROFILES[profile].family))
    database.commit()
    assert send().verdict is Verdict.DELIVERED
    assert len(columns(practice)) == 1
    # A score that comes too late has been overtaken: done, however the product says it.
    assert send(at=clock() - timedelta(minutes=1)).verdict is Verdict.DELIVERED


@on_sqlite
@pytest.mark.parametrize(
    ("profile", "verdict"),
    [
        ("strict", Verdict.DEAD),
        ("moodle", Verdict.NOT_WANTED),
        ("canvas", Verdict.NOT_WANTED),
        ("brightspace", Verdict.DEAD),
        ("blackboard", Verdict.DEAD),
    ],
)
def test_somebody_without_a_grade_is_told_apart_by_product(
    send: Send, practice: Practice, database: Session, profile: str, verdict: Verdict
) -> None:
    practice.lms.use_profile(profile)
    database.execute(update(Platform).values(product_family=PROFILES[profile].family))
    database.execute(update(Placement).where(Placement.subject == "ada").values(subject="carla"))
    database.commit()
    outcome = send()
    assert outcome.verdict is verdict
    assert outcome.answer


@on_sqlite
def test_a_column_that_is_there_is_found(send: Send, practice: Practice, database: Session) -> None:
    add_column(practice, "theirs", resource_link_id="link-m1")
    assert send().verdict is Verdict.DELIVERED
    assert known(database) == practice.lms.installation.line_item_address("theirs")


@on_sqlite
def test_a_column_that_was_made_but_not_answered_for_is_not_made_twice(
    send: Send, practice: Practice, clock: Clock
) -> None:
    # Chance by this seed: the first call (looking) goes well, the second (making) loses its answer.
    plan = FaultPlan(
        rate=0.5, status=502, lose_answer=True, limit=1, seed=SEED, services=frozenset({"lineitems"})
    )
    practice.lms.installation.faults.set(plan)
    assert send().verdict is Verdict.RETRY
    assert len(columns(practice)) == 1
    clock.move(minutes=1)
    assert send().verdict is Verdict.DELIVERED
    assert len(columns(practice)) == 1


@on_sqlite
def test_with_reading_alone_a_column_is_found_but_not_made(
    send: Send, practice: Practice, database: Session
) -> None:
    database.execute(update(Placement).values(scopes=[SCORE_SCOPE, LINE_ITEM_READ_SCOPE]))
    database.commit()
    assert send().verdict is Verdict.NOT_WANTED
    assert columns(practice) == []


@on_sqlite
def test_a_column_found_by_reading_alone_is_used(send: Send, practice: Practice, database: Session) -> None:
    database.execute(update(Placement).values(scopes=[SCORE_SCOPE, LINE_ITEM_READ_SCOPE]))
    database.commit()
    add_column(practice, "theirs", resource_link_id="link-m1")
    assert send().verdict is Verdict.DELIVERED


@on_sqlite
def test_a_column_that_somebody_deleted_is_made_anew(
    send: Send, practice: Practice, clock: Clock, database: Session
) -> None:
    send()
    first = known(database)
    with practice.lms.installation.store.changing() as memory:
        memory.line_items.clear()
    clock.move(seconds=5)
    assert send().verdict is Verdict.DELIVERED
    assert known(database) not in {first, None}
    assert len(columns(practice)) == 1


@on_sqlite
def test_what_a_launch_says_of_the_column_wins(
    send: Send, practice: Practice, browser: Browser, database: Session
) -> None:
    send()
    with practice.lms.installation.store.changing() as memory:
        memory.line_items.clear()
    add_column(practice, "theirs", resource_link_id="link-m1")
    browser.launch("bruno")
    assert known(database) == practice.lms.installation.line_item_address("theirs")
    assert send("ada").verdict is Verdict.DELIVERED  # who has not launched since


@on_sqlite
def test_columns_that_may_not_be_made_are_asked_for_again_later(
    send: Send, practice: Practice, database: Session
) -> None:
    practice.lms.installation.faults.set(FaultPlan(rate=1, status=403, services=frozenset({"lineitems"})))
    outcome = send()
    assert (outcome.verdict, outcome.http_status, outcome.after) == (
        Verdict.RETRY, 403, timedelta(minutes=15),
    )  # fmt: skip


WANTED = LineItem("M1", 100, resource_id="p/m1", tag="score", resource_link_id="link")


def column(name: str, link: str = "link", resource: str = "", tag: str = "") -> LineItem:
    return LineItem(name, 100, url=name, resource_id=resource, tag=tag, resource_link_id=link)


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ([], None),
        ([column("a")], "a"),
        ([column("a", resource="other", tag="x")], "a"),
        ([column("a"), column("b", resource="p/m1", tag="score")], "b"),
        ([column("a", resource="p/m1"), column("b", resource="p/m1", tag="score")], "b"),
        ([column("a", link="", resource="p/m1", tag="score")], "a"),
        ([column("a", link="", resource="p/m1")], None),
        ([column("a", link="elsewhere", resource="p/m1", tag="score")], None),
        ([column("a", link="elsewhere"), column("b")], "b"),
        ([column("a", resource="p/m1", tag="attempts"), column("b", resource="p/m2", tag="score")], None),
        ([column("a", resource="x", tag="y"), column("b")], "b"),
        ([column("a"), column("b")], None),
    ],
)
def test_the_column_of_a_link_is_told_from_the_others(found: list[LineItem], chosen: str | None) -> None:
    one = choose(found, WANTED)
    assert (one.url if one else None) == chosen
