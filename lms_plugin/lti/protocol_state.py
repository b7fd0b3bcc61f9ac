"""What the protocol must remember between two messages: keys, fetched JWKS, access tokens."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


def _one_of(status: str) -> Index:
    """An index that lets only one row of a table have this status."""
    condition = text(f"status = '{status}'")
    return Index(
        f"uq_tool_keys_one_{status}", "status",
        unique=True, sqlite_where=condition, postgresql_where=condition,
    )  # fmt: skip


class ToolKey(Base):
    """One of our own RSA keys; its private half is encrypted under the application secret while it signs.

    next (published, not signing yet) → active (signs) → retiring (published only) → deleted (not published).
    """

    __tablename__ = "tool_keys"
    # Whatever processes do at once, one key signs and one is next.
    __table_args__ = (_one_of("next"), _one_of("active"))

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_pem: Mapped[bytes] = mapped_column(LargeBinary)  # empty once it signs no more
    public_jwk: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))  # next | active | retiring | deleted
    created_at: Mapped[datetime] = mapped_column(Instant)
    activated_at: Mapped[datetime | None] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


class FetchedKeySet(Base):
    """The last JWKS of a platform, shared by all processes."""

    __tablename__ = "fetched_key_sets"

    jwks_url: Mapped[str] = mapped_column(String(2000), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    fetched_at: Mapped[datetime] = mapped_column(Instant)
    fresh_until: Mapped[datetime] = mapped_column(Instant)
    attempted_at: Mapped[datetime] = mapped_column(Instant)


class AccessToken(Base):
    """An OAuth 2 token of a platform for a set of scopes, shared by all processes."""

    __tablename__ = "access_tokens"
    __table_args__ = (UniqueConstraint("platform_id", "scopes"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("platforms.id"))
    scopes: Mapped[str] = mapped_column(String(1000))
    token: Mapped[bytes] = mapped_column(LargeBinary)  # encrypted; empty until the first one came
    expires_at: Mapped[datetime] = mapped_column(Instant)
    # Until then somebody is asking the platform; everybody else waits for their answer.
    asked_until: Mapped[datetime] = mapped_column(Instant)
