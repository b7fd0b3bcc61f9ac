"""A person who learns or teaches, known by the account that their LMS vouches for."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class Learner(Base):
    """The xAPI account is (issuer, `sub`); name and e-mail are there only if the LMS shares them."""

    __tablename__ = "learners"
    __table_args__ = (UniqueConstraint("home_page", "account_name"), Index(None, "created_at", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    home_page: Mapped[str] = mapped_column(String(500))
    account_name: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    # Runs (programme: registration) begun when registrations were still named after the account. Whoever came
    # later has none here: theirs are named after `id`, which says nothing about the person (decision 0011).
    registrations: Mapped[dict[str, str] | None] = mapped_column(JSON)
    # The LMS an erased learner came from: their account is a pseudonym at our own address by then.
    came_from: Mapped[str | None] = mapped_column(String(500))
