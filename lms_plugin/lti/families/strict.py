"""The specification read strictly: what holds for every LMS until its product is seen to differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from lms_plugin.lti.line_item import LineItem

Score = dict[str, Any]


class Reading(StrEnum):
    """What an answer to a score means."""

    ACCEPTED = "accepted"
    KNOWN = "known"  # it has this score already, or a later one
    NOT_GRADED = "not_graded"  # it keeps no grade for this person: a teacher, a test user
    BUSY = "busy"  # comes again by itself
    LATER = "later"  # something in the course must change first, and then it goes through
    LOCKED_OUT = "locked_out"  # we are not let in, or the address moved: a person must act
    COLUMN_GONE = "column_gone"
    REFUSED = "refused"  # will never be taken as it is


@dataclass(frozen=True, slots=True)
class Rule:
    """An answer with this status whose words contain `words` (lower case) means `reading`."""

    status: int
    words: str
    reading: Reading


BY_STATUS: Mapping[int, Reading] = {
    401: Reading.LOCKED_OUT,
    404: Reading.COLUMN_GONE,
    408: Reading.BUSY,
    409: Reading.KNOWN,
    410: Reading.COLUMN_GONE,
    425: Reading.BUSY,
    429: Reading.BUSY,
}


class Strict:
    """AGS 2.0 to the letter (§3.2 to §3.4), and 409 as the answer to a timestamp not later than the last.

    The specification only says that such a score must not be taken; 409 is what Moodle and most answer.
    """

    name: ClassVar[str] = "strict"
    # What `product_family_code` says, in lower-case letters and digits only.
    codes: ClassVar[frozenset[str]] = frozenset()
    # A piece of its addresses that only this product has, for an LMS that does not say what it is.
    address: ClassVar[str] = ""
    # Whether `target_link_uri` is the same at login and in the signed message, as LTI 1.3 §5.3.4 wants.
    keeps_target: ClassVar[bool] = True
    # What the token address wants as `aud` when it is not its own URL.
    token_audience: ClassVar[str | None] = None
    deletes_line_items: ClassVar[bool] = True
    rules: ClassVar[tuple[Rule, ...]] = ()

    def score(self, sent: Mapping[str, Any], subject: str, now: datetime) -> Score | None:
        """The body for a score of ours; None for one that this LMS must not be sent.

        `sent` has placement-independent names of our own (`score_given`, `timestamp` …); `subject` is the
        LMS's id of the person.
        """
        del now
        score = {
            "userId": subject,
            "scoreGiven": sent["score_given"],
            "scoreMaximum": sent["score_maximum"],
            "activityProgress": sent["activity_progress"],
            "gradingProgress": sent["grading_progress"],
            "timestamp": sent["timestamp"],
        }
        return score | ({"comment": sent["comment"]} if sent.get("comment") else {})

    def line_item(self, wanted: LineItem) -> LineItem:
        """The column as this LMS takes it."""
        return wanted

    def reading(self, status: int, told: str) -> Reading:
        """What the LMS meant by this answer to a score."""
        said = told.casefold()
        for rule in self.rules:
            if rule.status == status and rule.words in said:
                return rule.reading
        return _by_status(status)


def _by_status(status: int) -> Reading:
    if 200 <= status < 300:  # noqa: PLR2004 - the range of success
        return Reading.ACCEPTED
    if status < 400:  # noqa: PLR2004 - a redirect, perhaps of maintenance; none is followed with a token
        return Reading.LOCKED_OUT
    if status >= 500:  # noqa: PLR2004 - the server's own fault
        return Reading.BUSY
    return BY_STATUS.get(status, Reading.REFUSED)
