"""A launch from the posted form to a person at an activity: the eighteen checks, in order (docs/lti.md).

Read in two halves because of the database: `verify` only reads, and may fetch the LMS's keys with no
transaction open; `admit` writes, and runs inside the caller's `writing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, Table, bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from lms_plugin.lti import errors
from lms_plugin.lti.deployments import active_deployment, named_deployment
from lms_plugin.lti.envelope import Claims, key_id, open_envelope
from lms_plugin.lti.fingerprints import fingerprint, matches
from lms_plugin.lti.jwks import signed_by
from lms_plugin.lti.key_sets import KeySets
from lms_plugin.lti.message import Message, check_kind, read_message
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.protocol_state import LoginState
from lms_plugin.lti.roles import part_of, reads_records
from lms_plugin.lti.targets import Target, TargetKind, Targets
from lms_plugin.lti.token_checks import check_audience, check_nonce, check_times
from lms_plugin.people.role import Role

# From the state, what the browser keeps for it; empty when it brought nothing back.
BrowserSecret = Callable[[str], str]

LOGINS = cast("Table", LoginState.__table__)
# Statements are built once: building them anew would cost more than running them.
BY_STATE = (
    select(LoginState)
    .where(LoginState.state_hash == bindparam("state_hash"))
    .options(joinedload(LoginState.platform))
    .execution_options(populate_existing=True)
)
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
    platform: Platform | None = None
    login: LoginState | None = None

    def is_from(self, platform: Platform) -> None:
        """From now on we know which registration this is about."""
        self.platform, self.issuer, self.client_id = platform, platform.issuer, platform.client_id


@dataclass(frozen=True, slots=True)
class Launch:
    """A valid launch: who, as what, to which activity, from where."""

    platform: Platform
    deployment: Deployment
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
) -> Claims:
    """Checks 1 to 11, all but the using up; returns the claims, signed and meant for us.

    Leaves no transaction open. Raises one of `errors`.
    """
    envelope = open_envelope(form)
    attempt.login = login = find_login(database, envelope.state, now)
    attempt.is_from(login.platform)
    database.rollback()
    if not matches(browser_secret(envelope.state), login.browser_hash):
        raise errors.StateNotBound
    attempt.kid = key_id(envelope.header)
    if envelope.claims.get("iss") != login.platform.issuer:
        raise errors.IssuerMismatch
    if login.platform.status != "active":
        raise errors.RegistrationSuspended
    key = key_sets.find(database, login.platform.jwks_url, attempt.kid, now)
    if not signed_by(key, envelope.signed, envelope.signature):
        raise errors.BadSignature
    check_audience(envelope.claims, login.platform.client_id)
    check_times(envelope.claims, now)
    check_nonce(envelope.claims, login.nonce_hash)
    return envelope.claims


def find_login(database: Session, state: str, now: datetime) -> LoginState:
    """Check 2; the login detached, so that it can be read after the transaction.

    Raises StateUnknown, StateReplayed, StateExpired.
    """
    login = database.scalar(BY_STATE, {"state_hash": fingerprint(state)})
    if login is None:
        raise errors.StateUnknown
    database.expunge(login)
    database.expunge(login.platform)
    if login.consumed_at is not None:
        raise errors.StateReplayed
    if now >= login.expires_at:
        raise errors.StateExpired
    return login


def use_up(database: Session, attempt: Attempt, now: datetime) -> LoginState:
    """Check 11, its second half: of any number of equal messages one gets through; raises NonceReplayed."""
    login = attempt.login
    if login is None:
        raise errors.StateUnknown
    used = database.execute(USE_UP, {"login_id": login.id, "moment": now})
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise errors.NonceReplayed
    return login


def admit(
    database: Session, claims: Claims, targets: Targets, login: LoginState, attempt: Attempt, now: datetime
) -> Launch:
    """Checks 12 to 18 of verified claims; writes at most a parked deployment. Raises one of `errors`."""
    check_kind(claims)
    attempt.deployment_id = named_deployment(claims, login.deployment_hint)
    deployment = active_deployment(database, login.platform, attempt.deployment_id, now)
    message = read_message(claims, login.target_link_uri, targets)
    role = _authorised(message)
    target = targets.settle(message.target, message.custom)
    return Launch(login.platform, deployment, message, target, role)


def _authorised(message: Message) -> Role:
    """Check 18: the secretariat's pages are for administrators; all others for everybody."""
    if message.target.kind is not TargetKind.SECRETARIAT:
        return part_of(message.roles)
    if not reads_records(message.roles):
        raise errors.ForbiddenRole
    return Role.LMS_ADMINISTRATOR
