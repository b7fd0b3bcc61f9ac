"""What became of each launch: the log that administrators read, and the proof that no state is used twice."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms_plugin.storage import Base, Instant

OPENED = ""
KEPT = timedelta(days=30)
MOST_UNUSED = 50_000


class LaunchReport(Base):
    """One launch that came to us; never names, never a token.

    `code` is empty for a launch that opened its activity, else the refusal's. `state_hash` is there once the
    login was used up, by whatever outcome: unique, so of any number of equal messages one is taken.
    """

    __tablename__ = "launch_reports"
    __table_args__ = (Index(None, "platform_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    state_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    platform_id: Mapped[UUID | None] = mapped_column(ForeignKey("platforms.id", ondelete="CASCADE"))
    # As the LMS claimed them; issuer and client id only where no registration has them.
    issuer: Mapped[str] = mapped_column(String(500), default="")
    client_id: Mapped[str] = mapped_column(String(255), default="")
    deployment_id: Mapped[str] = mapped_column(String(255), default="")
    message_type: Mapped[str] = mapped_column(String(60), default="")
    code: Mapped[str] = mapped_column(String(40), default=OPENED)
    # The parameter or claim that was wrong, never what it held.
    detail: Mapped[str] = mapped_column(String(200), default="")
    kid: Mapped[str] = mapped_column(String(255), default="")
    # How far the LMS's clock was ahead of ours when the message arrived; network and typing included.
    skew_seconds: Mapped[int | None]
    # How the browser proved to be the one that began: cookie, storage; empty when it did not.
    binding: Mapped[str] = mapped_column(String(10), default="")
    framed: Mapped[bool | None]
    request_id: Mapped[str] = mapped_column(String(64), default="")


def purge_launch_reports(database: Session, now: datetime, most_unused: int = MOST_UNUSED) -> None:
    """Forgets what is older than thirty days, which no state outlives; call inside `writing`.

    Of refusals that used no login up, which strangers can bring about day and night, the newest stay.
    """
    database.execute(delete(LaunchReport).where(LaunchReport.at <= now - KEPT))
    unused = LaunchReport.state_hash.is_(None)
    newest_first = select(LaunchReport.at).where(unused).order_by(LaunchReport.at.desc())
    last = database.scalar(newest_first.offset(most_unused).limit(1))
    if last is not None:
        database.execute(delete(LaunchReport).where(unused, LaunchReport.at <= last))
