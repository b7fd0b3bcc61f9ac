"""Stands in for the web process: records learners going through module 1, and notes what was committed.

A line of the notebook is an answer that a learner got: from then on the fact must never be lost.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from lms_plugin.records.fact import Fact
from lms_plugin.storage import make_engine, session_factory, writing
from tests.services.learning import LESSONS, lesson_read, make_recorder, submitted

LEARNERS = 400
ABREAST = 4
PAUSE_SECONDS = 0.002


def learner_of(number: int) -> UUID:
    """The id of the n-th learner."""
    return UUID(int=number + 1)


def placement_of(number: int) -> UUID:
    """The id of the n-th learner's placement."""
    return UUID(int=1_000_000 + number)


def facts(now: datetime) -> Iterator[Fact]:
    """All there is to record, in the same order every time: a few learners abreast, each a step in turn."""
    for first in range(0, LEARNERS, ABREAST):
        people = [(learner_of(number), placement_of(number)) for number in range(first, first + ABREAST)]
        for lesson in LESSONS:
            yield from (lesson_read(learner, lesson, now, placement) for learner, placement in people)
        for attempt, percent in ((1, 40), (2, 90)):
            yield from (submitted(learner, attempt, percent, now, placement) for learner, placement in people)


def write(database_url: str, notebook: Path) -> None:
    """Goes on where the notebook ends; a fact that was committed but not noted is simply told again."""
    recorder = make_recorder()
    notes = os.open(notebook, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    noted = notebook.read_bytes().count(b"\n")
    with session_factory(make_engine(database_url))() as database:
        for place, fact in enumerate(facts(datetime.now(UTC))):
            if place < noted:
                continue
            with writing(database):
                recorder.record(database, [fact], datetime.now(UTC))
            os.write(notes, f"{fact.learner_id} {fact.key}\n".encode())
            time.sleep(PAUSE_SECONDS)
