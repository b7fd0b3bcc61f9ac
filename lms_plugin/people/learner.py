"""A person who learns or teaches, known by the account that their LMS vouches for."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms_plugin.storage import Base, Instant


class Learner(Base):
    """The xAPI account is (issuer, `sub`); name and e-mail are there only if the LMS shares them."""

    __tablename__ = "learners"
    __table_args__ = (UniqueConstraint("home_page", "account_name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    home_page: Mapped[str] = mapped_column(String(500))
    account_name: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
