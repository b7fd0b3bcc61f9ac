"""One line of a self-test: what was tried and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from lms_plugin.lti.self_test.hurried import OutOfTime
from lms_plugin.lti.service_call import ServiceRefused
from lms_plugin.outbound import OutboundFailed, OutboundRefused

Fact = str | int
LONGEST_TOLD = 300


class Step(StrEnum):
    """What is tried, in this order."""

    KEYS = "keys"
    CLOCK = "clock"
    TOKEN = "token"  # noqa: S105 - the name of a step
    SCOPES = "scopes"
    ROSTER = "roster"
    COLUMNS = "columns"
    CREATE = "create"
    READ = "read"
    SCORE = "score"
    RESULT = "result"
    DELETE = "delete"


class Verdict(StrEnum):
    """`IMPOSSIBLE`: it could not be tried, and the line says why; that is no fault by itself."""

    OK = "ok"
    FAILED = "failed"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Line:
    """`code` says which sentence and which fix; `facts` are numbers and technical names, nobody's data."""

    step: Step
    verdict: Verdict
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


def passed(step: Step, code: str = "ok", **facts: Fact) -> Line:
    """It works."""
    return Line(step, Verdict.OK, code, facts)


def failed(step: Step, code: str, **facts: Fact) -> Line:
    """It does not."""
    return Line(step, Verdict.FAILED, code, facts)


def impossible(step: Step, code: str, **facts: Fact) -> Line:
    """It could not be tried."""
    return Line(step, Verdict.IMPOSSIBLE, code, facts)


def call_failed(step: Step, error: Exception) -> Line:
    """The line for a call that a service refused, or that brought no usable answer."""
    if isinstance(error, ServiceRefused):
        if HTTPStatus.OK <= error.status < HTTPStatus.MULTIPLE_CHOICES:
            return failed(step, "unreadable")
        return failed(step, _by_status(error.status), status=error.status, told=error.told[:LONGEST_TOLD])
    if isinstance(error, OutOfTime):
        return impossible(step, "too_slow")
    if isinstance(error, OutboundRefused):
        return failed(step, "not_called", told=str(error)[:LONGEST_TOLD])
    if isinstance(error, OutboundFailed):
        return failed(step, "unreachable", told=str(error)[:LONGEST_TOLD])
    return failed(step, "unreadable")


def _by_status(status: int) -> str:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "forbidden"
    if status == HTTPStatus.NOT_FOUND:
        return "missing"
    is_busy = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
    return "busy" if is_busy else "refused"
