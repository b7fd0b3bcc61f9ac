"""The database itself keeps statements as they are, whoever asks."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_store import store_statements
from lms_plugin.records.statement_unlocking import StatementUnlock, statements_unlocked
from lms_plugin.storage import writing

CLIENT = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "client"}}
REPLACED = (
    "INSERT OR REPLACE INTO statements SELECT id, stored, timestamp, verb, authority, registration,"
    " refers_to, voided_by, origin, '{}' FROM statements"
)


def test_statements_are_changed_by_nobody(engine: Engine, database: Session, now: datetime) -> None:
    said = {
        "id": str(uuid4()),
        "actor": CLIENT,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://elsewhere.example/a"},
    }
    with writing(database):
        store_statements(database, [said], authority=CLIENT, origin="client", now=now)
    before = database.scalar(select(Statement.body))
    sentences = [
        "UPDATE statements SET body = '{}'",
        "UPDATE statements SET verb = ''",
        "DELETE FROM statements",
    ]
    if engine.dialect.name == "postgresql":
        sentences.append("TRUNCATE statements CASCADE")
    for sentence in sentences:
        with pytest.raises(DatabaseError, match="immutable"), writing(database):
            database.execute(text(sentence))
    if engine.dialect.name == "sqlite":
        with writing(database):
            database.execute(text(REPLACED))
    database.expire_all()
    assert database.scalar(select(Statement.body)) == before
    with writing(database):
        database.execute(text("UPDATE statements SET voided_by = id"))
    with writing(database), statements_unlocked(database):
        database.execute(text("UPDATE statements SET body = '{}'"))
    assert database.scalar(select(StatementUnlock.id)) is None
