"""Statements are immutable: the database refuses to change or delete one, but for replay and erasure.

Those two say so by a row that is there only inside their own transaction, where nobody else can see it.
"""

import contextlib
from collections.abc import Iterator
from uuid import UUID, uuid4

from sqlalchemy import delete, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms_plugin.storage import Base


class StatementUnlock(Base):
    """Lets the transaction that inserted it change statements (its triggers came with the table)."""

    __tablename__ = "statement_unlocks"

    id: Mapped[UUID] = mapped_column(primary_key=True)


@contextlib.contextmanager
def statements_unlocked(database: Session) -> Iterator[None]:
    """Inside it, and inside the caller's `writing`, statements can be changed and deleted."""
    one = uuid4()
    database.execute(insert(StatementUnlock).values(id=one))
    yield
    database.execute(delete(StatementUnlock).where(StatementUnlock.id == one))
