"""Every query of docs/bi.md runs as it stands, and counts what it says."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import writing
from tests.factories.people import make_deployment, make_learner, make_placement
from tests.factories.records import make_completion, make_statement

DOCUMENT = Path(__file__).parents[2] / "docs" / "bi.md"
QUERIES = re.findall(r"```sql( postgresql)?\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
PEOPLE = 6


@pytest.fixture
def learned(database: Session) -> Session:
    """Six people who completed a module, passed its assessment and attended a webinar."""
    with writing(database):
        deployment = make_deployment(database, "Moodle di prova")
        for number in range(PEOPLE):
            learner = make_learner(database, f"Person {number}")
            placement = make_placement(database, learner, deployment)
            made = make_completion(database, learner, placement=placement)
            make_statement(database, made, learner)
            make_completion(
                database, learner, activity_id="m1-assessment", activity_kind="assessment", outcome="passed"
            )
            make_completion(
                database,
                learner,
                activity_id="w01",
                activity_kind="webinar",
                outcome="attended",
                duration_seconds=3600,
            )
    return database


def rows(database: Session, query: str) -> Sequence[Any]:
    return database.execute(text(query.replace(":", r"\:"))).all()


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_query_runs_and_finds_something(learned: Session, number: int) -> None:
    only_postgresql, query = QUERIES[number]
    if only_postgresql and learned.get_bind().dialect.name != "postgresql":
        pytest.skip("the document says that this one is PostgreSQL's")
    # Statements of these tests have no scores to speak of.
    assert rows(learned, query) or "scaled" in query


def test_text_into_which_postgresql_does_not_look_stops_no_query(learned: Session, now: datetime) -> None:
    odd = {"name": {"it": "a\x00b"}}
    statement: dict[str, Any] = {
        "id": str(uuid4()),
        "actor": {"mbox": "mailto:a@example.it"},
        "verb": {"id": "https://x.example/v", "display": odd["name"]},
        "object": {"id": "https://x.example/o", "definition": odd},
        "timestamp": "2026-11-23T08:00:00.000Z",
    }
    with writing(learned):
        store_statements(learned, [statement], authority=statement["actor"], origin="client", now=now)
    for only_postgresql, query in QUERIES:
        if not only_postgresql or learned.get_bind().dialect.name == "postgresql":
            rows(learned, query)


def test_people_and_hours_are_counted(learned: Session) -> None:
    months, progress, assessments, webinars = (rows(learned, query) for _mark, query in QUERIES[:4])
    assert [(row.activity_id, row.people) for row in months] == [("m1", 6), ("m1-assessment", 6), ("w01", 6)]
    assert [(row.modules, row.people) for row in progress] == [(1, PEOPLE)]
    assert [(row.passed, row.failed) for row in assessments] == [(PEOPLE, 0)]
    assert [(row.people, row.hours) for row in webinars] == [(PEOPLE, PEOPLE)]
