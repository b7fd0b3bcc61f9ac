"""What is kept of sealed days: the days, their leaves and nodes, the keys that signed, persons' secrets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Date, Index, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class ProofKey(Base):
    """A key that signs days and packs; its public half is kept and published for ever.

    The private half is sealed under the application secret and destroyed when the next key takes over.
    """

    __tablename__ = "proof_keys"
    __table_args__ = (
        Index(
            "uq_proof_keys_one_signs",
            "signs",
            unique=True,
            sqlite_where=text("signs"),
            postgresql_where=text("signs"),
        ),
    )

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_pem: Mapped[bytes] = mapped_column(LargeBinary)  # empty once it signs no more
    public_jwk: Mapped[str] = mapped_column(Text)
    signs: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)


class ProofDay(Base):
    """One sealed day (UTC). `header` is canonical JSON, the payload of `signature` (a compact JWS)."""

    __tablename__ = "proof_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)  # from 1, without a gap
    leaves: Mapped[int]
    header: Mapped[str] = mapped_column(Text)
    header_hash: Mapped[str] = mapped_column(String(64))  # what the next day's header calls `previous`
    signature: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime] = mapped_column(Instant)
    time_stamp: Mapped[bytes | None] = mapped_column(LargeBinary)  # RFC 3161 token of `header`


class ProofLeaf(Base):
    """The place of a record in the tree of a day. A day that is still being filled has no ProofDay yet."""

    __tablename__ = "proof_leaves"
    __table_args__ = (Index("uq_proof_leaves_record", "kind", "record_id", unique=True),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # evidence | learner | statement | erasure
    record_id: Mapped[UUID]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class ProofNode(Base):
    """An inner node; kept at every eighth level only, so that a path reads few rows and few are kept."""

    __tablename__ = "proof_nodes"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class PersonSecret(Base):
    """What the commitments to one agent's identity are made with; deleted when the person is erased.

    `person` is the hash of the agent's index key, `sealed` the secret under the application secret.
    """

    __tablename__ = "person_secrets"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class KeptForm(Base):
    """The sealed form of a record from which a person was erased: what its leaf is the hash of."""

    __tablename__ = "kept_forms"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(Text)  # canonical JSON
    erasure_id: Mapped[UUID]


class Erasure(Base):
    """That a person was erased: when, by whom, why, what was touched; never who it was."""

    __tablename__ = "erasures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    erased_by: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
