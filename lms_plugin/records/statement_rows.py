"""Rows of new statements, and the one way to insert many of them at little cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from lms_plugin.records import statement_index as index
from lms_plugin.records.statement import Statement, StatementActivity, StatementAgent
from lms_plugin.records.statement_form import read_instant
from lms_plugin.records.statement_reach import Reach

Json = Mapping[str, Any]
Row = tuple[Any, ...]
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement in the form that the LRS keeps, with what that form says as values."""

    id: UUID
    stored: datetime
    authority: str  # as index key
    statement: Json


@dataclass(frozen=True, slots=True)
class Rows:
    """What is inserted for some statements, table by table."""

    statements: list[Row] = field(default_factory=list)
    agents: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)
    known_agents: dict[UUID, str] = field(default_factory=dict)
    names: dict[tuple[UUID, UUID], str] = field(default_factory=dict)
    known_activities: dict[UUID, str] = field(default_factory=dict)
    definitions: dict[UUID, list[Json]] = field(default_factory=dict)

    def add(self, kept: Kept, origin: str, voided_by: UUID | None) -> None:
        """One statement in the form that the LRS keeps."""
        one, stored, statement = kept.id, kept.stored, kept.statement
        self.statements.append(_statement_row(kept, origin, voided_by))
        agents: dict[UUID, bool] = {}
        for agent, related in index.agents_of(statement):
            self._add_agent(agent, agents, related=related)
        activities: dict[UUID, bool] = {}
        for activity, related in index.activities_of(statement):
            self._add_activity(activity, activities, related=related)
        self.agents.extend((agent, related, stored, one) for agent, related in agents.items())
        self.activities.extend((activity, related, stored, one) for activity, related in activities.items())

    def learn_only(self, reach: Reach) -> None:
        """Leaves out what is said of agents and activities beyond this reach: they are only there."""
        for one in [one for one in self.definitions if not reach.has_activity(self.known_activities[one])]:
            del self.definitions[one]
        for keys in [keys for keys in self.names if not reach.has_person(self.known_agents[keys[0]])]:
            del self.names[keys]

    def _add_agent(self, agent: Json, seen: dict[UUID, bool], *, related: bool) -> None:
        key = index.agent_key(agent)
        if key is None:
            return
        one = index.identity(key)
        seen.setdefault(one, related)
        self.known_agents[one] = key
        if "name" in agent and "\x00" not in agent["name"]:  # PostgreSQL keeps no text with one
            self.names[one, index.identity(agent["name"])] = agent["name"]

    def _add_activity(self, activity: Json, seen: dict[UUID, bool], *, related: bool) -> None:
        one = index.identity(index.index_key(activity["id"]))
        seen.setdefault(one, related)
        self.known_activities[one] = activity["id"]
        if activity.get("definition"):
            told = self.definitions.setdefault(one, [])
            if not told or told[-1] != activity["definition"]:
                told.append(activity["definition"])


def _statement_row(kept: Kept, origin: str, voided_by: UUID | None) -> Row:
    statement = kept.statement
    return (
        kept.id,
        kept.stored,
        read_instant(statement["timestamp"]),
        index.index_key(statement["verb"]["id"]),
        kept.authority,
        index.registration(statement),
        index.reference(statement),
        voided_by,
        origin,
        _encode(statement).decode(),
    )


# Tables, and their columns with types. In this order, and the rows of each in the order of their keys: so no
# two writers wait for each other.
_KNOWN = (
    ("agents", "id uuid, key text"),
    ("agent_names", "agent_id uuid, name_key uuid, name text"),
    ("activities", "id uuid, iri text"),
)
_PAIR = 2  # columns of a row whose key is the first; of a longer one it is the first two
_STATEMENTS = (
    "id uuid, stored timestamptz, timestamp timestamptz, verb text, authority text, registration uuid,"
    " refers_to uuid, voided_by uuid, origin text, body text"
)
_AGENTS = "agent_id uuid, related bool, stored timestamptz, statement_id uuid"
_ACTIVITIES = "activity_id uuid, related bool, stored timestamptz, statement_id uuid"


def insert_known(connection: Connection, rows: Rows, remembered: set[object]) -> None:
    """Makes the agents, their names, and the activities that nobody named before, without definitions.

    Leaves out those that are remembered to be there, and remembers those that it finds there.
    """
    lists: tuple[Sequence[Row], ...] = (
        [(one, key) for one, key in rows.known_agents.items() if one not in remembered],
        [(*keys, name) for keys, name in rows.names.items() if keys not in remembered],
        [(one, iri) for one, iri in rows.known_activities.items() if one not in remembered],
    )
    for (table, columns), values in zip(_KNOWN, lists, strict=True):
        if values:
            sql = _KNOWN_SQL[table, connection.dialect.name]
            made = _insert(connection, sql, columns, sorted(values))
            keys = (row[0] if len(row) == _PAIR else row[:2] for row in values)
            remembered.update(key for key in keys if key not in made)


def insert_statements(connection: Connection, rows: Rows) -> set[UUID]:
    """Inserts those whose ids are not there, with their relations; returns the ids that it inserted."""
    rows.statements.sort(key=lambda row: row[0])
    if connection.dialect.name == "postgresql":
        parameters = [*zip(*rows.statements, strict=True), *_columns(rows.agents, _AGENTS)]
        parameters += _columns(rows.activities, _ACTIVITIES)
        lists = tuple(list(column) for column in parameters)
        return {row[0] for row in connection.exec_driver_sql(_INSERT_POSTGRESQL, lists)}
    for table, columns, values in (
        ("statements", _STATEMENTS, rows.statements),
        ("statement_agents", _AGENTS, rows.agents),
        ("statement_activities", _ACTIVITIES, rows.activities),
    ):
        if values:
            _insert(connection, _sqlite_insert(table, columns), columns, values)
    return {row[0] for row in rows.statements}


def _insert(connection: Connection, sql: str, columns: str, values: Sequence[Row]) -> set[object]:
    """Returns the keys of those that were not there, where the database tells."""
    if connection.dialect.name == "postgresql":
        lists = tuple(list(column) for column in _columns(values, columns))
        rows = connection.exec_driver_sql(sql, lists)
        return {row[0] if len(row) == 1 else tuple(row) for row in rows}
    connection.exec_driver_sql(sql, [tuple(map(_sqlite_value, row)) for row in values])
    return set()


def _columns(rows: Sequence[Row], columns: str) -> list[Row]:
    return list(zip(*rows, strict=True)) if rows else [()] * len(columns.split(", "))


def _sqlite_value(value: Any) -> Any:
    """As SQLAlchemy writes it on SQLite."""
    if type(value) is UUID:
        return value.hex
    return value.replace(tzinfo=None).isoformat(" ", "microseconds") if type(value) is datetime else value


def _names(columns: str) -> str:
    return ", ".join(f'"{column.split()[0]}"' for column in columns.split(", "))


def _unnested(columns: str) -> str:
    # %b: arrays in binary, which nobody needs to escape.
    arrays = ", ".join(f"%b::{column.split()[1]}[]" for column in columns.split(", "))
    return f"unnest({arrays}) AS given({_names(columns)})"


def _sqlite_insert(table: str, columns: str) -> str:
    marks = ", ".join("?" for _column in columns.split(", "))
    return f"INSERT OR IGNORE INTO {table} ({_names(columns)}) VALUES ({marks})"  # noqa: S608 - our own names


def _insert_from(table: str, columns: str, more: str = "") -> str:
    return (
        f"INSERT INTO {table} ({_names(columns)}) SELECT {_names(columns)} FROM {_unnested(columns)} {more}"  # noqa: S608 - our own names
    )


_KEYS = {"agents": "id", "agent_names": "agent_id, name_key", "activities": "id"}
_KNOWN_SQL = {
    (table, dialect): sql
    for table, columns in _KNOWN
    for dialect, sql in (
        ("postgresql", _insert_from(table, columns, f"ON CONFLICT DO NOTHING RETURNING {_KEYS[table]}")),
        ("sqlite", _sqlite_insert(table, columns)),
    )
}
# Of statements that somebody else stored meanwhile no relations are written.
_NEW_ONLY = "JOIN stored_now ON stored_now.id = given.statement_id ON CONFLICT DO NOTHING"
_NOT_TWICE = "ON CONFLICT (id) DO NOTHING RETURNING id"
_INSERT_POSTGRESQL = (
    f"WITH stored_now AS ({_insert_from('statements', _STATEMENTS, _NOT_TWICE)}),"  # noqa: S608 - as above
    f" agent AS ({_insert_from('statement_agents', _AGENTS, _NEW_ONLY)}),"
    f" activity AS ({_insert_from('statement_activities', _ACTIVITIES, _NEW_ONLY)})"
    " SELECT id FROM stored_now"
)


def delete_statements(database: Session, which: ColumnElement[bool]) -> None:
    """Deletes the statements that the condition names, and their relations; inside the caller's `writing`."""
    ids = select(Statement.id).where(which)
    for relation in (StatementAgent, StatementActivity):
        gone = delete(relation).where(relation.statement_id.in_(ids))
        database.execute(gone.execution_options(synchronize_session=False))
    database.execute(delete(Statement).where(which).execution_options(synchronize_session=False))
