"""Statements that became visible behind others stored after them: whoever reads on by `stored` missed them.

Our own are stored as of when their evidence was recorded, and that instant is chosen before the lock that all
writers of statements share; what replay finds missing is older still. Forwarding asks here for such.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms_plugin.records.statement import Statement
from lms_plugin.storage import Base, Instant


class LateStatement(Base):
    """One that came late; kept until forwarding has taken note of it."""

    __tablename__ = "late_statements"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # of the statement
    stored: Mapped[datetime] = mapped_column(Instant)


def note_late(database: Session, statement_id: UUID, stored: datetime) -> None:
    """Notes a statement of ours that is about to be stored, if it is late; under the writers' lock."""
    newest = _newest_before(database)
    if newest is not None and stored <= newest and database.get(LateStatement, statement_id) is None:
        database.execute(insert(LateStatement).values(id=statement_id, stored=stored))


def _newest_before(database: Session) -> datetime | None:
    """The newest `stored` when this transaction began to store: what it stores itself makes nothing late."""
    transaction = database.get_transaction()
    known = database.info.get("newest_before")
    if known is None or known[0] is not transaction:
        known = (transaction, database.scalar(select(func.max(Statement.stored))))
        database.info["newest_before"] = known
    newest: datetime | None = known[1]
    return newest


def remember_own(database: Session) -> None:
    """Before replay takes our own statements away: which were there and not late, for `forget_known`."""
    database.execute(text(f"CREATE TEMPORARY TABLE own_before AS {_OWN_AND_NOT_LATE}"))


def forget_known(database: Session) -> None:
    """After replay: those that were there before came in time; only what is new to us is late."""
    database.execute(text("DELETE FROM late_statements WHERE id IN (SELECT id FROM own_before)"))
    database.execute(text("DROP TABLE own_before"))


_OWN_AND_NOT_LATE = (
    "SELECT id FROM statements WHERE origin = 'own' AND id NOT IN (SELECT id FROM late_statements)"
)
