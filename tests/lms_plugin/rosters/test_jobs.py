"""The worker's part: due courses are read, one LMS's failure stops no other, deliveries go on meanwhile."""

import threading
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.commands.worker import periodic_jobs
from lms_plugin.delivery.jobs import Jobs, PeriodicJob
from lms_plugin.lti.platform import LtiContext, Platform, ResourceLink
from lms_plugin.rosters.jobs import RosterJob
from lms_plugin.rosters.tables import CourseRoster, Membership, RosterSync
from lms_plugin.settings import Settings
from tests.conftest import Clock
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.rosters.conftest import fresh, roster_of


@pytest.fixture
def job(settings: Settings, clock: Clock) -> RosterJob:
    return RosterJob(settings, clock)


def unreachable_course(database: Session) -> UUID:
    """A course of another LMS, at an address where nobody listens, opened by somebody."""
    deployment = make_deployment(database)
    context = LtiContext(
        deployment_id=deployment.id, context_id=str(uuid4()), memberships_url="http://127.0.0.1:9/members"
    )
    deployment.platform.auth_token_url = "http://127.0.0.1:9/token"
    database.add(context)
    database.flush()
    placement = make_placement(database, make_learner(database), deployment)
    database.get_one(ResourceLink, placement.resource_link_id).context_id = context.id
    database.commit()
    return context.id


def test_the_first_night_reads_the_course(
    job: RosterJob, course: UUID, sessions: sessionmaker[Session], clock: Clock, database: Session
) -> None:
    job.run(sessions, clock())
    assert roster_of(database) == {}
    clock.move(days=1)
    job.run(sessions, clock())
    job.run(sessions, clock())
    (made,) = fresh(database, RosterSync)
    assert (made.context_id, made.cause, made.outcome) == (course, "nightly", "done")
    assert len(roster_of(database)) == 5


def test_an_lms_that_does_not_answer_stops_no_other(
    job: RosterJob, course: UUID, sessions: sessionmaker[Session], clock: Clock, database: Session
) -> None:
    dead = [unreachable_course(database), unreachable_course(database)]
    job.run(sessions, clock())
    for roster in database.scalars(select(CourseRoster)):  # the dead ones are due first
        roster.due_at = clock() + timedelta(hours=2 if roster.context_id == course else 1)
    database.commit()
    clock.move(days=1)
    job.run(sessions, clock())
    outcomes = {one.context_id: one.outcome for one in fresh(database, RosterSync)}
    assert outcomes == {course: "done", dead[0]: "unavailable", dead[1]: "unavailable"}


@on_sqlite
def test_an_lms_that_does_not_answer_is_asked_once_a_round(
    job: RosterJob, course: UUID, sessions: sessionmaker[Session], clock: Clock, database: Session
) -> None:
    del course
    first, second = unreachable_course(database), unreachable_course(database)
    database.get_one(LtiContext, second).deployment_id = database.get_one(LtiContext, first).deployment_id
    database.commit()
    job.run(sessions, clock())
    clock.move(days=1)
    job.run(sessions, clock())
    assert sorted(one.outcome for one in fresh(database, RosterSync)) == ["done", "unavailable"]


@on_sqlite
def test_an_address_that_is_none_stops_no_other_course(
    job: RosterJob,
    course: UUID,
    sessions: sessionmaker[Session],
    clock: Clock,
    database: Session,
) -> None:
    broken = unreachable_course(database)
    platform = database.scalars(select(Platform).where(Platform.issuer.like("https://lms%.example"))).one()
    platform.auth_token_url = "not an address"
    database.commit()
    job.run(sessions, clock())
    clock.move(days=1)
    job.run(sessions, clock())
    outcomes = {one.context_id: one.outcome for one in fresh(database, RosterSync)}
    assert outcomes == {course: "done", broken: "unavailable"}


@on_sqlite
def test_other_jobs_do_not_wait_for_a_slow_lms(sessions: sessionmaker[Session], clock: Clock) -> None:
    begun, over = threading.Event(), threading.Event()
    runs: list[datetime] = []

    def slow(_sessions: sessionmaker[Session], now: datetime) -> None:
        runs.append(now)
        begun.set()
        over.wait(10)

    jobs = Jobs([PeriodicJob("slow", timedelta(seconds=1), slow, apart=True)], sessions, clock)
    jobs.run_due()
    assert begun.wait(5)
    clock.move(seconds=5)
    jobs.run_due()  # the first is still at it: not begun twice
    assert len(runs) == 1
    over.set()
    jobs.run_all()
    assert len(runs) == 1


@on_sqlite
def test_the_worker_has_the_jobs(settings: Settings) -> None:
    jobs = {job.name: job for job in periodic_jobs(settings)}
    assert jobs["rosters"].apart
    assert "forget who left" in jobs


@on_sqlite
def test_the_worker_erases_who_left(
    job: RosterJob, course: UUID, sessions: sessionmaker[Session], clock: Clock, database: Session
) -> None:
    del course
    job.run(sessions, clock())
    clock.move(days=1)
    job.run(sessions, clock())
    database.execute(update(Membership).where(Membership.user_id == "bruno").values(gone_at=clock()))
    database.commit()
    clock.move(days=30)
    job.forget(sessions, clock())
    assert "bruno" not in roster_of(database)
