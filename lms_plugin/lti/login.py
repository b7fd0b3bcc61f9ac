"""Login initiation: what an LMS asks, and where the browser goes with our question (LTI 1.3 §5.1.1.1)."""

import functools
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms_plugin.lti import errors
from lms_plugin.lti.fingerprints import fingerprint
from lms_plugin.lti.known import KnownPlatform, platforms_of
from lms_plugin.lti.login_state import LONGEST_FRAME, Login
from lms_plugin.lti.reading import LONGEST_ID
from lms_plugin.lti.targets import Targets

LONGEST_PARAMETER = 2048
PARENT_FRAME = "_parent"
FRAME_NAME = re.compile(rf"[A-Za-z0-9_.:-]{{1,{LONGEST_FRAME}}}")
PARAMETERS = (
    "iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id",
    "lti_deployment_id", "deployment_id", "lti_storage_target",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """A login initiation, its parameters checked one by one; hints are opaque and go back unchanged."""

    issuer: str
    login_hint: str
    target_link_uri: str
    message_hint: str | None
    client_id: str | None
    deployment_hint: str | None
    # The frame of the LMS that keeps data for us (LTI postMessage Storage); None when it offers none.
    storage_target: str | None = None

    def parameters(self) -> dict[str, str]:
        """The same initiation as parameters, to begin it once more."""
        given = {
            "iss": self.issuer,
            "client_id": self.client_id,
            "login_hint": self.login_hint,
            "target_link_uri": self.target_link_uri,
            "lti_message_hint": self.message_hint,
            "lti_deployment_id": self.deployment_hint,
            "lti_storage_target": self.storage_target,
        }
        return {name: value for name, value in given.items() if value is not None}


def read_login(parameters: Mapping[str, str]) -> LoginRequest:
    """The request; raises LoginMalformed naming the parameter."""
    given = {name: _parameter(parameters, name) for name in PARAMETERS}
    for name in ("iss", "login_hint", "target_link_uri"):
        if not given[name]:
            raise errors.LoginMalformed(f"{name} is missing")
    hint = given["lti_deployment_id"] or given["deployment_id"] or None  # the second is Canvas's name for it
    if hint is not None and len(hint) > LONGEST_ID:
        raise errors.LoginMalformed("the deployment is too long")
    return LoginRequest(
        issuer=given["iss"] or "",
        login_hint=given["login_hint"] or "",
        target_link_uri=given["target_link_uri"] or "",
        message_hint=given["lti_message_hint"],
        client_id=given["client_id"] or None,
        deployment_hint=hint,
        storage_target=_frame(given["lti_storage_target"]),
    )


def _frame(offered: str | None) -> str | None:
    """Empty means the window around us; a name that no frame has is an offer we cannot take."""
    name = PARENT_FRAME if offered == "" else offered
    return name if name and FRAME_NAME.fullmatch(name) else None


def _parameter(parameters: Mapping[str, str], name: str) -> str | None:
    value = parameters.get(name)
    if value is None:
        return None
    # A lone surrogate or NUL cannot be stored; nothing honest contains one.
    if len(value) > LONGEST_PARAMETER or "\x00" in value or value.encode(errors="replace").decode() != value:
        raise errors.LoginMalformed(f"{name} is too long or not text")
    return value


@dataclass(slots=True)
class RecentPlatforms:
    """Registrations that this process saw active a moment ago: a crowd's logins then ask no database.

    The launch asks again, so a registration that was suspended since opens nothing.
    """

    kept_seconds: float = 5.0
    clock: Callable[[], float] = time.monotonic
    _found: dict[tuple[str, str | None], tuple[float, KnownPlatform]] = field(default_factory=dict)

    def find(self, database: Session | Engine, request: LoginRequest) -> KnownPlatform:
        """The registration meant; raises what `find_platform` raises."""
        key = (request.issuer, request.client_id)
        seen_at, platform = self._found.get(key, (-math.inf, None))
        if platform is None or self.clock() - seen_at >= self.kept_seconds:
            platform = find_platform(database, request)
            # Only what is registered is kept, so strangers fill nothing.
            self._found[key] = (self.clock(), platform)
        return platform


def find_platform(database: Session | Engine, request: LoginRequest) -> KnownPlatform:
    """The registration meant; raises PlatformUnknown, PlatformAmbiguous, Registration{Pending,Suspended}."""
    found = platforms_of(database, request.issuer, request.client_id)
    if not found:
        raise errors.PlatformUnknown
    active = [platform for platform in found if platform.status == "active"]
    if len(active) > 1:
        raise errors.PlatformAmbiguous
    # Of those that may not launch, one that waits is the one somebody is trying out just now.
    waiting = [platform for platform in found if platform.status == "pending"]
    chosen = (active or waiting or found)[0]
    require_active(chosen)
    return chosen


def require_active(platform: KnownPlatform) -> None:
    """Raises RegistrationPending or RegistrationSuspended unless the registration may launch."""
    if platform.status == "pending":
        raise errors.RegistrationPending
    if platform.status != "active":
        raise errors.RegistrationSuspended


def check_target(request: LoginRequest, targets: Targets) -> None:
    """Raises TargetLinkUnknown unless the LMS wants one of our own addresses opened."""
    if targets.find(request.target_link_uri) is None:
        raise errors.TargetLinkUnknown


def authentication_request(
    platform: KnownPlatform, login: Login, asked: LoginRequest, redirect_uri: str
) -> str:
    """Where the browser carries our question (OIDC Core §3.1.2.1), keeping a query that was there already."""
    begun = _asking(platform.auth_login_url, platform.client_id, redirect_uri)
    # State and nonce are base64url: there is nothing in them to be quoted.
    question = f"{begun}&login_hint={quote_plus(asked.login_hint)}&state={login.state}&nonce={login.nonce}"
    if asked.message_hint is None:
        return question
    return f"{question}&lti_message_hint={quote_plus(asked.message_hint)}"


@functools.lru_cache(maxsize=256)
def _asking(auth_login_url: str, client_id: str, redirect_uri: str) -> str:
    """What every question to this platform begins with."""
    question = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
    }
    address, _hash, _fragment = auth_login_url.partition("#")
    if "?" not in address:
        return f"{address}?{urlencode(question)}"
    return f"{address}{'' if address.endswith(('?', '&')) else '&'}{urlencode(question)}"


def cookie_name(state: str) -> str:
    """One cookie for each login, so that two tabs do not overwrite each other's."""
    return f"__Host-lti-{fingerprint(state)[:8]}"
