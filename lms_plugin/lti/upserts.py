"""Inserts that two processes may make at once, on SQLite and PostgreSQL alike."""

import functools
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Executable, Table, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms_plugin.storage import Base


def insert_if_absent(
    database: Session, entity: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]
) -> bool:
    """Inserts a row unless one with this unique key is there; returns whether it did."""
    return _insert(database, entity, tuple(key), {**key, **values})


def insert_unless_taken(database: Session, entity: type[Base], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless any unique key forbids it; returns whether it did."""
    return _insert(database, entity, None, values)


def _insert(
    database: Session, entity: type[Base], key: tuple[str, ...] | None, values: Mapping[str, Any]
) -> bool:
    statement = _statement(database.get_bind().dialect.name, entity, key)
    database.flush()
    # Drivers differ on the row count of an INSERT; what it returns is certain.
    return database.connection().execute(statement, dict(values)).first() is not None


@functools.cache  # building it anew would cost more than running it
def _statement(dialect: str, entity: type[Base], key: tuple[str, ...] | None) -> Executable:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    table = cast("Table", entity.__table__)
    return insert(table).on_conflict_do_nothing(index_elements=key).returning(literal(1))
