"""Reads, writes and erases documents; whoever writes one waits for other writers of the same place."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from lms_plugin.records.document import Document

WRITERS_LOCK = 0x444F4355  # "DOCU": any number will do, as long as nobody else uses it


@dataclass(frozen=True, slots=True)
class Place:
    """What documents are about: an activity, an agent (by its index key), or both."""

    resource: str
    activity: str | None
    agent: str | None

    @property
    def key(self) -> str:
        """The same for the same place, and for no other."""
        return _hash(self.resource, self.activity, self.agent)


@dataclass(frozen=True, slots=True)
class Address:
    """One document: its place, registration (State only) and id."""

    place: Place
    registration: UUID | None
    name: str

    @property
    def key(self) -> str:
        """The same for the same document, and for no other."""
        registration = None if self.registration is None else self.registration.hex
        return _hash(self.place.key, registration, self.name)


@dataclass(frozen=True, slots=True)
class Content:
    """What a client sends to keep."""

    content_type: str
    content: bytes


def lock_place(database: Session, place: Place) -> None:
    """Makes this transaction the only one that writes documents of the place, there or not, until it ends.

    On SQLite `writing` has that lock already.
    """
    if database.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(bytes.fromhex(place.key[:8]), "big", signed=True)
        database.execute(select(func.pg_advisory_xact_lock(WRITERS_LOCK, number)))


def find_document(database: Session, address: Address) -> Document | None:
    """The document at this very address; one with a registration is not the one without."""
    return database.get(Document, address.key)


def save_document(database: Session, address: Address, sent: Content, now: datetime) -> None:
    """Keeps the content in place of what was there, if anything; call after `lock_place`."""
    document = find_document(database, address) or _new(database, address)
    document.content_type, document.content = sent.content_type, sent.content
    document.etag = hashlib.sha1(sent.content, usedforsecurity=False).hexdigest()
    document.updated = now


def list_documents(
    database: Session, place: Place, registration: UUID | None, since: datetime | None
) -> tuple[Sequence[str], datetime | None]:
    """Ids of the documents of a place, oldest first, and when the newest changed.

    Of all registrations when none is named; only what changed after `since`.
    """
    query = select(Document.name, func.max(Document.updated)).where(Document.place == place.key)
    if registration is not None:
        query = query.where(Document.registration == registration)
    if since is not None:
        query = query.where(Document.updated > since)
    newest = func.max(Document.updated)
    found = database.execute(query.group_by(Document.name).order_by(newest, Document.name)).all()
    return [name for name, _updated in found], found[-1][1] if found else None


def delete_documents(database: Session, place: Place, registration: UUID | None) -> None:
    """Deletes all of a place, or those of one registration when it is named; call after `lock_place`."""
    command = delete(Document).where(Document.place == place.key)
    if registration is not None:
        command = command.where(Document.registration == registration)
    database.execute(command)


def erase_documents_of(database: Session, agent: str) -> int:
    """Erases every State and Agent Profile document of the agent with this index key; answers how many."""
    erased = cast("CursorResult[Any]", database.execute(delete(Document).where(Document.agent == agent)))
    return erased.rowcount


def _new(database: Session, address: Address) -> Document:
    place = address.place
    document = Document(
        key=address.key,
        place=place.key,
        resource=place.resource,
        activity=place.activity,
        agent=place.agent,
        registration=address.registration,
        name=address.name,
    )
    database.add(document)
    return document


def _hash(*parts: str | None) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
