"""What this process has seen to be in the database, so that it need not be sent again with every statement.

Only on PostgreSQL, where asking costs. Forgotten after a minute: so an agent or activity that was deleted
comes back, and a definition that another process has replaced is taken in again.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

KEPT_SECONDS = 60
MOST = 50_000


@dataclass(slots=True)
class Memory:
    """Keys of rows that are committed, and of activities the definition that had nothing new in it."""

    since: float
    rows: set[object] = field(default_factory=set)
    definitions: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def is_stale(self) -> bool:
        """Whether it is old or large."""
        return time.monotonic() - self.since > KEPT_SECONDS or len(self.rows) > MOST


_memories: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory_of(database: Session) -> Memory:
    """What is remembered of this database; on SQLite an empty memory each time."""
    engine = database.get_bind().engine
    known = _memories.get(engine)
    if known is None or known.is_stale():
        known = Memory(time.monotonic())
        if engine.dialect.name == "postgresql":
            _memories[engine] = known
    return known
