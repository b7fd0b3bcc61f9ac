"""What becomes of a score: by what the LMS answered, or by what kept it from being asked."""

from datetime import datetime, timedelta

from lms_plugin.delivery.columns import ColumnBusy, NoColumn
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.delivery.retry_after import MISCONFIGURED_WAIT, retry_after
from lms_plugin.lti.access_tokens import AccessTokenRefused, AccessTokenUnavailable
from lms_plugin.lti.families.strict import Reading
from lms_plugin.lti.paging import BadPaging
from lms_plugin.lti.service_call import ServiceRefused
from lms_plugin.outbound import Answer, OutboundFailed, OutboundRefused

LONGEST_ANSWER = 2000
COLUMN_WAIT = timedelta(seconds=5)
SERVER_ERROR = 500
TRY_AGAIN = frozenset({408, 425, 429})
NO_COLUMN = "the LMS has no column for this activity"
EXPECTED = (
    NoColumn,
    ColumnBusy,
    AccessTokenRefused,
    AccessTokenUnavailable,
    ServiceRefused,
    BadPaging,
    OutboundRefused,
    OutboundFailed,
)


def told(answer: Answer) -> str:
    """The LMS's own words, shortened."""
    return answer.body.decode(errors="replace")[:LONGEST_ANSWER]


def outcome_of_answer(reading: Reading, answer: Answer, now: datetime) -> Outcome:
    """The outcome of an answer to a score, by what its family reads in it."""
    status, words = answer.status, told(answer)
    match reading:
        case Reading.ACCEPTED | Reading.KNOWN:
            return Outcome(Verdict.DELIVERED, status, words)
        case Reading.NOT_GRADED:
            return Outcome(Verdict.NOT_WANTED, status, words)
        case Reading.BUSY:
            return Outcome(Verdict.RETRY, status, words, _asked(answer, now), trouble=True)
        case Reading.LATER:
            return Outcome(Verdict.RETRY, status, words, MISCONFIGURED_WAIT)
        case Reading.LOCKED_OUT:
            return Outcome(Verdict.RETRY, status, words, MISCONFIGURED_WAIT, trouble=True)
        case _:
            return Outcome(Verdict.DEAD, status, words)


def outcome_of(failure: Exception, now: datetime) -> Outcome:
    """The outcome when the score was not even answered: no token, no column, no connection."""
    match failure:
        case NoColumn():
            return Outcome(Verdict.NOT_WANTED, answer=NO_COLUMN)
        case ColumnBusy():
            return Outcome(Verdict.RETRY, answer="the column is being made", after=COLUMN_WAIT)
        case AccessTokenRefused(status=status, answer=words):
            wait = None if _is_busy(status) else MISCONFIGURED_WAIT
            return Outcome(Verdict.RETRY, status, f"token address: {words}", wait, trouble=True)
        case ServiceRefused(answer=answer):
            busy = _is_busy(answer.status)
            wait = _asked(answer, now) if busy else MISCONFIGURED_WAIT
            return Outcome(Verdict.RETRY, answer.status, f"grade book: {failure.told}", wait, trouble=busy)
        case _:
            lasting = isinstance(failure, BadPaging | OutboundRefused)
            wait = MISCONFIGURED_WAIT if lasting else None
            return Outcome(Verdict.RETRY, answer=str(failure), after=wait, trouble=True)


def _is_busy(status: int) -> bool:
    return status >= SERVER_ERROR or status in TRY_AGAIN


def _asked(answer: Answer, now: datetime) -> timedelta | None:
    return retry_after({"Retry-After": answer.headers.get("retry-after", "")}, now)
