"""What an administrator may change of a platform or deployment: its status, its name, the LMS's addresses.

Every function here wants rows that `locked_platform` gave inside `writing`, so that two administrators act
one after the other.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from lms_plugin.errors import Refusal
from lms_plugin.lti.origins import OriginInvalid, is_trusted, read_origins
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.protocol_state import AccessToken
from lms_plugin.lti.reading import LONGEST_ID, LONGEST_URL

log = logging.getLogger("coalizione.administration")
ADDRESSES = ("auth_login_url", "auth_token_url", "jwks_url")
EDITABLE = ("name", *ADDRESSES, "token_audience", "extra_origins")
# From where a verb leads; what a verb does not start from is already so, or not possible.
STARTS = {"approve": ("pending",), "suspend": ("active", "pending"), "resume": ("suspended",)}
RESULTS = {"approve": "active", "suspend": "suspended", "resume": "active"}


class PlatformMissing(Refusal):
    """No platform or deployment has this id or name."""

    code = "platform_missing"
    status = 404


class NotFromHere(Refusal):
    """The action does not fit the status that the platform or deployment has by now."""

    code = "not_from_here"
    status = 409


class ChangedMeanwhile(Refusal):
    """Somebody else changed the same values since they were shown."""

    code = "changed_meanwhile"
    status = 409


class EditInvalid(Refusal):
    """Values that cannot be: `faults` maps each field to the code of what is wrong."""

    code = "edit_invalid"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = faults


def locked_platform(database: Session, platform_id: UUID) -> Platform:
    """The platform with its deployments, nobody else's until the transaction ends; raises PlatformMissing."""
    question = select(Platform).where(Platform.id == platform_id).with_for_update()
    found = database.scalar(question.options(selectinload(Platform.deployments)))
    if found is None:
        raise PlatformMissing
    return found


def deployment_in(platform: Platform, row_id: UUID) -> Deployment:
    """The deployment of this platform with this row id; raises PlatformMissing."""
    for deployment in platform.deployments:
        if deployment.id == row_id:
            return deployment
    raise PlatformMissing


def change_status(subject: Platform | Deployment, verb: str, now: datetime) -> bool:
    """Approves, suspends or resumes; whether that was a change. Raises NotFromHere.

    Who was never approved waits again when the suspension ends.
    """
    result = RESULTS[verb]
    if isinstance(subject, Platform) and verb == "resume" and subject.approved_at is None:
        result = "pending"
    if subject.status == result:
        return False
    if subject.status not in STARTS[verb]:
        raise NotFromHere(f"cannot {verb} what is {subject.status}")
    # Who launches was approved, at the latest now.
    if isinstance(subject, Platform) and "active" in {subject.status, result}:
        subject.approved_at = subject.approved_at or now
    subject.status = result
    return True


def rename(subject: Platform | Deployment, name: str) -> bool:
    """Gives it another name for people; whether that was a change. Raises EditInvalid."""
    wanted = name.strip()
    if fault := name_fault(wanted):
        raise EditInvalid({"name": fault})
    changed = subject.name != wanted
    subject.name = wanted
    return changed


def edit(
    database: Session, platform: Platform, values: Mapping[str, str], trusted_hosts: Collection[str]
) -> list[str]:
    """Writes the values given, of EDITABLE; returns what changed. Raises EditInvalid.

    Issuer and client id are no values to edit: learners' accounts hang on them.
    """
    faults = edit_faults(values, trusted_hosts)
    if faults:
        raise EditInvalid(faults)
    wanted: dict[str, str | None] = {name: value.strip() for name, value in values.items()}
    if "extra_origins" in wanted:
        wanted["extra_origins"] = read_origins(values["extra_origins"], trusted_hosts)
    if "token_audience" in wanted:
        wanted["token_audience"] = wanted["token_audience"] or None
    changed = [name for name, value in wanted.items() if getattr(platform, name) != value]
    for name in changed:
        setattr(platform, name, wanted[name])
    if {"auth_token_url", "token_audience"} & set(changed):
        # What another token service gave is worth nothing at this one.
        database.execute(delete(AccessToken).where(AccessToken.platform_id == platform.id))
    return changed


def edit_faults(values: Mapping[str, str], trusted_hosts: Collection[str]) -> dict[str, str]:
    """The code of what is wrong with each field; empty when all is well."""
    faults = {}
    for field, given in values.items():
        value = given.strip()
        if field == "name":
            fault = name_fault(value)
        elif field in ADDRESSES:
            fault = address_fault(value, trusted_hosts)
        elif field == "extra_origins":
            fault = _origins_fault(given, trusted_hosts)
        else:
            fault = "" if len(value) <= LONGEST_URL and _is_plain(value) else "audience_malformed"
        if fault:
            faults[field] = fault
    return faults


def name_fault(name: str) -> str:
    """What is wrong with a name for people; empty for nothing."""
    if not name:
        return "name_empty"
    return "" if len(name) <= LONGEST_ID and name.isprintable() else "name_too_long"


def address_fault(url: str, trusted_hosts: Collection[str]) -> str:
    """What is wrong with one of the LMS's addresses; empty for nothing."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "address_malformed"
    if not is_one or "@" in parts.netloc or len(url) > LONGEST_URL or not _is_plain(url) or " " in url:
        return "address_malformed"
    return "" if parts.scheme == "https" or is_trusted(url, trusted_hosts) else "address_not_https"


def _origins_fault(text: str, trusted_hosts: Collection[str]) -> str:
    try:
        return "" if len(read_origins(text, trusted_hosts)) <= LONGEST_URL else "origin_malformed"
    except OriginInvalid:
        return "origin_malformed"


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def edition(platform: Platform) -> str:
    """A fingerprint of the values that can be edited: it differs when somebody changed one meanwhile."""
    values = [getattr(platform, name) for name in EDITABLE]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def require_unchanged(platform: Platform, seen: str) -> None:
    """Raises ChangedMeanwhile unless this is the edition that was shown to whoever saves."""
    if seen != edition(platform):
        raise ChangedMeanwhile


def told(who: str, what: str, which: Mapping[str, object]) -> None:
    """One line about what an administrator did: who, what, and to which platform, deployment or key."""
    log.info("administration", extra={"facts": {"who": who, "what": what, **which}})
