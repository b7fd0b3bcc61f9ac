"""Which records a filter and a scope give, and that the page and the file are of the same rows."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.secretariat.filters import Order, RecordFilter
from lms_plugin.secretariat.queries import (
    PAGE_SIZE,
    RecordUnknown,
    count,
    find_record,
    one_page,
    stream,
)
from lms_plugin.secretariat.scope import Everything, OneDeployment, Scope, scope_of
from lms_plugin.storage import writing
from lms_plugin.web.visit import VisitForbidden
from lms_plugin.web.visit_table import Visit
from tests.factories.people import MOMENT, make_deployment, make_learner, make_placement
from tests.factories.records import make_completion


def names(database: Session, chosen: RecordFilter, scope: Scope | None = None) -> list[str]:
    return [record.who for record in one_page(database, chosen, scope or Everything())]


def people(database: Session, *given: str) -> None:
    with writing(database):
        for name in given:
            make_completion(database, make_learner(database, name))


def test_lessons_and_assessments_show_only_when_asked_for(database: Session) -> None:
    with writing(database):
        learner = make_learner(database)
        for kind in ("module", "webinar", "lesson", "assessment"):
            make_completion(database, learner, activity_kind=kind, activity_id=kind)
    assert count(database, RecordFilter(), Everything()) == 2
    assert count(database, RecordFilter(kinds=("lesson",)), Everything()) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rossi", ["Maria Rossi"]),
        ("ROSSI maria", ["Maria Rossi"]),
        ("nicolò", ["NICOLÒ Verdi"]),
        ("Nicolo", []),
        ("%", ["100% Sicuro"]),
        ("_", ["under_score"]),
        ("\\", ["back\\slash"]),
        ("' OR '1'='1", []),
        ("rossi%", []),
    ],
)
def test_search_takes_every_character_for_itself(database: Session, text: str, found: list[str]) -> None:
    people(database, "Maria Rossi", "NICOLÒ Verdi", "100% Sicuro", "under_score", "back\\slash")
    assert names(database, RecordFilter(text=text)) == found


def test_person_without_a_name_is_found_and_shown_by_account(database: Session) -> None:
    with writing(database):
        make_completion(database, make_learner(database, "", account_name="7f3a-account"))
    assert names(database, RecordFilter(text="7F3A")) == ["7f3a-account"]


def test_last_day_counts_to_its_midnight_in_italy(database: Session) -> None:
    late, next_day = datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    with writing(database):
        make_completion(database, make_learner(database, "Late"), completed_at=late)
        make_completion(database, make_learner(database, "Next"), completed_at=next_day)
    day = late.date()
    assert names(database, RecordFilter(first_day=day, last_day=day)) == ["Late"]


def test_activity_of_one_programme_leaves_out_its_namesake(database: Session) -> None:
    with writing(database):
        make_completion(database, make_learner(database, "Here"))
        make_completion(database, make_learner(database, "There"), programme_id="for-pa")
    assert names(database, RecordFilter(activity="co-alizione/m1")) == ["Here"]
    assert names(database, RecordFilter(programme="for-pa")) == ["There"]


def test_orders(database: Session) -> None:
    with writing(database):
        for place, name in enumerate(["beta", "Alfa", ""]):
            learner = make_learner(database, name, account_name=f"gamma{place}")
            make_completion(database, learner, completed_at=MOMENT + timedelta(minutes=place))
    assert names(database, RecordFilter(order=Order.NAME)) == ["Alfa", "beta", "gamma2"]
    assert names(database, RecordFilter(order=Order.NEWEST)) == ["gamma2", "Alfa", "beta"]
    assert names(database, RecordFilter(order=Order.OLDEST)) == ["beta", "Alfa", "gamma2"]


@pytest.mark.parametrize("order", list(Order))
def test_count_pages_and_file_hold_the_same_rows(database: Session, engine: Engine, order: Order) -> None:
    with writing(database):
        learners = [make_learner(database, f"Person {number % 7}") for number in range(40)]
        for number in range(130):  # many at the same instant: the order must still be total
            outcome = "passed" if number % 3 else "completed"
            at = MOMENT + timedelta(minutes=number // 20)
            make_completion(database, learners[number % 40], outcome=outcome, completed_at=at)
    for asked in (None, "passed", "failed"):
        chosen = RecordFilter(outcome=asked, order=order)
        total = count(database, chosen, Everything())
        pages = -(-total // PAGE_SIZE)
        paged = [
            record.id
            for page in range(1, pages + 1)
            for record in one_page(
                database, RecordFilter(outcome=asked, order=order, page=page), Everything()
            )
        ]
        streamed = [record.id for record in stream(engine, chosen, Everything())]
        assert paged == streamed
        assert len(streamed) == len(set(streamed)) == total
        assert one_page(database, RecordFilter(outcome=asked, page=pages + 1), Everything()) == []


def test_lms_administrator_sees_the_own_deployment_only(database: Session, engine: Engine) -> None:
    with writing(database):
        ours, theirs = make_deployment(database, "Ours"), make_deployment(database, "Theirs")
        both = make_learner(database, "Both")
        for deployment in (ours, theirs):
            learner = make_learner(database, deployment.platform.name)
            make_completion(database, learner, placement=make_placement(database, learner, deployment))
        make_completion(database, both, placement=make_placement(database, both, theirs))
        make_completion(database, both, placement=make_placement(database, both, ours))
        unplaced = make_completion(database, make_learner(database, "Unplaced"))
    scope = OneDeployment(ours.id)
    assert sorted(names(database, RecordFilter(), scope)) == ["Both", "Ours"]
    assert count(database, RecordFilter(), scope) == 2
    assert {record.platform_name for record in stream(engine, RecordFilter(), scope)} == {"Ours"}
    assert names(database, RecordFilter(deployment_id=theirs.id), scope) == []
    assert count(database, RecordFilter(deployment_id=theirs.id), Everything()) == 2
    with pytest.raises(RecordUnknown):
        find_record(database, unplaced.id, scope)
    assert find_record(database, unplaced.id, Everything()).who == "Unplaced"


@pytest.mark.parametrize(
    "visit",
    [
        Visit(role=Role.LMS_ADMINISTRATOR),
        Visit(role=Role.LEARNER, deployment_id=uuid4()),
        Visit(role=Role.TRAINER, deployment_id=uuid4()),
        Visit(role=Role.SECRETARY, deployment_id=uuid4()),
    ],
)
def test_visit_that_proves_no_right_has_no_scope(visit: Visit) -> None:
    with pytest.raises(VisitForbidden):
        scope_of(visit)
