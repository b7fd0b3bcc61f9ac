"""Launches under way: made when somebody clicks, used up by the tool's authentication request."""

import secrets
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Launch:
    """What the practice LMS remembers between the click and the authentication request."""

    user_id: str
    client_id: str
    deployment_id: str
    message_type: str
    target_link_uri: str
    document_target: str
    made_at: datetime
    link_id: str | None = None
    forgery: str | None = None
    return_ticket: str | None = None
    # What a deep linking request asks for otherwise than usual; a member that is None is left out.
    settings: Mapping[str, object] = field(default_factory=dict)
    # Submission review: whose, in which column.
    reviewed_user_id: str | None = None
    column_id: str | None = None
    id: str = ""

    @property
    def opaque_data(self) -> str:
        """The `data` of a deep linking request, with characters that a careless tool would re-encode."""
        return f"{self.return_ticket};à=1&b"


class PendingLaunches:
    """Single use: `take` forgets the launch it gives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._launches: dict[str, Launch] = {}

    def add(self, launch: Launch, lifetime: timedelta) -> Launch:
        named = replace(launch, id=secrets.token_hex(16))
        with self._lock:
            oldest = launch.made_at - lifetime
            self._launches = {key: old for key, old in self._launches.items() if old.made_at > oldest}
            self._launches[named.id] = named
        return named

    def take(self, launch_id: str, now: datetime, lifetime: timedelta) -> Launch | None:
        with self._lock:
            launch = self._launches.pop(launch_id, None)
        if launch is None or launch.made_at + lifetime < now:
            return None
        return launch


@dataclass(frozen=True)
class AnsweredLaunch:
    """An authentication response already given, kept so that forgeries can replay or mix it."""

    client_id: str
    state: str
    id_token: str


class AnsweredLaunches:
    """The last few answers, newest last; only a forgery ever reads them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: deque[AnsweredLaunch] = deque(maxlen=20)

    def add(self, answer: AnsweredLaunch) -> None:
        with self._lock:
            self._answers.append(answer)

    def latest(self, client_id: str) -> AnsweredLaunch | None:
        with self._lock:
            mine = [answer for answer in self._answers if answer.client_id == client_id]
        return mine[-1] if mine else None


class AwaitedReturns:
    """Deep linking requests signed and not yet answered; each ticket and each nonce counts once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._launches: dict[str, Launch] = {}
        self._nonces: deque[str] = deque(maxlen=1000)

    def add(self, launch: Launch) -> None:
        with self._lock:
            self._launches[launch.return_ticket or ""] = launch

    def take(self, ticket: str) -> Launch | None:
        with self._lock:
            return self._launches.pop(ticket, None)

    def first_time(self, nonce: str) -> bool:
        with self._lock:
            fresh = nonce not in self._nonces
            self._nonces.append(nonce)
        return fresh
