"""A course of the practice LMS that somebody has launched from, and a reader of its roster."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.lti.platform import LtiContext
from lms_plugin.outbound import Outbound
from lms_plugin.rehearsal.enrolments import Enrolments
from lms_plugin.rosters.syncing import RosterReader
from lms_plugin.rosters.tables import Membership, RosterSync
from lms_plugin.storage import Base, session_factory
from tests.conftest import SECRET, Clock
from tests.lms_plugin.lti import fixtures
from tests.lms_plugin.lti.practice_lms import Browser, Practice

lms_keys, practice, platform, browser = (
    fixtures.lms_keys,
    fixtures.practice,
    fixtures.platform,
    fixtures.browser,
)


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return session_factory(engine)


@pytest.fixture
def course(browser: Browser, database: Session) -> UUID:
    """Our id of the practice course, known because ada launched module 1 from it."""
    browser.launch("ada")
    context_id = database.scalars(select(LtiContext.id)).one()
    database.rollback()
    return context_id


@pytest.fixture
def reader(sessions: sessionmaker[Session], clock: Clock) -> RosterReader:
    outbound = Outbound(frozenset({"127.0.0.1"}), timeout=(10, 20))
    return RosterReader(outbound, SECRET, sessions, clock, patience=60)


T = TypeVar("T", bound=Base)
Enrol = Callable[..., None]


@pytest.fixture
def enrol(practice: Practice) -> Enrol:
    """Changes who is in the course of the practice LMS."""

    def change(**changes: Any) -> None:
        with practice.lms.installation.store.changing() as memory:
            memory.enrolments = Enrolments(**changes)

    return change


@pytest.fixture
def sync(reader: RosterReader, course: UUID, clock: Clock) -> Callable[[], RosterSync]:
    """Reads the roster of the course, ten minutes later each time."""

    def read() -> RosterSync:
        clock.move(minutes=10)
        made = reader.sync(course)
        assert made is not None
        return made

    return read


def roster_of(database: Session) -> dict[str, Membership]:
    """Every membership by user id, fresh."""
    return {row.user_id: row for row in fresh(database, Membership)}


def fresh(database: Session, kind: type[T]) -> list[T]:
    """Every row of a kind as it is now, detached, with no transaction left open."""
    database.rollback()
    database.expunge_all()
    rows = list(database.scalars(select(kind)))
    database.expunge_all()
    database.rollback()
    return rows


def real_now() -> datetime:
    """The machine's time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
