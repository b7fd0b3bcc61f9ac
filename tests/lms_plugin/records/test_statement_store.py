"""Statements are written once, all or none, and voided whichever comes first (xAPI 1.0.3 Data 2.3)."""

import json
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from lms_plugin.records.statement import Activity, Agent, Statement, StatementActivity, StatementAgent
from lms_plugin.records.statement_store import VOIDED, StatementConflict, store_statement, store_statements
from lms_plugin.storage import session_factory, writing

AUTHORITY = {
    "objectType": "Agent",
    "account": {"homePage": "https://formazione.example", "name": "coalizione"},
}
TICK = timedelta(microseconds=1)


def made(**members: Any) -> dict[str, Any]:
    """A small valid statement, changed by the members given."""
    return {
        "id": str(uuid4()),
        "actor": {"account": {"homePage": "https://lms.example", "name": "42"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://formazione.example/xapi/activities/p/m1"},
        "timestamp": "2026-11-23T08:00:00.000Z",
    } | members


def voiding(target: str) -> dict[str, Any]:
    return made(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": target})


def store(database: Session, statement: Mapping[str, Any], now: datetime) -> bool:
    with writing(database):
        return store_statement(database, statement, authority=AUTHORITY, origin="own", stored=now)


def body(database: Session, one: str) -> dict[str, Any]:
    row = database.execute(select(Statement.body).where(Statement.id == UUID(one))).scalar_one()
    return dict(json.loads(row))


def voided_by(database: Session, one: str) -> UUID | None:
    return database.execute(select(Statement.voided_by).where(Statement.id == UUID(one))).scalar_one()


def test_first_time_is_new_and_second_time_is_the_same(database: Session, now: datetime) -> None:
    statement = made()
    assert store(database, statement, now) is True
    assert store(database, statement, now + timedelta(hours=1)) is False
    assert body(database, statement["id"])["stored"] == "2026-11-23T09:00:00.000000Z"


def test_lrs_sets_its_own_members_on_a_copy(database: Session, now: datetime) -> None:
    parent = {"id": "https://x.example/parent"}
    statement = made(authority={"mbox": "mailto:forged@example.it"}, stored="1999-01-01T00:00:00Z")
    statement["context"] = {"contextActivities": {"parent": parent}}
    before = json.dumps(statement)
    store(database, statement, now)
    kept = body(database, statement["id"])
    assert kept["authority"] == AUTHORITY
    assert kept["version"] == "1.0.0"
    assert kept["stored"].startswith("2026-11-23")
    assert kept["context"]["contextActivities"] == {"parent": [parent]}
    assert json.dumps(statement) == before


def test_same_id_with_other_content_is_a_conflict(database: Session, now: datetime) -> None:
    statement = made()
    store(database, statement, now)
    with pytest.raises(StatementConflict):
        store(database, statement | {"result": {"completion": True}}, now)
    assert "result" not in body(database, statement["id"])


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "2026-11-23T09:00:00.000+01:00"},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"it": "completato"}}},
        {
            "object": {
                "id": "https://formazione.example/xapi/activities/p/m1",
                "definition": {"name": {"it": "M"}},
            }
        },
        {"version": "1.0.3"},
        {"result": {"duration": "PT1.239S", "score": {"raw": 5.0}}},
    ],
)
def test_differences_that_do_not_count(database: Session, now: datetime, change: dict[str, Any]) -> None:
    statement = made()
    if "result" in change:
        statement["result"] = {"duration": "PT1.23S", "score": {"raw": 5}}
    store(database, statement, now)
    assert store(database, statement | change, now) is False


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "2026-11-23T08:00:00.001Z"},
        {"actor": {"mbox": "mailto:a@example.it"}},
        {"result": {"extensions": {"https://x.example/e": True}}},
        {"context": {"language": "it"}},
    ],
)
def test_differences_that_count(database: Session, now: datetime, change: dict[str, Any]) -> None:
    statement = made(result={"extensions": {"https://x.example/e": 1}})
    store(database, statement, now)
    with pytest.raises(StatementConflict):
        store(database, statement | change, now)


def test_order_of_group_members_does_not_count(database: Session, now: datetime) -> None:
    members = [{"mbox": "mailto:a@example.it"}, {"mbox": "mailto:b@example.it"}]
    statement = made(actor={"objectType": "Group", "member": members})
    store(database, statement, now)
    assert (
        store(database, statement | {"actor": {"objectType": "Group", "member": members[::-1]}}, now) is False
    )


def test_statement_without_timestamp_is_the_same_again(database: Session, now: datetime) -> None:
    statement = made()
    del statement["timestamp"]
    store(database, statement, now)
    assert store(database, statement, now + timedelta(minutes=1)) is False


def test_batch_with_a_conflict_stores_nothing(database: Session, now: datetime) -> None:
    known = made()
    store(database, known, now)
    batch = [made(), known | {"result": {"success": True}}]
    with pytest.raises(StatementConflict), writing(database):
        store_statements(database, batch, authority=AUTHORITY, origin="client", now=now)
    assert database.scalar(select(func.count()).select_from(Statement)) == 1
    assert database.scalar(select(func.count()).select_from(StatementAgent)) == 1


def test_stored_grows_within_a_batch_and_when_the_clock_goes_back(database: Session, now: datetime) -> None:
    first, second = [made(), made()], [made()]
    for batch, moment in ((first, now), (second, now - timedelta(seconds=5))):
        with writing(database):
            store_statements(database, batch, authority=AUTHORITY, origin="client", now=moment)
    instants = [
        database.execute(select(Statement.stored).where(Statement.id == UUID(one["id"]))).scalar_one()
        for one in first + second
    ]
    assert instants == [now, now + TICK, now + 2 * TICK]


def test_voiding_hides_a_statement_that_came_before(database: Session, now: datetime) -> None:
    target = made()
    store(database, target, now)
    void = voiding(target["id"])
    store(database, void, now + TICK)
    assert voided_by(database, target["id"]) == UUID(void["id"])


def test_voiding_hides_a_statement_that_comes_after(database: Session, now: datetime) -> None:
    target = made()
    void = voiding(target["id"].upper())
    store(database, void, now)
    store(database, target, now + TICK)
    assert voided_by(database, target["id"]) == UUID(void["id"])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_voiding_within_one_batch(database: Session, now: datetime, order: tuple[int, int]) -> None:
    target = made()
    pair = (target, voiding(target["id"]))
    with writing(database):
        batch = [pair[place] for place in order]
        store_statements(database, batch, authority=AUTHORITY, origin="client", now=now)
    assert voided_by(database, target["id"]) == UUID(pair[1]["id"])


@pytest.mark.parametrize("voider_first", [True, False])
def test_a_voiding_statement_cannot_be_voided(
    database: Session, now: datetime, *, voider_first: bool
) -> None:
    void = voiding(str(uuid4()))
    void_of_void = voiding(void["id"])
    for statement in (void_of_void, void) if voider_first else (void, void_of_void):
        store(database, statement, now)
    assert voided_by(database, void["id"]) is None


def test_agents_and_activities_are_indexed_by_their_part(database: Session, now: datetime) -> None:
    member = {"mbox": "mailto:m@example.it"}
    statement = made(
        actor={"objectType": "Group", "mbox": "mailto:g@example.it", "member": [member]},
        context={
            "instructor": {"openid": "https://id.example/i"},
            "team": {"objectType": "Group", "member": [member]},
            "contextActivities": {
                "parent": {"id": "https://x.example/c"},
                "other": [{"id": "https://x.example/o"}],
            },
        },
    )
    store(database, statement, now)
    agents = select(Agent.key, StatementAgent.related).join(
        StatementAgent, StatementAgent.agent_id == Agent.id
    )
    # The authority has a column of the statement's.
    assert {row[0]: row.related for row in database.execute(agents)} == {
        "mbox|mailto:g@example.it": False,
        "mbox|mailto:m@example.it": False,
        "openid|https://id.example/i": True,
    }
    activities = select(Activity.iri, StatementActivity.related).join(
        StatementActivity, StatementActivity.activity_id == Activity.id
    )
    assert {row[0]: row.related for row in database.execute(activities)} == {
        "https://formazione.example/xapi/activities/p/m1": False,
        "https://x.example/c": True,
        "https://x.example/o": True,
    }


def test_names_that_no_database_could_index_are_stored(database: Session, now: datetime) -> None:
    for name in ("a\x00b", "è" * 5000):
        statement = made(actor={"account": {"homePage": "https://lms.example", "name": name}})
        assert store(database, statement, now) is True
        assert body(database, statement["id"])["actor"]["account"]["name"] == name


def test_concurrent_writers_of_one_id_make_one_statement(engine: Engine, now: datetime) -> None:
    statement, answers, ready = made(), [], threading.Barrier(4)

    def write(place: int) -> None:
        with session_factory(engine)() as database:
            ready.wait(10)
            answers.append(store(database, statement, now + place * TICK))

    threads = [threading.Thread(target=write, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [False, False, False, True]


def test_batch_costs_as_many_database_calls_as_one_statement(
    engine: Engine, database: Session, now: datetime
) -> None:
    calls: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: calls.append(arguments[2]))
    counts = []
    for size in (1, 100):
        calls.clear()
        with writing(database):
            store_statements(
                database, [made() for _ in range(size)], authority=AUTHORITY, origin="client", now=now
            )
        counts.append(len(calls))
    assert counts[0] == counts[1] <= 7  # SQLite has its three tables one by one
