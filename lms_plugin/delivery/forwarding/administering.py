"""What an administrator does with targets: make, pause, resume, send again, give up, remove."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.adopting import FROM_SETTINGS
from lms_plugin.delivery.forwarding.outgoing import VERSIONS
from lms_plugin.delivery.forwarding.sealed_secret import seal_secret
from lms_plugin.delivery.forwarding.selection import after, selects
from lms_plugin.delivery.forwarding.tables import (
    ACTIVE,
    BEGINNING,
    BY_HAND,
    DEAD,
    DISCARDED,
    FIRST_ID,
    MOST_AT_ONCE,
    PAUSED,
    WAITING,
    ForwardingLetter,
    ForwardingTarget,
)
from lms_plugin.errors import Refusal
from lms_plugin.records.statement import Statement

LONGEST_NAME, LONGEST_URL = 200, 2000
ORIGINS = ("all", "own", "client")


class TargetMissing(Refusal):
    """No target has this id or name."""

    code = "target_missing"
    status = 404


class TargetInvalid(Refusal):
    """Values that cannot be: `faults` maps each to the code of what is wrong."""

    code = "target_invalid"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {fault}" for name, fault in faults.items()))
        self.faults = faults


class TargetFromSettings(Refusal):
    """COALIZIONE_LRS_ENDPOINT names it: take it out of the settings first."""

    code = "target_from_settings"
    status = 409


class LetterMissing(Refusal):
    """No statement that this target refused has this id, or it was sent again meanwhile."""

    code = "letter_missing"
    status = 404


class ReasonMissing(Refusal):
    """Who gives a statement up says why."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True)
class NewTarget:
    """What makes a target; `since` selects statements stored from then on."""

    name: str
    url: str
    key: str
    secret: str
    version: str = VERSIONS[0]
    verbs: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    origin: str = "all"
    since: datetime = BEGINNING
    canary: bool = True


def add_target(
    database: Session,
    given: NewTarget,
    secret_key: str,
    trusted_hosts: Collection[str],
    now: datetime,
) -> ForwardingTarget:
    """Makes a target that begins with the first statement its filter selects; inside the caller's `writing`.

    Raises TargetInvalid.
    """
    wanted = replace(given, name=given.name.strip(), url=_base(given.url))
    faults = _faults(database, wanted, trusted_hosts)
    if faults:
        raise TargetInvalid(faults)
    target = ForwardingTarget(
        name=wanted.name,
        url=wanted.url,
        key=wanted.key,
        sealed_secret=seal_secret(secret_key, wanted.secret),
        version=wanted.version,
        verbs=list(wanted.verbs),
        activities=list(wanted.activities),
        origin=wanted.origin,
        since=wanted.since,
        canary=wanted.canary,
        created_at=now,
        status_at=now,
    )
    database.add(target)
    database.flush()
    return target


def _base(url: str) -> str:
    """Without what people copy along: the slash at the end, the name of the resource."""
    return url.strip().rstrip("/").removesuffix("/statements").rstrip("/")


def _faults(database: Session, given: NewTarget, trusted_hosts: Collection[str]) -> dict[str, str]:
    taken = database.scalar(select(ForwardingTarget.id).where(ForwardingTarget.name == given.name))
    checks = {
        "name": "missing" if not given.name else "too_long" if len(given.name) > LONGEST_NAME else "",
        "url": _url_fault(given.url, trusted_hosts),
        "key": "" if given.key else "missing",
        "secret": "" if given.secret else "missing",
        "version": "" if given.version in VERSIONS else "unknown",
        "origin": "" if given.origin in ORIGINS else "unknown",
        "verbs": "" if all(map(_is_iri, given.verbs)) else "no_iri",
        "activities": "" if all(map(_is_iri, given.activities)) else "no_iri",
    }
    faults = {name: fault for name, fault in checks.items() if fault}
    return faults | ({"name": "taken"} if taken is not None and "name" not in faults else {})


def _url_fault(url: str, trusted_hosts: Collection[str]) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "no_address"
    if parts.scheme not in {"http", "https"} or not host or len(url) > LONGEST_URL or "\x00" in url:
        return "no_address"
    if parts.username is not None or parts.query or parts.fragment:
        return "not_bare"
    if parts.scheme == "http" and host not in trusted_hosts and f"{host}:{port or 80}" not in trusted_hosts:
        return "not_https"
    return ""


def _is_iri(text: str) -> bool:
    scheme, colon, rest = text.partition(":")
    return bool(colon and rest and scheme.isascii() and scheme[:1].isalpha()) and " " not in text


def find_target(database: Session, which: str | UUID) -> ForwardingTarget:
    """The target with this name or id, nobody else's until the transaction ends; raises TargetMissing."""
    same = ForwardingTarget.id == which if isinstance(which, UUID) else ForwardingTarget.name == which
    target = database.scalar(select(ForwardingTarget).where(same).with_for_update())
    if target is None:
        raise TargetMissing(str(which))
    return target


def pause(target: ForwardingTarget, now: datetime) -> bool:
    """Sends it nothing until it is resumed; the rest waits. False when it was paused by hand already."""
    if target.status == PAUSED and target.paused_by == BY_HAND:
        return False
    target.status, target.paused_by, target.status_at = PAUSED, BY_HAND, now
    return True


def resume(target: ForwardingTarget, now: datetime) -> bool:
    """Sends on from where it was, at once; also a target that is left alone for a while."""
    changed = target.status != ACTIVE or target.due_at > now
    if changed:
        target.status, target.paused_by, target.status_at = ACTIVE, "", now
        target.failures, target.failing_since, target.due_at, target.rejected_in_a_row = 0, None, now, 0
    return changed


def set_secret(target: ForwardingTarget, key: str, secret: str, secret_key: str) -> None:
    """New credentials; raises TargetInvalid, and TargetFromSettings for one that the settings name."""
    if target.id == FROM_SETTINGS:
        raise TargetFromSettings(target.name)
    missing = {name: "missing" for name, value in (("key", key), ("secret", secret)) if not value}
    if missing:
        raise TargetInvalid(missing)
    target.key, target.sealed_secret = key, seal_secret(secret_key, secret)


def count_from(database: Session, target: ForwardingTarget, start: datetime) -> int:
    """How many statements stored from then on its filter selects."""
    wanted = select(func.count()).select_from(Statement)
    return database.scalar(wanted.where(after((start, FIRST_ID)), *selects(target))) or 0


def resend_from(target: ForwardingTarget, start: datetime, now: datetime) -> bool:
    """Sets the cursor back to what was stored from `start` on; False when it is not that far yet."""
    if (target.cursor_stored, target.cursor_id) <= (start, FIRST_ID):
        return False
    target.cursor_stored, target.cursor_id = start, FIRST_ID
    target.at_once, target.suspects = MOST_AT_ONCE, 0
    target.status_at = now
    return True


def resend_dead(
    database: Session, target: ForwardingTarget, now: datetime, statement_id: UUID | None = None
) -> int:
    """Has what it refused sent again, all or one; returns how many. Raises LetterMissing for the one."""
    wanted = [ForwardingLetter.target_id == target.id, ForwardingLetter.status == DEAD]
    if statement_id is not None:
        wanted.append(ForwardingLetter.statement_id == statement_id)
    again = update(ForwardingLetter).where(*wanted).values(status=WAITING, at=now)
    done = database.execute(again.returning(ForwardingLetter.id)).all()
    if statement_id is not None and not done:
        raise LetterMissing(str(statement_id))
    return len(done)


def discard(
    database: Session, target: ForwardingTarget, statement_id: UUID, by: str, why: str, now: datetime
) -> None:
    """Gives up sending one statement there; raises ReasonMissing, LetterMissing."""
    if not why.strip():
        raise ReasonMissing
    same = ForwardingLetter.target_id == target.id, ForwardingLetter.statement_id == statement_id
    letter = database.scalar(select(ForwardingLetter).where(*same, ForwardingLetter.status == DEAD))
    if letter is None:
        raise LetterMissing(str(statement_id))
    letter.status, letter.at = DISCARDED, now
    letter.discarded_by, letter.discarded_why = by[:320], why.strip()[:2000]


def remove(database: Session, target: ForwardingTarget) -> None:
    """Forgets the target with its letters; what it has stays there. Raises TargetFromSettings."""
    if target.id == FROM_SETTINGS and target.status == ACTIVE:
        raise TargetFromSettings(target.name)
    database.delete(target)
