"""A launch from the posted form to a person at an activity: the eighteen checks, in order (docs/lti.md).

In three steps because of the database. `verify` may have to fetch the LMS's keys, with no transaction open;
`admit` only reads; `use_up` writes, and is all that must happen inside `writing` before the visit begins.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from lms_plugin.lti import errors
from lms_plugin.lti.deployments import active_deployment, named_deployment
from lms_plugin.lti.envelope import Claims, key_id, open_envelope
from lms_plugin.lti.fingerprints import fingerprint, matches
from lms_plugin.lti.jwks import signed_by
from lms_plugin.lti.key_sets import KeySets
from lms_plugin.lti.known import LOGINS, KnownLogin, KnownPlatform, login_of
from lms_plugin.lti.login import require_active
from lms_plugin.lti.message import Message, check_kind, read_message
from lms_plugin.lti.roles import part_of, reads_records
from lms_plugin.lti.targets import Target, TargetKind, Targets
from lms_plugin.lti.token_checks import check_audience, check_nonce, check_times
from lms_plugin.people.role import Role

# From the state, what the browser keeps for it; empty when it brought nothing back.
BrowserSecret = Callable[[str], str]
USE_UP = (
    update(LOGINS)
    .where(LOGINS.c.id == bindparam("login_id"), LOGINS.c.consumed_at.is_(None))
    .where(LOGINS.c.expires_at > bindparam("moment"))
    .values(consumed_at=bindparam("moment"))
)


@dataclass(slots=True)
class Attempt:
    """What is known of a launch so far; of a refused one this is what may be logged and shown."""

    issuer: str | None = None
    client_id: str | None = None
    deployment_id: str | None = None
    kid: str | None = None
    platform: KnownPlatform | None = None
    login: KnownLogin | None = None

    def is_from(self, platform: KnownPlatform) -> None:
        """From now on we know which registration this is about."""
        self.platform, self.issuer, self.client_id = platform, platform.issuer, platform.client_id


@dataclass(frozen=True, slots=True)
class Verified:
    """A message signed by the LMS, for us, now, in answer to this login."""

    login: KnownLogin
    claims: Claims


@dataclass(frozen=True, slots=True)
class Launch:
    """A valid launch: who, as what, to which activity, from where."""

    platform: KnownPlatform
    deployment_id: UUID
    message: Message
    target: Target
    role: Role


def verify(
    database: Session,
    form: Mapping[str, str],
    browser_secret: BrowserSecret,
    key_sets: KeySets,
    attempt: Attempt,
    now: datetime,
) -> Verified:
    """Checks 1 to 11, all but the using up. Raises one of `errors`."""
    envelope = open_envelope(form)
    attempt.login = login = find_login(database, envelope.state, now)
    platform = login.platform
    attempt.is_from(platform)
    if not matches(browser_secret(envelope.state), login.browser_hash):
        raise errors.StateNotBound
    attempt.kid = key_id(envelope.header)
    if envelope.claims.get("iss") != platform.issuer:
        raise errors.IssuerMismatch
    require_active(platform)
    key = key_sets.find(database, platform.jwks_url, attempt.kid, now)
    if not signed_by(key, envelope.signed, envelope.signature):
        raise errors.BadSignature
    check_audience(envelope.claims, platform.client_id)
    check_times(envelope.claims, now)
    check_nonce(envelope.claims, login.nonce_hash)
    return Verified(login, envelope.claims)


def find_login(database: Session, state: str, now: datetime) -> KnownLogin:
    """Check 2; raises StateUnknown, StateReplayed, StateExpired."""
    login = login_of(database, fingerprint(state))
    if login is None:
        raise errors.StateUnknown
    if login.consumed_at is not None:
        raise errors.StateReplayed
    if now >= login.expires_at:
        raise errors.StateExpired
    return login


def admit(database: Session, verified: Verified, targets: Targets, attempt: Attempt) -> Launch:
    """Checks 12 to 18. Raises one of `errors`; the login must be used up even then."""
    claims, login = verified.claims, verified.login
    check_kind(claims)
    attempt.deployment_id = named_deployment(claims, login.deployment_hint)
    deployment_id = active_deployment(database, login.platform, attempt.deployment_id)
    message = read_message(claims, login.target_link_uri, targets)
    role = _authorised(message)
    target = targets.settle(message.target, message.custom)
    return Launch(login.platform, deployment_id, message, target, role)


def _authorised(message: Message) -> Role:
    """Check 18: the secretariat's pages are for administrators; all others for everybody."""
    if message.target.kind is not TargetKind.SECRETARIAT:
        return part_of(message.roles)
    if not reads_records(message.roles):
        raise errors.ForbiddenRole
    return Role.LMS_ADMINISTRATOR


def use_up(database: Session, login: KnownLogin, now: datetime) -> None:
    """Check 11, its second half: of any number of equal messages one gets through; call inside `writing`.

    Raises NonceReplayed.
    """
    used = database.connection().execute(USE_UP, {"login_id": login.id, "moment": now})
    if used.rowcount != 1:
        raise errors.NonceReplayed
