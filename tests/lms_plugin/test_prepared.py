"""Statements that the driver runs itself give the same values and errors as the toolkit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Engine, bindparam, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from lms_plugin import quick_connections
from lms_plugin.people.learner import Learner
from lms_plugin.prepared import Prepared
from lms_plugin.storage import writing

FIND = Prepared(
    select(Learner.id, Learner.name, Learner.created_at).where(Learner.account_name == bindparam("who"))
)
GIVEN = ("id", "home_page", "account_name", "name", "email", "created_at")
BACKEND = Prepared(select(func.pg_backend_pid()))
ADD = Prepared(insert(Learner).values({column: bindparam(f"of_{column}") for column in GIVEN}))


def row(who: str, at: datetime) -> dict[str, object]:
    facts = {
        "id": uuid4(),
        "home_page": "https://lms.example",
        "account_name": who,
        "name": "Ada 100%",
        "email": "",
    }
    return {f"of_{name}": value for name, value in {**facts, "created_at": at}.items()}


def test_values_come_back_as_they_went_in(database: Session, now: datetime) -> None:
    added = row("42", now)
    assert ADD.rows(database, added) == []
    found = FIND.first(database, {"who": "42"})
    assert found == (added["of_id"], "Ada 100%", now)
    assert found[2].utcoffset() == now.astimezone(UTC).utcoffset()
    assert FIND.first(database, {"who": "43"}) is None


def test_broken_rule_is_the_toolkits_error_without_the_values(database: Session, now: datetime) -> None:
    ADD.rows(database, row("42", now))
    with pytest.raises(IntegrityError) as caught:
        ADD.rows(database, {**row("42", now), "of_email": "ada@example.it"})
    assert "ada@example.it" not in str(caught.value)
    assert len(FIND.rows(database, {"who": "42"})) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_lost_connection_is_replaced(database: Session, engine: Engine) -> None:
    mine = BACKEND.first(database, {})
    with engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({mine[0]})")
    with pytest.raises(DBAPIError):
        FIND.first(database, {"who": "42"})
    assert FIND.first(database, {"who": "42"}) is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connection_lost_in_a_pause_is_replaced_unseen(
    database: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = BACKEND.first(database, {})
    with engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({mine[0]})")
    monkeypatch.setattr(quick_connections, "LONGEST_TRUSTED_PAUSE", 0.0)
    assert BACKEND.first(database, {}) != mine


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connection_is_used_again_also_after_a_broken_rule(database: Session, now: datetime) -> None:
    mine = BACKEND.first(database, {})
    ADD.rows(database, row("42", now))
    with pytest.raises(IntegrityError):
        ADD.rows(database, row("42", now))
    assert BACKEND.first(database, {}) == mine


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_threads_that_ask_at_once_have_a_connection_each(database: Session) -> None:
    slow = Prepared(select(func.pg_backend_pid(), func.pg_sleep(0.2)))
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: slow.rows(database, {}), range(3)))
    assert len({pid for ((pid, _slept),) in found}) == 3


def test_inside_it_belongs_to_the_session_s_transaction(database: Session, now: datetime) -> None:
    def add_and_fail() -> None:
        with writing(database):
            ADD.inside(database, row("42", now))
            assert len(FIND.inside(database, {"who": "42"})) == 1
            raise LookupError

    with pytest.raises(LookupError):
        add_and_fail()
    assert FIND.first(database, {"who": "42"}) is None
    with writing(database):
        ADD.inside(database, row("42", now))
    assert FIND.first(database, {"who": "42"}) is not None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_transaction_whose_connection_is_lost_ends_and_the_next_works(
    database: Session, engine: Engine, now: datetime
) -> None:
    def lose() -> None:
        with writing(database):
            mine = database.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
            with engine.connect() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({mine})")
            FIND.inside(database, {"who": "42"})

    with pytest.raises(DBAPIError):
        lose()
    with writing(database):
        ADD.inside(database, row("42", now))
    assert FIND.first(database, {"who": "42"}) is not None
