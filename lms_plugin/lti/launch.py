"""A launch from the posted form to a person at an activity: the eighteen checks, in order (docs/lti.md).

In three steps because of the database. `verify` asks one question, and may have to fetch the LMS's keys, with
no transaction open; `admit` needs no database; `use_up` writes, and is all that must happen inside `writing`
before the visit begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lms_plugin.lti import claims as names
from lms_plugin.lti import errors
from lms_plugin.lti.deployments import active_deployment, named_deployment
from lms_plugin.lti.envelope import Claims, Envelope, key_id
from lms_plugin.lti.families.choosing import family_of
from lms_plugin.lti.fingerprints import fingerprint, same
from lms_plugin.lti.jwks import signed_by
from lms_plugin.lti.key_sets import KeySets
from lms_plugin.lti.known import Known, KnownPlatform, Question, recall
from lms_plugin.lti.launch_report import OPENED, LaunchReport
from lms_plugin.lti.login import require_active
from lms_plugin.lti.login_state import Login
from lms_plugin.lti.message import Message, MessageKind, check_kind, read_message
from lms_plugin.lti.reading import plain_identifier
from lms_plugin.lti.returning import return_url
from lms_plugin.lti.role_overrides import Overrides, overrides_for
from lms_plugin.lti.roles import part_of, reads_records
from lms_plugin.lti.targets import Target, TargetKind, Targets
from lms_plugin.lti.token_checks import check_audience, check_nonce, check_times, skew
from lms_plugin.lti.upserts import insert_if_absent
from lms_plugin.people.role import COURSE_STAFF, Role

COOKIE, STORAGE = "cookie", "storage"
FOR_ADMINISTRATORS = frozenset({TargetKind.SECRETARIAT, TargetKind.SELF_TEST})


@dataclass(frozen=True, slots=True)
class BrowserProof:
    """What the browser brings to be known as the one that began: kept in which way, and the secret itself."""

    kept_in: str
    secret: str = field(repr=False)


@dataclass(slots=True)
class Attempt:
    """What is known of a launch so far; of a refused one this is what may be logged, shown and reported."""

    issuer: str | None = None
    client_id: str | None = None
    deployment_id: str | None = None
    kid: str | None = None
    message_type: str | None = None
    skew_seconds: int | None = None
    binding: str = ""
    return_url: str = ""
    platform: KnownPlatform | None = None

    def is_from(self, platform: KnownPlatform) -> None:
        """From now on we know which registration this is about."""
        self.platform, self.issuer, self.client_id = platform, platform.issuer, platform.client_id

    def reported(self) -> dict[str, Any]:
        """What a `LaunchReport` keeps of it; the claimed names only where no registration has them."""
        unknown = self.platform is None
        return {
            "platform_id": self.platform.id if self.platform else None,
            "issuer": (self.issuer or "")[:500] if unknown else "",
            "client_id": (self.client_id or "")[:255] if unknown else "",
            "deployment_id": self.deployment_id or "",
            "message_type": self.message_type or "",
            "kid": self.kid or "",
            "skew_seconds": self.skew_seconds,
            "binding": self.binding,
        }


@dataclass(frozen=True, slots=True)
class Verified:
    """A message signed by the LMS, for us, now, in answer to this login."""

    login: Login
    known: Known
    claims: Claims


@dataclass(frozen=True, slots=True)
class Launch:
    """A valid launch: who, as what, to which activity, from where; `known` is what we knew of them before."""

    platform: KnownPlatform
    deployment_id: UUID
    message: Message
    target: Target
    role: Role
    known: Known = field(repr=False)
    reads_records: bool = False


def verify(
    database: Session,
    envelope: Envelope,
    login: Login,
    proof: BrowserProof,
    key_sets: KeySets,
    attempt: Attempt,
    now: datetime,
) -> Verified:
    """Checks 2 to 11 after the state was opened, all but the using up. Raises one of `errors`."""
    known = _fresh(database, envelope, login, attempt)
    if not same(proof.secret, login.browser_secret):
        raise errors.StateNotBound
    attempt.binding = proof.kept_in
    _check_message(database, envelope, login, known.platform, key_sets, attempt, now)
    return Verified(login, known, envelope.claims)


def require_genuine(
    database: Session, envelope: Envelope, login: Login, key_sets: KeySets, attempt: Attempt, now: datetime
) -> None:
    """The same checks but the third, for a message that waits until its browser is known (`parking`).

    Gives nothing back, so that nothing can be opened with it. Raises one of `errors`.
    """
    known = _fresh(database, envelope, login, attempt)
    _check_message(database, envelope, login, known.platform, key_sets, attempt, now)


def _fresh(database: Session, envelope: Envelope, login: Login, attempt: Attempt) -> Known:
    known = _recall(database, envelope, login)
    attempt.is_from(known.platform)
    if known.is_used_up:
        raise errors.StateReplayed
    return known


def _check_message(
    database: Session,
    envelope: Envelope,
    login: Login,
    platform: KnownPlatform,
    key_sets: KeySets,
    attempt: Attempt,
    now: datetime,
) -> None:
    """Checks 4 to 11, all but the using up."""
    attempt.kid = key_id(envelope.header)
    if envelope.claims.get("iss") != platform.issuer:
        raise errors.IssuerMismatch
    require_active(platform)
    key = key_sets.find(database, platform.jwks_url, attempt.kid, now)
    if not signed_by(key, envelope.signed, envelope.signature):
        raise errors.BadSignature
    # From here on the LMS itself says it: the administrators of that deployment may read what became of it.
    attempt.deployment_id = plain_identifier(envelope.claims.get(names.DEPLOYMENT_ID))
    attempt.skew_seconds = skew(envelope.claims, now)
    check_audience(envelope.claims, platform.client_id)
    check_times(envelope.claims, now)
    check_nonce(envelope.claims, login.nonce)


def _recall(database: Session, envelope: Envelope, login: Login) -> Known:
    """Asked before the message is verified, to ask once: it only reads, by values of the right type."""
    claims = envelope.claims
    question = Question(
        state_hash=fingerprint(login.state),
        deployment_id=plain_identifier(claims.get(names.DEPLOYMENT_ID)),
        context_id=plain_identifier(_inner(claims, names.CONTEXT)),
        link_id=plain_identifier(_inner(claims, names.RESOURCE_LINK)),
        subject=plain_identifier(claims.get("sub")),
    )
    known = recall(database, login.platform_id, question)
    if known is None:  # the registration was deleted meanwhile
        raise errors.StateUnknown
    return known


def _inner(claims: Claims, name: str) -> Any:
    member = claims.get(name)
    return member.get("id") if isinstance(member, dict) else None


def admit(database: Session, verified: Verified, targets: Targets, attempt: Attempt) -> Launch:
    """Checks 12 to 18. Raises one of `errors`; the login must be used up even then."""
    claims, login, known = verified.claims, verified.login, verified.known
    attempt.return_url = return_url(claims)
    attempt.message_type = check_kind(claims)
    attempt.deployment_id = named_deployment(claims, login)
    deployment_id = active_deployment(database, known)
    family = family_of(known.platform.product_family, known.platform.jwks_url)
    message = read_message(claims, login, targets, family)
    settings = message.deep_linking
    if settings and not targets.takes_answers(known.platform, message.product_family, settings.return_url):
        raise errors.ReturnUrlForeign
    # Who has no overrides is not asked for them: nearly nobody has.
    overrides = overrides_for(database, known.platform.id, deployment_id) if known.has_role_overrides else {}
    role = _authorised(message, overrides)
    records = reads_records(message.roles, overrides)
    return Launch(known.platform, deployment_id, message, _settled(message, targets), role, known, records)


def _authorised(message: Message, overrides: Overrides) -> Role:
    """Check 18: picking and reviewing are for those who teach or administer, the secretariat's pages and
    the self-test for administrators; all others for everybody."""
    role = part_of(message.roles, overrides)
    if message.kind is not MessageKind.RESOURCE_LINK:
        if role not in COURSE_STAFF:
            raise errors.ForbiddenRole(message.kind)
        return role
    if message.target.kind not in FOR_ADMINISTRATORS:
        return role
    if not reads_records(message.roles, overrides):
        raise errors.ForbiddenRole
    return Role.LMS_ADMINISTRATOR


def _settled(message: Message, targets: Targets) -> Target:
    match message.kind:
        case MessageKind.DEEP_LINKING:
            return Target(TargetKind.PICKER)
        case MessageKind.SUBMISSION_REVIEW:
            return Target(TargetKind.SUBMISSION)
        case _:
            return targets.settle(message.target, message.custom)


def use_up(
    database: Session, login: Login, report: Mapping[str, Any], now: datetime, code: str = OPENED
) -> None:
    """Check 11, its second half: of any number of equal messages one gets through; call inside `writing`.

    `report` is what `reported` says of the attempt. Raises NonceReplayed.
    """
    row = report_row(login, report, now, code)
    key = {"state_hash": row["state_hash"]}
    if not insert_if_absent(database, LaunchReport, key, row):
        raise errors.NonceReplayed


def report_row(login: Login, report: Mapping[str, Any], now: datetime, code: str = OPENED) -> dict[str, Any]:
    """The row by which this login is used up."""
    return {**report, "state_hash": fingerprint(login.state), "at": now, "code": code}
