"""Access tokens in force, and the client assertions already used."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Grant:
    """What one access token may do, and until when."""

    client_id: str
    scopes: tuple[str, ...]
    expires_at: datetime


class TokenDesk:
    """Access tokens in force and assertion ids already seen; forgotten when the process ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grants: dict[str, Grant] = {}
        self._seen: dict[tuple[str, str], datetime] = {}

    def issue(self, grant: Grant, now: datetime) -> str:
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._grants = {key: old for key, old in self._grants.items() if old.expires_at > now}
            self._grants[token] = grant
        return token

    def find(self, token: str, now: datetime) -> Grant | None:
        with self._lock:
            grant = self._grants.get(token)
        return grant if grant is not None and grant.expires_at > now else None

    def revoke_all(self) -> None:
        with self._lock:
            self._grants.clear()

    def first_time(self, client_id: str, jti: str, until: datetime, now: datetime) -> bool:
        with self._lock:
            self._seen = {key: end for key, end in self._seen.items() if end > now}
            if (client_id, jti) in self._seen:
                return False
            self._seen[client_id, jti] = until
            return True
