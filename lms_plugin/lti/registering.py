"""Registers LMSs and their deployments; said twice, it is done once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lms_plugin.errors import Refusal
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.reading import LONGEST_ID, LONGEST_URL

LONGEST_ISSUER = 500


class RegistrationInvalid(Refusal):
    """Something of a registration is missing or wrong; the sentence says what and how to write it."""

    code = "registration_invalid"


@dataclass(frozen=True, slots=True)
class Registration:
    """What the administrators of an LMS and of this tool tell each other (LTI 1.3 §3.1.3)."""

    name: str
    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    jwks_url: str
    token_audience: str | None = None


def register(
    database: Session,
    registration: Registration,
    deployment_ids: Iterable[str],
    public_url: str,
    now: datetime,
) -> tuple[Platform, bool]:
    """The platform, new or brought up to date, and whether anything changed; call inside `writing`.

    Deployments named here become active; others stay as they are. Raises RegistrationInvalid.
    """
    deployments = list(dict.fromkeys(deployment_ids))
    _check(registration, deployments)
    platform = find_registration(database, registration.issuer, registration.client_id)
    changed = platform is None
    if platform is None:
        platform = _new_platform(database, registration, public_url, now)
    changed |= _bring_up_to_date(platform, registration)
    for deployment_id in deployments:
        changed |= accept_deployment(platform, deployment_id, now)
    return platform, changed


def find_registration(database: Session, issuer: str, client_id: str) -> Platform | None:
    """The platform of this issuer and client id."""
    question = select(Platform).where(Platform.issuer == issuer, Platform.client_id == client_id)
    return database.scalar(question.options(selectinload(Platform.deployments)))


def all_registrations(database: Session) -> list[Platform]:
    """Every platform with its deployments, by name."""
    question = select(Platform).options(selectinload(Platform.deployments))
    return list(database.scalars(question.order_by(Platform.name, Platform.client_id)))


def approve(platform: Platform, now: datetime) -> bool:
    """Lets a waiting registration launch; whether that was a change. A suspended one stays suspended."""
    if platform.status != "pending":
        return False
    platform.status, platform.approved_at = "active", now
    return True


def accept_deployment(platform: Platform, deployment_id: str, now: datetime) -> bool:
    """Makes a deployment active, waiting or not yet seen; whether that was a change."""
    _check_id("--deployment-id", deployment_id)
    known = {deployment.deployment_id: deployment for deployment in platform.deployments}
    deployment = known.get(deployment_id)
    if deployment is None:
        platform.deployments.append(Deployment(deployment_id=deployment_id, status="active", created_at=now))
        return True
    changed = deployment.status != "active"
    deployment.status = "active"
    return changed


def _new_platform(database: Session, registration: Registration, public_url: str, now: datetime) -> Platform:
    platform_id = uuid4()
    same_issuer = select(Platform.id).where(Platform.issuer == registration.issuer)
    issuer_taken = database.scalar(same_issuer.limit(1))
    # `sub` is unique per issuer, but two registrations of one issuer may be two customers.
    shared = f"{public_url}/xapi/platforms/{platform_id}"
    platform = Platform(
        id=platform_id,
        name=registration.name,
        issuer=registration.issuer,
        client_id=registration.client_id,
        auth_login_url=registration.auth_login_url,
        auth_token_url=registration.auth_token_url,
        jwks_url=registration.jwks_url,
        token_audience=registration.token_audience,
        actor_home_page=registration.issuer if issuer_taken is None else shared,
        deployments=[],
        approved_at=now,
        created_at=now,
    )
    database.add(platform)
    return platform


def _bring_up_to_date(platform: Platform, registration: Registration) -> bool:
    changed = False
    for name in ("name", "auth_login_url", "auth_token_url", "jwks_url", "token_audience"):
        wanted = getattr(registration, name)
        if getattr(platform, name) != wanted:
            setattr(platform, name, wanted)
            changed = True
    return changed


def _check(registration: Registration, deployment_ids: list[str]) -> None:
    if not registration.name or len(registration.name) > LONGEST_ID:
        raise RegistrationInvalid(f"--name: write 1 to {LONGEST_ID} characters")
    _check_url("--issuer", registration.issuer, LONGEST_ISSUER)
    _check_id("--client-id", registration.client_id)
    _check_url("--auth-login-url", registration.auth_login_url)
    _check_url("--auth-token-url", registration.auth_token_url)
    _check_url("--jwks-url", registration.jwks_url)
    if registration.token_audience is not None and len(registration.token_audience) > LONGEST_URL:
        raise RegistrationInvalid(f"--token-audience: longer than {LONGEST_URL} characters")
    for deployment_id in deployment_ids:
        _check_id("--deployment-id", deployment_id)


def _check_id(option: str, value: str) -> None:
    if not 0 < len(value) <= LONGEST_ID or not (value.isascii() and value.isprintable()):
        raise RegistrationInvalid(
            f"{option}: write 1 to {LONGEST_ID} characters, exactly as the LMS shows them"
        )


def _check_url(option: str, value: str, longest: int = LONGEST_URL) -> None:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or len(value) > longest or not (value.isascii() and value.isprintable()) or " " in value:
        raise RegistrationInvalid(
            f"{option}: {value!r} is not an address such as https://lms.example.it/path"
        )
