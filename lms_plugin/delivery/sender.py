"""What the worker asks of whoever sends to one kind of target."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.outcome import Outcome


class Sender(Protocol):
    """Sends one payload. Called with no transaction open; must end within the worker's lease."""

    def __call__(
        self, payload: dict[str, Any], database_factory: sessionmaker[Session], now: datetime, /
    ) -> Outcome:
        """What became of it; a sender does not raise for anything the other side does."""
