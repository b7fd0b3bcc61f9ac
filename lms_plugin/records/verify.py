"""Checks that evidence is as it was written, and that what is derived is what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.people.learner import Learner
from lms_plugin.records.chain import BEGINNING, break_in
from lms_plugin.records.differences import Difference, differences_of, surplus
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.recorder import derived_for
from lms_plugin.records.replay import Counts, count_derived, learners_with_evidence

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of a learner's chain that is not as it was written."""

    learner_id: UUID
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was read, and what is wrong with it."""

    rows: int
    learners: int
    breaks: tuple[Break, ...]
    differences: tuple[Difference, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.breaks and not self.differences


def verify(database: Session) -> Verified:
    """Walks every chain and derived table in one reading transaction; memory does not grow with the rows.

    What a chain cannot show is that its newest rows were cut off; the derived tables show it where those
    rows had decided something.
    """
    database.rollback()
    if database.get_bind().dialect.name == "postgresql":  # on SQLite every transaction reads one snapshot
        database.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    walk = ChainWalk()
    breaks = tuple(walk.breaks(database))
    differences = tuple(derived_differences(database))
    return Verified(walk.rows, walk.learners, breaks, differences)


class ChainWalk:
    """Reads every chain once, and counts what it has read."""

    def __init__(self) -> None:
        self.rows = 0
        self.learners = 0

    def breaks(self, database: Session) -> Iterator[Break]:
        """The first broken row of each learner that has one."""
        learner_id, sequence, previous, broken = None, 0, BEGINNING, False
        ordered = select(Evidence).order_by(Evidence.learner_id, Evidence.sequence)
        for row in database.scalars(ordered.execution_options(yield_per=BATCH)):
            self.rows += 1
            if row.learner_id != learner_id:
                self.learners += 1
                learner_id, sequence, previous, broken = row.learner_id, 0, BEGINNING, False
            sequence += 1
            reason = None if broken else break_in(row, sequence, previous)
            if reason is not None:
                broken = True
                yield Break(row.learner_id, row.sequence, reason)
            previous = row.hash


def derived_differences(database: Session) -> Iterator[Difference]:
    """Derived rows that are missing, changed, or follow from nothing."""
    expected = Counts(0, 0, 0)
    missing = Counts(0, 0, 0)
    for learner_id in learners_with_evidence(database):
        learner = database.get_one(Learner, learner_id)
        derived = derived_for(database, learner)
        found = tuple(differences_of(database, learner, derived))
        yield from found
        expected = _add(expected, len(derived.completions), len(derived.statements), len(derived.outbox))
        missing = _add(missing, *_missing(found))
    yield from surplus(expected, missing, count_derived(database))


def _add(counts: Counts, completions: int, statements: int, outbox: int) -> Counts:
    return Counts(counts.completions + completions, counts.statements + statements, counts.outbox + outbox)


def _missing(found: tuple[Difference, ...]) -> tuple[int, int, int]:
    tables = [one.table for one in found if one.what == "missing"]
    return tables.count("completions"), tables.count("statements"), tables.count("outbox")
