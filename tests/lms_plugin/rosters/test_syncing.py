"""Reading a roster into the database: what is kept, what is marked, what never happens."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.lti.platform import LtiContext, Placement, Platform
from lms_plugin.lti.role_overrides import add_override
from lms_plugin.people.learner import Learner
from lms_plugin.rehearsal.faults import FaultPlan
from lms_plugin.rehearsal.quirks import PROFILES
from lms_plugin.rosters.claiming import Asked, ask_for, next_due, note_courses
from lms_plugin.rosters.keeping import forget_the_gone
from lms_plugin.rosters.syncing import RosterReader
from lms_plugin.rosters.tables import CourseRoster, Membership, RosterSync
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Practice
from tests.lms_plugin.lti.roster_peer import member, page, serving_roster
from tests.lms_plugin.rosters.conftest import Enrol, fresh, roster_of

Sync = Callable[[], RosterSync]


def test_everybody_of_the_course_is_kept_with_what_the_lms_shares(sync: Sync, database: Session) -> None:
    made = sync()
    assert (made.outcome, made.members, made.joined, made.gone, made.changed) == ("done", 5, 5, 0, 0)
    people = roster_of(database)
    assert (people["ada"].name, people["ada"].email) == ("Ada Bianchi", "ada.bianchi@comune.example")
    assert (people["elena"].name, people["elena"].email) == ("", "")
    assert [people[one].part for one in ("ada", "bruno", "elena")] == ["learner"] * 3
    assert (people["carla"].part, people["dario"].part) == ("trainer", "lms_administrator")


def test_nobody_becomes_a_learner_by_being_enrolled(sync: Sync, database: Session) -> None:
    sync()
    learners = database.scalars(select(Learner.account_name)).all()
    assert learners == ["ada"]  # who launched
    assert database.scalar(select(func.count()).select_from(Placement)) == 1


def test_reading_again_changes_nothing_but_when(sync: Sync, database: Session) -> None:
    first, again = sync(), sync()
    assert (again.joined, again.gone, again.changed) == (0, 0, 0)
    people = roster_of(database)
    assert len(people) == 5
    assert people["ada"].first_seen == first.started_at
    assert people["ada"].last_seen == again.started_at


def test_who_leaves_is_marked_and_who_comes_back_joins_anew(
    sync: Sync, enrol: Enrol, database: Session
) -> None:
    first = sync()
    enrol(absent=frozenset({"bruno"}))
    left = sync()
    assert (left.gone, roster_of(database)["bruno"].gone_at) == (1, left.started_at)
    assert sync().gone == 0
    enrol()
    back = sync()
    bruno = roster_of(database)["bruno"]
    assert (back.joined, bruno.gone_at, bruno.joined_at) == (1, None, back.started_at)
    assert bruno.first_seen == first.started_at


def test_deleted_means_gone_and_inactive_stays_enrolled(sync: Sync, enrol: Enrol, database: Session) -> None:
    sync()
    enrol(statuses={"ada": "Deleted", "bruno": "Inactive"})
    assert sync().gone == 1
    people = roster_of(database)
    assert people["ada"].gone_at is not None
    assert (people["bruno"].gone_at, people["bruno"].status) == (None, "Inactive")


def test_a_changed_role_is_told_with_what_it_was(sync: Sync, enrol: Enrol, database: Session) -> None:
    sync()
    enrol(roles={"ada": ("http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",)})
    made = sync()
    ada = roster_of(database)["ada"]
    assert (made.changed, ada.part, ada.part_before, ada.part_changed_at) == (
        1, "trainer", "learner", made.started_at,
    )  # fmt: skip


@on_sqlite
def test_a_role_means_what_our_administrator_said(
    sync: Sync, enrol: Enrol, database: Session, clock: Clock
) -> None:
    enrol(roles={"ada": ("urn:comune:tutor",)})
    with writing(database):
        platform = database.scalars(select(Platform)).one()
        add_override(database, platform, None, "urn:comune:tutor", "trainer", clock())
    sync()
    assert roster_of(database)["ada"].part == "trainer"


@on_sqlite
def test_bare_words_of_a_moodle_are_understood(sync: Sync, practice: Practice, database: Session) -> None:
    practice.lms.use_profile("moodle")
    assert sync().outcome == "done"
    assert roster_of(database)["carla"].part == "trainer"


@on_sqlite
def test_a_name_that_is_no_longer_shared_is_no_longer_kept(
    sync: Sync, database: Session, course: UUID
) -> None:
    sync()
    with serving_roster() as peer:
        peer.answer = lambda _path: page([member("ada")])
        point_to(database, course, peer.roster_url)
        sync()
    assert (roster_of(database)["ada"].name, roster_of(database)["ada"].email) == ("", "")


def point_to(database: Session, course: UUID, url: str | None) -> None:
    """Lets the course's roster lie at another address."""
    database.execute(update(LtiContext).where(LtiContext.id == course).values(memberships_url=url))
    database.commit()


@on_sqlite
def test_a_broken_entry_costs_neither_the_roster_nor_the_person(
    sync: Sync, database: Session, course: UUID
) -> None:
    sync()
    with serving_roster() as peer:
        peer.answer = lambda _path: page([member("ada"), member("bruno", roles=7), "nonsense", member(12)])
        point_to(database, course, peer.roster_url)
        made = sync()
    assert made.outcome == "done"
    assert made.unreadable == {
        "roles are not a list of texts": 1, "not an object": 1, "no usable user_id": 1,
    }  # fmt: skip
    people = roster_of(database)
    assert people["bruno"].gone_at is None
    assert people["carla"].gone_at is not None


@on_sqlite
@pytest.mark.parametrize("profile", PROFILES)
def test_every_kind_of_lms_gives_its_roster(
    sync: Sync, enrol: Enrol, practice: Practice, database: Session, profile: str
) -> None:
    if profile == "brightspace":  # has a token audience of its own, which its registration names
        database.execute(update(Platform).values(token_audience="https://api.brightspace.com/auth/token"))
        database.commit()
    practice.lms.use_profile(profile)
    enrol(extra=120)
    made = sync()
    assert (made.outcome, made.members, dict(made.unreadable)) == ("done", 125, {}), made.answer
    assert roster_of(database)["carla"].part == "trainer"


def test_a_big_course_comes_in_pages(sync: Sync, enrol: Enrol, database: Session) -> None:
    enrol(extra=250)
    made = sync()
    assert (made.members, made.pages, len(roster_of(database))) == (255, 3, 255)


@on_sqlite
def test_open_edx_gives_a_big_course_in_pieces(sync: Sync, enrol: Enrol, practice: Practice) -> None:
    practice.lms.use_profile("openedx")
    enrol(extra=250)
    made = sync()
    assert (made.outcome, made.members) == ("done", 255)


def test_a_revoked_token_is_replaced_at_once(sync: Sync, practice: Practice) -> None:
    sync()
    practice.lms.installation.tokens.revoke_all()
    assert sync().outcome == "done"
    assert practice.asked.count("/token") == 2


@on_sqlite
@pytest.mark.parametrize(
    ("plan", "outcome", "wait"),
    [
        (FaultPlan(rate=1, status=403, services=frozenset({"roster"})), "refused", None),
        (FaultPlan(rate=1, status=500, services=frozenset({"roster"})), "unavailable", timedelta(minutes=15)),
        (
            FaultPlan(rate=1, status=429, retry_after_seconds=3000, services=frozenset({"roster"})),
            "unavailable", timedelta(seconds=3000),
        ),
        (FaultPlan(rate=1, status=400, services=frozenset({"token"})), "refused", None),
        (FaultPlan(rate=1, status=503, services=frozenset({"token"})), "unavailable", timedelta(minutes=15)),
    ],
)  # fmt: skip
def test_a_failure_is_written_down_and_the_roster_stays(
    sync: Sync,
    practice: Practice,
    database: Session,
    plan: FaultPlan,
    outcome: str,
    wait: timedelta | None,
) -> None:
    sync()
    practice.lms.installation.tokens.revoke_all()
    practice.lms.installation.faults.set(plan)
    made = sync()
    assert (made.outcome, made.http_status) == (outcome, plan.status)
    assert made.answer
    assert all(one.gone_at is None for one in roster_of(database).values())
    (roster,) = fresh(database, CourseRoster)
    assert (roster.failures, roster.lease) == (1, None)
    if wait is not None:
        assert roster.due_at == made.started_at + wait
    else:  # a person must act: the next night is soon enough
        assert roster.due_at > made.started_at + timedelta(hours=6)


@on_sqlite
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/m", "https://10.0.0.1/m", "http://lms.example/m"])
def test_an_address_that_cannot_or_must_not_be_called_is_told(
    sync: Sync, database: Session, course: UUID, address: str
) -> None:
    point_to(database, course, address)
    made = sync()
    assert made.outcome == "unavailable"
    assert made.answer


def test_two_workers_read_a_course_once(
    reader: RosterReader, course: UUID, practice: Practice, sessions: sessionmaker[Session], clock: Clock
) -> None:
    with sessions() as database:
        note_courses(database, clock())
    clock.move(days=1)
    made: list[RosterSync | None] = []
    threads = [
        threading.Thread(target=lambda: made.append(reader.sync(course, only_if_due=True))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert sum(one is not None for one in made) == 1
    assert practice.asked.count("/services/co-alizione-2026/memberships") == 1


@on_sqlite
def test_what_a_killed_worker_left_is_taken_up_when_its_lease_is_over(
    reader: RosterReader, course: UUID, database: Session, clock: Clock
) -> None:
    note_courses(database, clock())
    database.execute(update(CourseRoster).values(leased_until=clock() + timedelta(minutes=5)))
    database.commit()
    assert reader.sync(course) is None
    clock.move(minutes=6)
    assert reader.sync(course) is not None


@on_sqlite
def test_a_reader_whose_lease_is_over_keeps_nothing(
    reader: RosterReader, course: UUID, database: Session, sessions: sessionmaker[Session], clock: Clock
) -> None:
    note_courses(database, clock())
    with serving_roster() as peer:

        def while_another_takes_over(_path: str) -> Any:
            with sessions() as other, writing(other):
                other.execute(update(CourseRoster).values(lease=UUID(int=7)))
            return page([member("ada")])

        peer.answer = while_another_takes_over
        point_to(database, course, peer.roster_url)
        assert reader.sync(course) is None
    assert roster_of(database) == {}


@on_sqlite
def test_courses_are_due_in_their_night_and_left_alone_when_nobody_opens_them(
    course: UUID, database: Session, clock: Clock
) -> None:
    note_courses(database, clock())
    assert next_due(database, clock()) is None
    due_at = database.scalars(select(CourseRoster.due_at)).one()
    assert 1 <= due_at.hour <= 4  # two to five in Italy, which in November is UTC+1
    assert next_due(database, due_at) == course
    assert next_due(database, due_at + timedelta(days=200)) is None


@on_sqlite
@pytest.mark.parametrize("table", ["platforms", "deployments"])
def test_a_suspended_lms_is_not_asked(course: UUID, database: Session, clock: Clock, table: str) -> None:
    note_courses(database, clock())
    database.connection().exec_driver_sql(f"UPDATE {table} SET status = 'suspended'")  # noqa: S608 - our own names
    database.commit()
    assert next_due(database, clock() + timedelta(days=2)) is None
    with writing(database):
        assert ask_for(database, course, clock()) is Asked.SUSPENDED


@on_sqlite
def test_asking_is_queued_once_and_not_right_after_a_reading(
    course: UUID, database: Session, clock: Clock, reader: RosterReader
) -> None:
    def ask() -> Asked:
        with writing(database):
            return ask_for(database, course, clock())

    assert (ask(), ask()) == (Asked.QUEUED, Asked.QUEUED)
    assert next_due(database, clock()) == course
    database.rollback()
    made = reader.sync(course, only_if_due=True)
    assert made is not None
    assert made.cause == "asked"
    assert next_due(database, clock()) is None
    assert ask() is Asked.JUST_DONE
    clock.move(minutes=2)
    assert ask() is Asked.QUEUED
    point_to(database, course, None)
    assert ask() is Asked.NOT_OFFERED


def test_people_who_left_are_erased_after_the_time_that_was_set(
    sync: Sync, enrol: Enrol, database: Session, clock: Clock
) -> None:
    sync()
    enrol(absent=frozenset({"bruno"}))
    sync()
    clock.move(days=29)
    with writing(database):
        assert forget_the_gone(database, clock(), timedelta(days=30)) == 0
    clock.move(days=1)
    with writing(database):
        assert forget_the_gone(database, clock(), timedelta(days=30)) == 1
    assert "bruno" not in roster_of(database)


@on_sqlite
def test_a_roster_that_nobody_reads_any_more_is_erased(sync: Sync, database: Session, clock: Clock) -> None:
    sync()
    with writing(database):
        assert forget_the_gone(database, clock() + timedelta(days=179), timedelta(days=30)) == 0
        assert forget_the_gone(database, clock() + timedelta(days=181), timedelta(days=30)) == 5
    assert fresh(database, RosterSync) == []


def test_with_the_course_goes_its_roster(sync: Sync, database: Session, course: UUID) -> None:
    sync()
    connection = database.connection()
    for table in ("visits", "placements", "resource_links", "lti_contexts"):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    database.commit()
    for kind in (CourseRoster, Membership, RosterSync):
        assert fresh(database, kind) == []
