"""What the local room must be told; times are in the unit their name says."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from webinar_connector.providers.bigbluebutton.checksum import Algorithm

MINIMUM_SECRET = 8


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """`url` is the public address people and the API caller use; the defaults are BigBlueButton's own."""

    secret: str
    url: str
    never_joined_minutes: float = 5
    empty_minutes: float = 1
    heartbeat_seconds: float = 60
    hold_seconds: float = 20
    refresh_seconds: int = 20
    sweep_seconds: float = 1
    delivery_seconds: float = 5
    retry_pauses: tuple[float, ...] = (1, 2, 5, 10, 20, 30, 30, 30, 30, 30, 30)
    stop_seconds: float = 5
    hook_algorithm: Algorithm = "sha1"
    maximum_meetings: int = 200

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("the address of the room must look like http://localhost:8002")
        if len(self.secret) < MINIMUM_SECRET:
            raise ValueError(f"the secret of the room needs at least {MINIMUM_SECRET} characters")
        if not self.hold_seconds < self.heartbeat_seconds:
            raise ValueError("hold_seconds must be shorter than heartbeat_seconds")

    @property
    def base(self) -> str:
        """The public address without a slash at its end."""
        return self.url.rstrip("/")

    def __repr__(self) -> str:
        return f"RoomSettings(url={self.url!r}, secret=…)"
