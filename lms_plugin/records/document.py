"""Documents that clients of the LRS keep: State and the two profiles (1.0.3 Communication 2.2)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class Document(Base):
    """One document; nothing here is proof of anything, so it may change and go.

    `key` and `place` are hashes: three texts of a client's choice are longer than an index entry may be.
    """

    __tablename__ = "documents"
    __table_args__ = (Index(None, "place", "updated"),)

    # Its whole address: place, registration and name.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    # What it is about: resource, activity and agent.
    place: Mapped[str] = mapped_column(String(64))
    # "state", "activity_profile" or "agent_profile".
    resource: Mapped[str] = mapped_column(String(20))
    activity: Mapped[str | None] = mapped_column(Text)
    # The agent's index key (`statement_index.agent_key`): whoever erases a person looks here.
    agent: Mapped[str | None] = mapped_column(String(1000), index=True)
    registration: Mapped[UUID | None]
    # stateId or profileId.
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    # SHA-1 of the content, as 1.0.3 wants its entity tags.
    etag: Mapped[str] = mapped_column(String(40))
    updated: Mapped[datetime] = mapped_column(Instant)
