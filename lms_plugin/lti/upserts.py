"""Inserts that two processes may make at once, on SQLite and PostgreSQL alike."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms_plugin.storage import Base


def insert_if_absent(
    database: Session, entity: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]
) -> bool:
    """Inserts a row unless one with this unique key is there; returns whether it did."""
    insert = sqlite.insert if database.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = cast("Table", entity.__table__)
    statement = insert(table).values(**key, **values).on_conflict_do_nothing(index_elements=list(key))
    # Drivers differ on the row count of an INSERT; what it returns is certain.
    return database.execute(statement.returning(literal(1))).first() is not None


def insert_unless_taken(database: Session, entity: type[Base], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless any unique index stands against it; returns whether it did."""
    insert = sqlite.insert if database.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(cast("Table", entity.__table__)).values(**values).on_conflict_do_nothing()
    return database.execute(statement.returning(literal(1))).first() is not None
