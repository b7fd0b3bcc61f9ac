"""How one of our keys follows the other, so that no signature ever meets an LMS that lacks its key.

The next key is always made ahead and published; when it begins to sign, every LMS has had time to fetch it.
The one before stays published for a while, as LMSs may still be checking what it signed, but its private half
is destroyed at once. Everything here may run in many processes at the same time; each commits by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.protocol_state import ToolKey
from lms_plugin.lti.tool_keys import (
    ToolKeyUnreadable,
    ensure_signing_key,
    make_key,
    new_row,
    private_half,
)
from lms_plugin.lti.upserts import insert_unless_taken
from lms_plugin.storage import writing

SIGNS_FOR = timedelta(days=30)  # then the next key takes over
NOTICE = timedelta(hours=48)  # a key is published so long before it signs; Canvas keeps key sets for a day
OVERLAP = timedelta(days=7)  # a key stays published so long after its last signature
TRIES = 5


class NextKeyTooNew(Refusal):
    """The next key was published a moment ago: LMSs that keep our key set would refuse its signatures."""

    code = "next_key_too_new"
    status = 409


class ToolKeyUnknown(Refusal):
    """No published key has this name."""

    code = "tool_key_unknown"
    status = 404


class ToolKeyInUse(Refusal):
    """The key that signs cannot be taken away: rotate first."""

    code = "tool_key_in_use"
    status = 409


class ToolKeysChanging(Refusal):
    """Other processes rotate faster than this one can look."""

    code = "tool_keys_changing"
    status = 409


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: the key that signs now, and the one that signed before."""

    signs: str
    signed: str
    rotated: bool


def all_keys(database: Session) -> list[ToolKey]:
    """Every key, deleted ones too, the newest first."""
    return list(database.scalars(select(ToolKey).order_by(ToolKey.created_at.desc(), ToolKey.kid)))


def due_at(key: ToolKey) -> datetime | None:
    """When the state of this key changes by itself; None for one that waits, or is over."""
    if key.status == "active" and key.activated_at is not None:
        return key.activated_at + SIGNS_FOR
    if key.status == "retiring" and key.retired_at is not None:
        return key.retired_at + OVERLAP
    return None


def ready_at(key: ToolKey) -> datetime:
    """From when on a next key may sign without any LMS missing it."""
    return key.created_at + NOTICE


def keep_keys(database: Session, secret_key: str, now: datetime) -> None:
    """What the schedule asks for now: first keys, the turn, deletions. Doing it twice does it once."""
    announce(database, secret_key, now)
    active, following = _of_status(database, "active"), _of_status(database, "next")
    is_due = active is not None and (due_at(active) or now) <= now
    if active is not None and following is not None and is_due and ready_at(following) <= now:
        if is_readable(following, secret_key):
            _turn(database, active.kid, following.kid, now)
        announce(database, secret_key, now)
    _delete_due(database, now)


def announce(database: Session, secret_key: str, now: datetime) -> None:
    """Makes the key that signs and the one that follows it, where either is missing or cannot be opened."""
    if _of_status(database, "active") is None:
        ensure_signing_key(database, secret_key, now)
    if _of_status(database, "next") is None:
        row = new_row(secret_key, make_key(), now)
        with writing(database):
            insert_unless_taken(database, ToolKey, row)
    database.rollback()


def rotate(
    database: Session, secret_key: str, now: datetime, *, signed: str | None = None, force: bool = False
) -> Rotation:
    """Lets the next key sign from now on; `signed` is the key that the asker saw signing.

    Of several who ask at once one rotates, the others are told the same result. Raises NextKeyTooNew, unless
    forced or the key that signs cannot be opened anyway.
    """
    active, following = _pair(database, secret_key, now)
    if signed is not None and signed != active.kid:
        return Rotation(active.kid, signed, rotated=False)
    if not is_readable(following, secret_key):
        _forget(database, following.kid, now)
        return rotate(database, secret_key, now, signed=signed, force=force)
    in_vain = not is_readable(active, secret_key)
    if now < ready_at(following) and not force and not in_vain:
        raise NextKeyTooNew(
            f"the next key was published at {following.created_at:%Y-%m-%d %H:%M} UTC; wait until"
            f" {ready_at(following):%Y-%m-%d %H:%M} UTC, or force it if the key that signs is no longer safe"
        )
    rotated = _turn(database, active.kid, following.kid, now)
    return Rotation(_pair(database, secret_key, now)[0].kid, active.kid, rotated)


def retire(database: Session, kid: str, now: datetime) -> ToolKey:
    """Takes a key out of the published set at once; call inside `writing`.

    Raises ToolKeyUnknown, ToolKeyInUse.
    """
    key = database.get(ToolKey, kid, with_for_update=True, populate_existing=True)
    if key is None or key.status == "deleted":
        raise ToolKeyUnknown("no published key has this name: see `coalizione key list`")
    if key.status == "active":
        raise ToolKeyInUse("this key signs: run `coalizione key rotate` first")
    _delete(key, now)
    return key


def is_readable(key: ToolKey, secret_key: str) -> bool:
    """Whether today's secret opens the private half."""
    try:
        private_half(key, secret_key)
    except ToolKeyUnreadable:
        return False
    return True


def _of_status(database: Session, status: str) -> ToolKey | None:
    found = database.scalar(select(ToolKey).where(ToolKey.status == status))
    database.rollback()  # a key is made, for a tenth of a second or more, with no transaction open
    return found


def _pair(database: Session, secret_key: str, now: datetime) -> tuple[ToolKey, ToolKey]:
    """The key that signs and the next one, at one moment; made where missing. Raises ToolKeysChanging."""
    question = select(ToolKey).where(ToolKey.status.in_(("active", "next")))
    for _ in range(TRIES):
        announce(database, secret_key, now)
        found = {key.status: key for key in database.scalars(question)}
        database.rollback()
        # Between our two looks another process may have let the next one sign.
        if len(found) == len(("active", "next")):
            return found["active"], found["next"]
    raise ToolKeysChanging("other processes are rotating the keys: see `coalizione key list`, try again")


def _forget(database: Session, kid: str, now: datetime) -> None:
    """Lets go of a next key that cannot be opened: it was sealed under another secret."""
    with writing(database):
        broken = database.get(ToolKey, kid, with_for_update=True, populate_existing=True)
        if broken is not None and broken.status == "next":
            _delete(broken, now)


def _turn(database: Session, from_kid: str, to_kid: str, now: datetime) -> bool:
    """One atomic step; false when somebody else was faster."""
    with writing(database):
        rows = _locked(database, (from_kid, to_kid))
        if rows.get(from_kid) is None or rows[from_kid].status != "active":
            return False
        if rows.get(to_kid) is None or rows[to_kid].status != "next":
            return False
        before, after = rows[from_kid], rows[to_kid]
        before.status, before.retired_at, before.private_pem = "retiring", now, b""
        database.flush()  # never two active ones, not even within the transaction
        after.status, after.activated_at = "active", now
    return True


def _locked(database: Session, kids: Sequence[str]) -> dict[str, ToolKey]:
    question = select(ToolKey).where(ToolKey.kid.in_(kids)).order_by(ToolKey.kid).with_for_update()
    found = database.scalars(question.execution_options(populate_existing=True))
    return {key.kid: key for key in found}


def _delete_due(database: Session, now: datetime) -> None:
    due = select(ToolKey).where(ToolKey.status == "retiring", ToolKey.retired_at <= now - OVERLAP)
    if not database.scalars(due).all():
        database.rollback()
        return
    with writing(database):
        for key in database.scalars(due.with_for_update()):
            _delete(key, now)


def _delete(key: ToolKey, now: datetime) -> None:
    # The row stays, without its private half: an administrator can still read when which key signed.
    key.status, key.deleted_at, key.private_pem = "deleted", now, b""
