"""Bytes that came with statements: stored once for each hash, kept as long as a statement needs them."""

from collections.abc import Collection, Mapping
from typing import cast
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms_plugin.storage import Base, reading

Linked = Mapping[UUID, Collection[str]]


class Attachment(Base):
    """The bytes with one SHA-2 hash (as 56 to 128 lower-case hexadecimal digits)."""

    __tablename__ = "attachments"

    sha2: Mapped[str] = mapped_column(String(128), primary_key=True)
    length: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class StatementAttachment(Base):
    """A statement with which these bytes came: whoever may read it may read them."""

    __tablename__ = "statement_attachments"

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True
    )
    sha2: Mapped[str] = mapped_column(ForeignKey("attachments.sha2"), primary_key=True, index=True)


def store_attachments(database: Session, data: Mapping[str, memoryview], linked: Linked) -> None:
    """Keeps the bytes by their hashes, each for the statements named; what is there already stays.

    Call it in the transaction that stores the statements, after them: `delete_unreferenced` waits
    for its end.
    """
    # In order, so that no two writers wait for each other.
    for sha2, view in sorted(data.items(), key=lambda item: item[0]):
        keep = _insert_once(database, Attachment)
        # One at a time: only one is ever copied for the driver.
        database.execute(keep, {"sha2": sha2, "length": len(view), "data": bytes(view)})
    rows = [{"statement_id": one, "sha2": sha2} for one in linked for sha2 in sorted(linked[one])]
    if rows:
        database.execute(_insert_once(database, StatementAttachment), rows)


def attached_to(database: Session, statements: Collection[UUID]) -> dict[UUID, set[str]]:
    """Hashes of the bytes that came with each of these statements; nothing for one that came without."""
    query = select(StatementAttachment.statement_id, StatementAttachment.sha2)
    query = query.where(StatementAttachment.statement_id.in_(statements))
    found: dict[UUID, set[str]] = {}
    for one, sha2 in database.execute(query):
        found.setdefault(one, set()).add(sha2)
    return found


def read_attachment(database: Session, sha2: str) -> bytes | None:
    """The bytes with this hash, read outside any transaction; None when they are gone."""
    with reading(database) as connection:
        return connection.scalar(_READ, {"wanted": sha2})


def delete_unreferenced(database: Session) -> int:
    """Deletes bytes that came with no statement that is still there, and returns of how many attachments.

    For whoever deletes statements: call it in the same transaction, after `enter_alone`.
    """
    used = select(StatementAttachment.sha2).where(StatementAttachment.sha2 == Attachment.sha2).exists()
    gone = database.scalars(delete(Attachment).where(~used).returning(Attachment.sha2))
    return len(gone.all())


_READ = select(Attachment.data).where(Attachment.sha2 == bindparam("wanted"))


def _insert_once(database: Session, entity: type[Base]) -> SqliteInsert | PostgresqlInsert:
    table = cast("Table", entity.__table__)
    if database.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
