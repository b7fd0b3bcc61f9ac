"""What the protocol must remember between two messages: login states, keys, fetched JWKS, access tokens."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms_plugin.lti.platform import Platform
from lms_plugin.storage import Base, Instant


class LoginState(Base):
    """One login initiation, answered at most once; state, nonce and browser secret are kept as hashes."""

    __tablename__ = "login_states"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("platforms.id"))
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce_hash: Mapped[str] = mapped_column(String(64))
    browser_hash: Mapped[str] = mapped_column(String(64))
    target_link_uri: Mapped[str] = mapped_column(Text)
    login_hint: Mapped[str] = mapped_column(Text)
    message_hint: Mapped[str | None] = mapped_column(Text)
    deployment_hint: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    consumed_at: Mapped[datetime | None] = mapped_column(Instant)
    platform: Mapped[Platform] = relationship()


class ToolKey(Base):
    """One of our own RSA keys, its private half encrypted under the application secret."""

    __tablename__ = "tool_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_pem: Mapped[bytes] = mapped_column(LargeBinary)
    public_jwk: Mapped[str] = mapped_column(Text)
    # True for the one key that signs; null for those still published: null never collides with null.
    active: Mapped[bool | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


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
