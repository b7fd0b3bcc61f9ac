"""The file is streamed: its size does not show in memory, and its end is known."""

import contextlib
import tracemalloc
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from lms_plugin.records.completion import Completion
from lms_plugin.secretariat.activities import Names
from lms_plugin.secretariat.export import Tally, csv_blocks
from lms_plugin.secretariat.filters import RecordFilter
from lms_plugin.secretariat.queries import stream
from lms_plugin.secretariat.scope import Everything
from lms_plugin.storage import writing
from tests.factories.people import MOMENT, make_learner

MANY = 10_000


def fill(database: Session, learner_id: object, rows: int) -> None:
    members = {
        "programme_id": "co-alizione",
        "activity_id": "m1",
        "activity_kind": "module",
        "outcome": "completed",
        "rule_version": 1,
        "evidence_ids": [str(uuid4())] * 8,
        "learner_id": learner_id,
        "decided_at": MOMENT,
    }
    database.execute(
        insert(Completion),
        [
            members
            | {"id": uuid4(), "statement_id": uuid4(), "completed_at": MOMENT + timedelta(seconds=number)}
            for number in range(rows)
        ],
    )


def peak(engine: Engine) -> tuple[int, Tally]:
    """Most bytes held while the whole file is made and thrown away, and what went out."""
    tally, names = Tally(), Names({}, "it")
    tracemalloc.start()
    for _block in csv_blocks(stream(engine, RecordFilter(), Everything()), names, tally, excel=False):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most, tally


def test_ten_times_the_rows_take_no_more_memory(database: Session, engine: Engine) -> None:
    with writing(database):
        learner = make_learner(database)
        fill(database, learner.id, MANY // 10)
    peak(engine)  # compiles the query, fills caches
    few, tally = peak(engine)
    assert tally.rows == MANY // 10
    with writing(database):
        fill(database, learner.id, MANY - MANY // 10)
    many, tally = peak(engine)
    assert (tally.rows, tally.complete) == (MANY, True)
    assert many < 1.5 * few
    assert many < 6_000_000


def test_file_cut_short_is_not_called_complete(database: Session, engine: Engine) -> None:
    with writing(database):
        fill(database, make_learner(database).id, 2_000)
    tally = Tally()
    with contextlib.closing(stream(engine, RecordFilter(), Everything())) as found:
        blocks = csv_blocks(found, Names({}, "it"), tally, excel=False)
        next(blocks)
        blocks.close()
    assert not tally.complete
    assert tally.rows < 2_000
