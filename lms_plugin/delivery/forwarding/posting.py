"""One request to a target, and what its answer means."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from lms_plugin.delivery.retry_after import MISCONFIGURED_WAIT, retry_after
from lms_plugin.outbound import Answer, Outbound, OutboundFailed, OutboundRefused

LONGEST_ANSWER = 2000
OK, SERVER_ERROR = 200, 500
NO_IDS = "answered 200 without the ids of what it stored, as only an LRS does: is the address right? "
BUSY = frozenset({408, 425, 429})


class Meaning(StrEnum):
    """What to do about an answer."""

    STORED = "stored"
    CONFLICT = "conflict"  # stored already, or some of them
    REJECTED = "rejected"  # one of them at least is wrong
    TOO_LARGE = "too_large"
    FORBIDDEN = "forbidden"  # the credentials: a person must act
    LATER = "later"
    UNSENDABLE = "unsendable"  # our own word: this one cannot go there at all


MEANINGS = {
    200: Meaning.STORED,
    204: Meaning.STORED,
    400: Meaning.REJECTED,
    401: Meaning.FORBIDDEN,
    403: Meaning.FORBIDDEN,
    409: Meaning.CONFLICT,
    413: Meaning.TOO_LARGE,
    422: Meaning.REJECTED,
}
"""By status; whatever else there is comes again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`words` are the other side's own, shortened; `wait` what to keep away for at least."""

    meaning: Meaning
    status: int | None = None
    words: str = ""
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a target is and how to speak to it."""

    url: str
    version: str
    key: str
    secret: str

    def headers(self) -> dict[str, str]:
        """The credentials (Basic in UTF-8, RFC 7617) and the version."""
        credentials = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": self.version}


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is posted: the statements with these ids, as bytes of this type."""

    ids: Sequence[UUID]
    body: bytes
    content_type: str = "application/json"


def post_statements(outbound: Outbound, to: Address, parcel: Parcel, now: datetime) -> Reply:
    """Posts statements (xAPI 1.0.3 Communication 2.1.2); never raises for what the target does."""
    headers = {**to.headers(), "Content-Type": parcel.content_type}
    try:
        answer = outbound.post(f"{to.url}/statements", parcel.body, headers=headers)
    except OutboundRefused as refused:
        return Reply(Meaning.LATER, words=str(refused), wait=MISCONFIGURED_WAIT)
    except OutboundFailed as failed:
        return Reply(Meaning.LATER, words=str(failed))
    return reply_of(answer, parcel.ids, now)


def reply_of(answer: Answer, ids: Sequence[UUID], now: datetime) -> Reply:
    """What an answer to POST /statements means.

    200 alone is not enough: a web site that is no LRS says so too, but not the ids that it stored.
    """
    meaning = MEANINGS.get(answer.status, Meaning.LATER)
    words = answer.body.decode(errors="replace").replace("\x00", "")
    if "location" in answer.headers and meaning is Meaning.LATER:
        words = f"a redirect to {answer.headers['location']} is not followed {words}"
    words = words[:LONGEST_ANSWER]
    if answer.status == OK and not _names(answer.body, ids):
        return Reply(Meaning.LATER, OK, f"{NO_IDS}{words}"[:LONGEST_ANSWER], MISCONFIGURED_WAIT)
    return Reply(meaning, answer.status, words, _wait(answer, now) if meaning is Meaning.LATER else None)


def _names(body: bytes, ids: Sequence[UUID]) -> bool:
    try:
        return {UUID(one) for one in json.loads(body)} == set(ids)
    except (ValueError, TypeError, AttributeError):
        return False


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    """Of an address that is wrong or has moved, not soon: a person must act."""
    if answer.status in BUSY or answer.status >= SERVER_ERROR:
        return retry_after({"Retry-After": answer.headers.get("retry-after", "")}, now)
    return MISCONFIGURED_WAIT
