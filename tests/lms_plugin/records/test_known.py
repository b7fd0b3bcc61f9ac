"""What statements say about agents and activities adds up (xAPI 1.0.3 Data 2.4.4.1, Communication 2.4)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms_plugin import migration
from lms_plugin.records.known_activities import canonical_activity
from lms_plugin.records.known_agents import person
from lms_plugin.records.statement import (
    Activity,
    Agent,
    AgentName,
    StatementActivity,
    StatementAgent,
)
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import session_factory, writing
from tests.lms_plugin.records.test_statement_store import AUTHORITY, made

VERSIONS = Path(migration.__file__).parent.parent / "migrations" / "versions"
REVISION = next(VERSIONS.glob("*_agents_and_activities.py"))
MODULE = "https://formazione.example/xapi/activities/p/m1"
TYPE = "http://adlnet.gov/expapi/activities/module"


def store(database: Session, now: datetime, *statements: dict[str, Any], origin: str = "client") -> None:
    with writing(database):
        store_statements(database, statements, authority=AUTHORITY, origin=origin, now=now)


def defining(**definition: Any) -> dict[str, Any]:
    """A statement that defines the module."""
    return made(object={"id": MODULE, "definition": definition})


def test_languages_and_extensions_add_up_and_the_newest_wins(database: Session, now: datetime) -> None:
    first = defining(name={"it": "Modulo", "en": "Module"}, type=TYPE, extensions={"https://x.example/a": 1})
    store(database, now, first)
    second = defining(name={"it": "Modulo 1"}, extensions={"https://x.example/b": 2})
    third = made(
        context={"contextActivities": {"parent": {"id": MODULE, "definition": {"type": TYPE + "s"}}}}
    )
    store(database, now + timedelta(seconds=1), second, third)
    assert canonical_activity(database, MODULE) == {
        "objectType": "Activity",
        "id": MODULE,
        "definition": {
            "name": {"it": "Modulo 1", "en": "Module"},
            "type": TYPE + "s",
            "extensions": {"https://x.example/a": 1, "https://x.example/b": 2},
        },
    }


def test_activity_without_definition_is_its_id(database: Session, now: datetime) -> None:
    store(database, now, made())
    for iri in (MODULE, "https://nobody.example/knows"):
        assert canonical_activity(database, iri) == {"objectType": "Activity", "id": iri}


def test_clients_do_not_define_what_is_ours(database: Session, now: datetime) -> None:
    store(database, now, defining(name={"it": "Nostro"}), origin="own")
    store(database, now, defining(name={"it": "Loro"}))
    assert canonical_activity(database, MODULE)["definition"] == {"name": {"it": "Nostro"}}


def test_what_clients_said_of_ours_before_we_did_is_gone(database: Session, now: datetime) -> None:
    store(database, now, defining(name={"de": "Loro"}, moreInfo="https://evil.example/"))
    store(database, now, defining(name={"it": "Nostro"}), origin="own")
    assert canonical_activity(database, MODULE)["definition"] == {"name": {"it": "Nostro"}}


def test_person_has_every_name_that_was_given(database: Session, now: datetime) -> None:
    account = {"account": {"homePage": "https://lms.example", "name": "42"}}
    for name in ("Anna", "Anna Rossi", "Anna"):
        store(database, now, made(actor={**account, "name": name}))
    found = person(database, account)
    assert sorted(found.pop("name")) == ["Anna", "Anna Rossi"]
    assert found == {"objectType": "Person", "account": [account["account"]]}
    unknown = {"mbox": "mailto:nobody@example.it"}
    assert person(database, unknown) == {"objectType": "Person", "mbox": ["mailto:nobody@example.it"]}


def test_statements_stored_before_agents_had_tables_are_found_as_before(
    engine: Engine, database: Session, now: datetime
) -> None:
    agent = {"account": {"homePage": "https://lms.example", "name": "42"}}
    store(database, now, defining(name={"it": "Modulo"}) | {"actor": {**agent, "name": "Anna"}})
    parent = {"contextActivities": {"parent": {"id": MODULE}}}
    store(database, now, made(object={"id": "https://x.example/o"}, context=parent), origin="own")
    tables = (Agent, AgentName, Activity, StatementAgent, StatementActivity)
    before = [sorted(map(str, database.execute(select(one.__table__)).all())) for one in tables]
    database.close()
    with engine.connect() as plain, plain.execution_options(will_write=True).begin():
        command.downgrade(migration._config(plain), f"{int(REVISION.name[:4]) - 1:04}")
    migration.migrate(engine)
    with session_factory(engine)() as fresh:
        assert [sorted(map(str, fresh.execute(select(one.__table__)).all())) for one in tables] == before
