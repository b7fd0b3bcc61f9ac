"""Messages that wait until the LMS's storage has told which browser began them (platform storage, tier 2).

Parked is what the LMS had the browser post, unopened: when its browser has shown itself, it goes through all
the checks from the first again, so that there is one way in and not two (docs/decisions, "Platform storage").
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms_plugin.lti.errors import NoLongerWaiting
from lms_plugin.lti.fingerprints import fingerprint
from lms_plugin.lti.sealing import SealBroken, Sealer
from lms_plugin.storage import Base, Instant

LIFETIME = timedelta(minutes=2)
PURPOSE = "parked launches"


class ParkedLaunch(Base):
    """One message that waits; sealed, because it holds somebody's name."""

    __tablename__ = "parked_launches"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    ticket_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state_hash: Mapped[str] = mapped_column(String(64), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


@dataclass(frozen=True, slots=True)
class Parking:
    """Parks and takes out under the application's secret."""

    secret_key: str = field(repr=False)

    def park(self, database: Session, form: Mapping[str, str], now: datetime) -> str:
        """Keeps the form for two minutes and gives its ticket; call inside `writing`.

        The same login parks one message: coming again takes the place of the one before.
        """
        ticket, state_hash = secrets.token_urlsafe(32), fingerprint(form["state"])
        content = json.dumps({name: form[name] for name in ("id_token", "state")})
        purge_parked(database, now)
        database.execute(delete(ParkedLaunch).where(ParkedLaunch.state_hash == state_hash))
        database.add(
            ParkedLaunch(
                ticket_hash=fingerprint(ticket),
                state_hash=state_hash,
                sealed=self._sealer().seal(content.encode()),
                expires_at=now + LIFETIME,
            )
        )
        return ticket

    def take(self, database: Session, ticket: str, now: datetime) -> Mapping[str, str]:
        """The form of this ticket, which is used up whatever comes of it; call inside `writing`.

        Raises NoLongerWaiting.
        """
        mine = ParkedLaunch.ticket_hash == fingerprint(ticket)
        found = database.execute(
            select(ParkedLaunch.sealed, ParkedLaunch.expires_at).where(mine).with_for_update()
        ).first()
        if found is None:
            raise NoLongerWaiting
        database.execute(delete(ParkedLaunch).where(mine))
        return cast("Mapping[str, str]", json.loads(self._opened(found.sealed, found.expires_at, now)))

    def _opened(self, sealed: bytes, expires_at: datetime, now: datetime) -> bytes:
        if now >= expires_at:
            raise NoLongerWaiting
        try:
            return self._sealer().unseal(sealed)
        except SealBroken as error:  # the application's secret was changed meanwhile
            raise NoLongerWaiting from error

    def _sealer(self) -> Sealer:
        return Sealer(self.secret_key, PURPOSE)


def purge_parked(database: Session, now: datetime) -> None:
    """Forgets what waited too long; call inside `writing`."""
    database.execute(delete(ParkedLaunch).where(ParkedLaunch.expires_at <= now))
