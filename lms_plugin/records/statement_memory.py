"""What this process has seen to be in the database, so that it need not be sent again with every statement.

Only on PostgreSQL, where asking costs. Forgotten after a minute, so that a definition that another process
has replaced is taken in again; and at once when a person was erased, as the agent and their names are gone
then. Whoever erases lets nobody store meanwhile: the number of erasures that a writer sees stays the same.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select, table
from sqlalchemy.orm import Session

KEPT_SECONDS = 60
MOST = 50_000
# Not by its class: erasing (`proofs`) lies above this room.
ERASURES = select(func.count()).select_from(table("erasures")).scalar_subquery()


@dataclass(slots=True)
class Memory:
    """Keys of rows that are committed, and of activities the definition that had nothing new in it."""

    since: float
    erasures: int | None = None  # how many there were
    rows: set[object] = field(default_factory=set)
    definitions: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def is_stale(self, erasures: int | None) -> bool:
        """Whether it is old, large, or from before the last erasure."""
        if erasures != self.erasures or len(self.rows) > MOST:
            return True
        return time.monotonic() - self.since > KEPT_SECONDS


_memories: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory_of(database: Session, erasures: int | None) -> Memory:
    """What is remembered of this database, in which so many erasures are seen now.

    On SQLite an empty memory each time.
    """
    engine = database.get_bind().engine
    known = _memories.get(engine)
    if known is None or known.is_stale(erasures):
        known = Memory(time.monotonic(), erasures)
        if engine.dialect.name == "postgresql":
            _memories[engine] = known
    return known
