"""Agents and activities in tables of their own, narrow rows between them and the statements."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CHUNK = 1000
KINDS = ("mbox", "mbox_sha1sum", "openid")
MERGED = ("name", "description", "extensions")


def upgrade() -> None:
    """Forward."""
    for table in ("statement_agents", "statement_activities"):
        op.rename_table(table, f"{table}_before")
    agents, names, activities = _make_known()
    _make_relation("statement_agents", "agent_id")
    _make_relation("statement_activities", "activity_id")
    op.create_index(
        op.f("ix_statements_authority_stored_id"), "statements", ["authority", "stored", "id"], unique=False
    )
    connection = op.get_bind()
    _carry_keys(connection, agents, "statement_agents", "agent", "agent_id", "key")
    _carry_keys(connection, activities, "statement_activities", "activity", "activity_id", "iri")
    op.execute("DELETE FROM agents WHERE id NOT IN (SELECT agent_id FROM statement_agents)")  # authorities
    _carry_names_and_definitions(connection, agents, names, activities)
    for table in ("statement_agents", "statement_activities"):
        op.drop_table(f"{table}_before")
    _name_primary_keys(connection)


def _make_known() -> tuple[sa.Table, sa.Table, sa.Table]:
    agents = op.create_table(
        "agents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
    )
    names = op.create_table(
        "agent_names",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("name_key", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_agent_names_agent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agent_id", "name_key", name=op.f("pk_agent_names")),
    )
    activities = op.create_table(
        "activities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("definition", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("defined_by_us", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    return agents, names, activities


def _make_relation(table: str, known: str) -> None:
    op.create_table(
        table,
        sa.Column(known, sa.Uuid(), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        # The old table has the name that this one's index will have.
        sa.PrimaryKeyConstraint(known, "related", "stored", "statement_id", name=f"pk_{table}_narrow"),
        sqlite_with_rowid=False,
    )


def _name_primary_keys(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in ("statement_agents", "statement_activities"):
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT pk_{table}_narrow TO pk_{table}")


def _identity(key: str) -> UUID:
    return UUID(bytes=hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:16])


def _carry_keys(
    connection: Connection, known: sa.Table, relation: str, old: str, new: str, text: str
) -> None:
    """One row for each key, and narrow rows that name it; the authority has a column of the statement's."""
    keys = connection.execute(sa.text(f"SELECT DISTINCT {old} FROM {relation}_before")).scalars().all()  # noqa: S608
    ids = {key: _identity(key) for key in keys}
    for chunk in _chunks(list(ids.items())):
        connection.execute(sa.insert(known), [{"id": one, text: key} for key, one in chunk])
    authorities = (
        " AND NOT (b.related AND b.agent = (SELECT authority FROM statements s WHERE s.id = b.statement_id))"
        if old == "agent"
        else ""
    )
    connection.execute(
        sa.text(
            f"INSERT INTO {relation} ({new}, related, stored, statement_id)"  # noqa: S608 - our own names
            f" SELECT k.id, b.related, b.stored, b.statement_id FROM {relation}_before b"
            f" JOIN {known.name} k ON k.{text} = b.{old} WHERE true{authorities}"
        )
    )


def _carry_names_and_definitions(
    connection: Connection, agents: sa.Table, names: sa.Table, activities: sa.Table
) -> None:
    """What the statements say about agents and activities, oldest first."""
    named: dict[tuple[UUID, UUID], str] = {}
    definitions: dict[UUID, tuple[dict[str, Any], bool]] = {}
    bodies = sa.text("SELECT body, origin FROM statements ORDER BY stored, id")
    for body, origin in connection.execute(bodies.execution_options(yield_per=CHUNK)):
        for thing in _things(json.loads(body)):
            _note(thing, named, definitions, ours=origin == "own")
    there = set(connection.execute(sa.select(agents.c.id)).scalars())
    rows = [
        {"agent_id": agent, "name_key": key, "name": name}
        for (agent, key), name in named.items()
        if agent in there
    ]
    for chunk in _chunks(rows):
        connection.execute(sa.insert(names), chunk)
    for one, (definition, ours) in definitions.items():
        values = {"definition": definition, "defined_by_us": ours}
        connection.execute(sa.update(activities).where(activities.c.id == one).values(values))


def _things(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a statement but what stands in extensions."""
    if isinstance(value, dict):
        yield value
        for name, member in value.items():
            if name != "extensions":
                yield from _things(member)
    elif isinstance(value, list):
        for member in value:
            yield from _things(member)


def _note(
    thing: dict[str, Any],
    named: dict[tuple[UUID, UUID], str],
    definitions: dict[UUID, tuple[dict[str, Any], bool]],
    *,
    ours: bool,
) -> None:
    key, name, definition = _agent_key(thing), thing.get("name"), thing.get("definition")
    if key is not None and isinstance(name, str):
        named[_identity(key), _identity(name)] = name
    if isinstance(definition, dict) and definition and isinstance(thing.get("id"), str):
        one = _identity(_index_key(thing["id"]))
        known, known_ours = definitions.get(one, ({}, False))
        if ours or not known_ours:
            definitions[one] = (_merged(known, definition), ours)


def _agent_key(thing: dict[str, Any]) -> str | None:
    account = thing.get("account")
    if isinstance(account, dict):
        return _index_key(f"account|{account.get('homePage')}|{account.get('name')}")
    return next((_index_key(f"{kind}|{thing[kind]}") for kind in KINDS if kind in thing), None)


def _index_key(text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return text if len(raw) <= 1000 and "\x00" not in text else f"sha256|{hashlib.sha256(raw).hexdigest()}"  # noqa: PLR2004


def _merged(known: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    both = {**known, **given}
    return both | {name: {**known[name], **given[name]} for name in MERGED if name in known and name in given}


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def downgrade() -> None:
    """Back; the names and definitions are in the statements."""
    op.drop_index(op.f("ix_statements_authority_stored_id"), table_name="statements")
    _make_wide("statement_agents", "agent", "agents", "agent_id", "key")
    _make_wide("statement_activities", "activity", "activities", "activity_id", "iri")
    op.execute(
        "INSERT INTO statement_agents (statement_id, agent, related, stored)"
        " SELECT id, authority, true, stored FROM statements WHERE NOT EXISTS"
        " (SELECT 1 FROM statement_agents a WHERE a.statement_id = id AND a.agent = authority)"
    )
    for table in ("agent_names", "agents", "activities"):
        op.drop_table(table)


def _make_wide(table: str, old: str, known: str, new: str, text: str) -> None:
    op.rename_table(table, f"{table}_narrow")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table}_narrow RENAME CONSTRAINT pk_{table} TO pk_{table}_narrow")
    op.create_table(
        table,
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column(old, sa.String(length=1000), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f(f"fk_{table}_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", old, "related", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{old}_stored_statement_id"), table, [old, "stored", "statement_id"])
    op.execute(
        f"INSERT INTO {table} (statement_id, {old}, related, stored)"  # noqa: S608 - our own names
        f" SELECT n.statement_id, k.{text}, n.related, n.stored FROM {table}_narrow n"
        f" JOIN {known} k ON k.id = n.{new}"
    )
    op.drop_table(f"{table}_narrow")
