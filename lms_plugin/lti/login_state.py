"""The state of a login: all that we must know again when the LMS answers, sealed into the value itself.

Nothing is stored at login, so a flood of logins fills no table and nobody waits for a lock. That each state
is used once is the launch report's unique column (`launch_report`). Nonce and browser secret are derived from
the state under our key: whoever knows the state cannot make them (docs/decisions, "Sealed login states").
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms_plugin.lti.errors import StateExpired, StateUnknown
from lms_plugin.lti.sealing import derived_key

LIFETIME = timedelta(minutes=10)
VERSION = 2
PURPOSE = "login states"
# version, platform, seconds since 1970, random, digest of the target, digest of the deployment hint; behind
# it the name of the LMS's frame that keeps the browser secret, when that was asked to
LAYOUT = struct.Struct(">B16sQ16s16s16s")
LONGEST_FRAME = 48
DIGEST_BYTES = MAC_BYTES = RANDOM_BYTES = 16
NO_HINT = bytes(DIGEST_BYTES)


@dataclass(frozen=True, slots=True)
class Login:
    """One login under way; `nonce` is what the LMS must repeat, `browser_secret` what the browser keeps."""

    state: str
    platform_id: UUID
    began_at: datetime
    nonce: str = field(repr=False)
    browser_secret: str = field(repr=False)
    target_digest: bytes
    hint_digest: bytes = NO_HINT
    # The frame of the LMS that was given the browser secret to keep; empty when a cookie must come back.
    storage_frame: str = ""

    def is_about(self, target_link_uri: str) -> bool:
        """Whether the login was for this very address."""
        return hmac.compare_digest(digest(target_link_uri), self.target_digest)

    def allows_deployment(self, deployment_id: str) -> bool:
        """Whether the login named this deployment, or none."""
        return self.hint_digest in {NO_HINT, digest(deployment_id)}


@dataclass(frozen=True, slots=True)
class LoginStates:
    """Makes and opens states under the application's secret."""

    secret_key: str = field(repr=False)

    def begin(
        self,
        platform_id: UUID,
        target_link_uri: str,
        hint: str | None,
        now: datetime,
        storage_frame: str = "",
    ) -> Login:
        """A new login of this registration for this target; `hint` is the deployment that the LMS named."""
        target, hinted = digest(target_link_uri), NO_HINT if hint is None else digest(hint)
        chance = secrets.token_bytes(RANDOM_BYTES)
        content = LAYOUT.pack(VERSION, platform_id.bytes, int(now.timestamp()), chance, target, hinted)
        content += storage_frame.encode("ascii")
        return self._login(_text(content + self._mac(content)), content)

    def open(self, state: str, now: datetime) -> Login:
        """The login of a state (check 2); raises StateUnknown, StateExpired."""
        content = _bytes(state)
        sealed, mac = content[:-MAC_BYTES], content[-MAC_BYTES:]
        if not hmac.compare_digest(self._mac(sealed), mac) or sealed[:1] != bytes([VERSION]):
            raise StateUnknown
        login = self._login(state, sealed)
        if now >= login.began_at + LIFETIME:
            raise StateExpired
        return login

    def _login(self, state: str, sealed: bytes) -> Login:
        _version, platform, seconds, _chance, target, hint = LAYOUT.unpack_from(sealed)
        return Login(
            state=state,
            platform_id=UUID(bytes=platform),
            began_at=datetime.fromtimestamp(seconds, UTC),
            nonce=self._derived("nonce", state),
            browser_secret=self._derived("browser", state),
            target_digest=target,
            hint_digest=hint,
            storage_frame=sealed[LAYOUT.size :].decode("ascii"),
        )

    def _mac(self, content: bytes) -> bytes:
        return self._keyed(b"state " + content)[:MAC_BYTES]

    def _derived(self, what: str, state: str) -> str:
        return _text(self._keyed(f"{what} {state}".encode()))

    def _keyed(self, message: bytes) -> bytes:
        return hmac.digest(derived_key(self.secret_key, PURPOSE), message, "sha256")


def digest(value: str) -> bytes:
    """Enough of a hash to tell two values apart."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(state: str) -> bytes:
    try:
        content = base64.urlsafe_b64decode(state + "=" * (-len(state) % 4))
    except (binascii.Error, ValueError) as error:
        raise StateUnknown from error
    # One content has one spelling, or a used state could come again in another.
    if _text(content) != state:
        raise StateUnknown
    return content
