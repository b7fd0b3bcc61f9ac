"""What an LMS asked for with a deep linking request, kept until it is answered: never in a form field."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms_plugin.storage import Base, Instant
from lms_plugin.web.visit_table import Visit


class PickingRequest(Base):
    """One request and the one visit that may answer it, once."""

    __tablename__ = "picking_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), unique=True)
    return_url: Mapped[str] = mapped_column(Text)
    takes_links: Mapped[bool] = mapped_column()
    targets: Mapped[list[str]] = mapped_column(JSON)
    accept_multiple: Mapped[bool] = mapped_column()
    accept_line_item: Mapped[bool] = mapped_column()
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # The LMS's `data` as JSON in ASCII, so that no database refuses or changes a character; null for none.
    data: Mapped[str | None] = mapped_column(Text)
    product_family: Mapped[str] = mapped_column(String(50))
    offers_records: Mapped[bool] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    visit: Mapped[Visit] = relationship()
