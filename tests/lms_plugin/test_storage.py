"""Instants are UTC on both databases; a unit of writing is all or nothing and sees what others wrote."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.storage import session_factory, writing


def learner(name: str, created_at: datetime) -> Learner:
    return Learner(home_page="https://lms.example", account_name=name, created_at=created_at)


def test_instant_comes_back_aware_and_utc(database: Session) -> None:
    rome_summer = datetime(2026, 7, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with writing(database):
        database.add(learner("42", rome_summer))
    database.expire_all()
    stored = database.scalars(select(Learner)).one().created_at
    assert stored == rome_summer
    assert stored.tzinfo is UTC


def test_naive_datetime_is_refused(database: Session) -> None:
    naive = datetime(2026, 7, 1)  # noqa: DTZ001  (the very thing under test)
    with pytest.raises(StatementError, match="time zone"), writing(database):
        database.add(learner("42", naive))


def test_failure_inside_writing_leaves_nothing(database: Session, now: datetime) -> None:
    def fail_half_way() -> None:
        with writing(database):
            database.add(learner("42", now))
            database.flush()
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail_half_way()
    assert database.scalar(select(func.count()).select_from(Learner)) == 0


def test_changes_made_outside_writing_are_not_swept_in(database: Session, now: datetime) -> None:
    database.add(learner("42", now))
    with pytest.raises(RuntimeError, match="before writing"), writing(database):
        pass


def test_reader_that_turns_writer_sees_what_others_wrote(engine: Engine, now: datetime) -> None:
    sessions = session_factory(engine)
    with sessions() as reader, sessions() as other:
        assert reader.scalar(select(func.count()).select_from(Learner)) == 0
        with writing(other):
            other.add(learner("42", now))
        with writing(reader):
            assert reader.scalar(select(func.count()).select_from(Learner)) == 1
            reader.add(learner("43", now))


def test_many_writers_at_once_all_get_in(engine: Engine, now: datetime) -> None:
    sessions = session_factory(engine)

    def write(number: int) -> None:
        with sessions() as database:
            for step in range(5):
                with writing(database):
                    database.scalar(select(func.count()).select_from(Learner))
                    database.add(learner(f"{number}-{step}", now))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with sessions() as database:
        assert database.scalar(select(func.count()).select_from(Learner)) == 30
