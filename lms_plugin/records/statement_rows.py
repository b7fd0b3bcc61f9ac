"""Rows of new statements and their index, and the one way to insert many of them at little cost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.engine import Connection

from lms_plugin.records import statement_index as index
from lms_plugin.records.statement import Statement, StatementActivity, StatementAgent
from lms_plugin.records.statement_form import read_instant

Json = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is inserted for some statements, table by table."""

    statements: list[Row] = field(default_factory=list)
    agents: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)

    def add(self, statement: Json, origin: str, voided_by: UUID | None) -> None:
        """One statement in the form that the LRS keeps."""
        row = _statement_row(statement, origin, voided_by)
        self.statements.append(row)
        one, stored = row["id"], row["stored"]
        for key, related in _marked(index.direct_agents(statement), index.related_agents(statement)):
            self.agents.append({"statement_id": one, "agent": key, "related": related, "stored": stored})
        for key, related in _marked(index.direct_activities(statement), index.related_activities(statement)):
            self.activities.append(
                {"statement_id": one, "activity": key, "related": related, "stored": stored}
            )


def _marked(direct: set[str], related: set[str]) -> list[tuple[str, bool]]:
    # In order, so that writers of the same statements meet in the same order.
    return [(key, False) for key in sorted(direct)] + [(key, True) for key in sorted(related - direct)]


def _statement_row(statement: Json, origin: str, voided_by: UUID | None) -> Row:
    return {
        "id": UUID(statement["id"]),
        "stored": datetime.fromisoformat(statement["stored"]),
        "timestamp": read_instant(statement["timestamp"]),
        "verb": index.index_key(statement["verb"]["id"]),
        "authority": index.agent_key(statement["authority"]) or "",
        "registration": index.registration(statement),
        "refers_to": index.reference(statement),
        "voided_by": voided_by,
        "origin": origin,
        "body": json.dumps(statement, ensure_ascii=False, separators=(",", ":")),
    }


def insert_rows(connection: Connection, rows: Rows) -> None:
    """Inserts them all; on PostgreSQL in one statement, since each one sent costs as much as many rows."""
    if connection.dialect.name == "postgresql":
        texts = {name: json.dumps(getattr(rows, name), ensure_ascii=False, default=str) for name in _COLUMNS}
        connection.execute(_INSERT_JSON, texts)
        return
    connection.execute(insert(Statement), rows.statements)
    connection.execute(insert(StatementAgent), rows.agents)
    if rows.activities:
        connection.execute(insert(StatementActivity), rows.activities)


# What PostgreSQL reads the JSON of each list of rows as; psycopg's own arrays escape slowly, in Python.
_COLUMNS = {
    "statements": "id uuid, stored timestamptz, timestamp timestamptz, verb text, authority text,"
    " registration uuid, refers_to uuid, voided_by uuid, origin text, body text",
    "agents": "statement_id uuid, agent text, related boolean, stored timestamptz",
    "activities": "statement_id uuid, activity text, related boolean, stored timestamptz",
}


def _insert_json(table: str, rows: str) -> str:
    names = ", ".join(f'"{column.split()[0]}"' for column in _COLUMNS[rows].split(", "))
    quoted = ", ".join(f'"{name}" {kind}' for name, kind in map(str.split, _COLUMNS[rows].split(", ")))
    recordset = f"json_to_recordset(CAST(:{rows} AS json)) AS row({quoted})"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {recordset}"  # noqa: S608 - our own names only


# Foreign keys are looked at when the whole statement is done, so the three may go together.
_INSERT_JSON = text(
    f"WITH statement AS ({_insert_json('statements', 'statements')}),"
    f" agent AS ({_insert_json('statement_agents', 'agents')})"
    f" {_insert_json('statement_activities', 'activities')}"
)
