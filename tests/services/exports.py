"""Every derived table as bytes, for comparing what was there with what was rebuilt."""

import json

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from lms_plugin.records.completion import Completion
from lms_plugin.records.differences import NOT_DERIVED
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.records.statement import Statement, StatementActivity, StatementAgent
from lms_plugin.storage import Base

DERIVED = (Completion, Statement, StatementAgent, StatementActivity, OutboxItem)


def export(database: Session) -> dict[str, bytes]:
    """Each derived table with every column of every row, in the order of its key.

    Without what the worker notes for itself about a row that it is sending.
    """
    database.rollback()
    return {model.__tablename__: _bytes(database, model) for model in DERIVED}


def _bytes(database: Session, model: type[Base]) -> bytes:
    table = model.__table__
    assert isinstance(table, Table)
    columns = [column for column in table.columns if column.name not in NOT_DERIVED]
    rows = database.execute(select(*columns).order_by(*table.primary_key.columns)).mappings()
    return b"\n".join(json.dumps(dict(row), default=str, sort_keys=True).encode() for row in rows)
