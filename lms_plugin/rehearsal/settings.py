"""What one practice LMS is started with."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class LmsSettings:
    """Addresses carry no trailing slash; `state_file` None keeps everything in memory only."""

    url: str = "http://localhost:8001"
    tool_url: str = "http://localhost:8000"
    client_id: str = "practice-lms"
    deployment_ids: tuple[str, ...] = ("1",)
    state_file: Path | None = None
    profile: str = "strict"
    locale: str = "it"
    token_lifetime_seconds: int = 60
    hint_lifetime_seconds: int = 600
    page_size: int = 100

    def __post_init__(self) -> None:
        for address in (self.url, self.tool_url):
            parts = urlsplit(address)
            if parts.scheme not in {"http", "https"} or not parts.netloc or address.endswith("/"):
                raise ValueError(f"an address must be http(s), without trailing slash: {address!r}")
        if not self.deployment_ids:
            raise ValueError("at least one deployment id is needed")
