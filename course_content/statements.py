"""Says facts as xAPI 1.0.3 statements: typed facts in, a JSON-able dict out, built with tincan.

tincan sends nothing here and validates little, so what it lets through (naive times, negative durations,
scores where they do not belong) is refused before it is called. Instants and durations are written here.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID, uuid5

import tincan

from course_content.facts import (
    Account,
    ActivityFacts,
    ActivityReference,
    ContextFacts,
    Points,
    ResultFacts,
    StatementFacts,
    VoidingFacts,
)
from course_content.profile import (
    ACTIVITY_TYPES,
    ANSWERED,
    COMPLETED,
    FAILED,
    PASSED,
    PROFILE_TYPE,
    SUBREGISTRATION,
    VOIDED,
    Verb,
    activity_iri,
    profile_version_iri,
)
from course_content.programme import LanguageMap

__all__ = [
    "Account",
    "ActivityFacts",
    "ActivityReference",
    "ContextFacts",
    "ResultFacts",
    "StatementError",
    "StatementFacts",
    "VoidingFacts",
    "build",
    "build_voiding",
    "duration",
    "statement_id",
    "timestamp",
]

VERSION = "1.0.0"
"""What xAPI 1.0.x writes into a statement, whatever the patch release of the specification (Data 2.4.10)."""

STATEMENT_NAMESPACE = UUID("b1f3c0a6-4f0d-5a53-9b0e-7c1f6c2d4e11")

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


class StatementError(ValueError):
    """The facts cannot be said as a valid statement."""


def statement_id(registration: UUID, activity: str, verb: Verb, attempt: int = 1) -> UUID:
    """The id of the statement that this run did this to this activity (an IRI), for the n-th time.

    A retry, a replay or a second worker gets the same id, and the LRS keeps one statement. A corrected
    statement is another attempt.
    """
    stated = [str(registration), activity, verb.iri, str(attempt)]
    # Never change this line: every statement ever sent would come back under another id, and count twice.
    return uuid5(STATEMENT_NAMESPACE, json.dumps(stated, ensure_ascii=False, separators=(",", ":")))


def build(facts: StatementFacts) -> dict[str, Any]:
    """The statement as JSON data. Raises StatementError when the facts contradict the profile or xAPI."""
    _refuse_wrong_result(facts.verb, facts.result)
    statement = tincan.Statement(
        id=facts.id,
        version=VERSION,
        actor=_agent(facts.actor),
        verb=tincan.Verb(id=facts.verb.iri, display=dict(facts.verb.display)),
        object=_activity(facts.base_url, facts.activity),
        result=_result(facts.result) if facts.result else None,
        context=_context(facts.base_url, facts.context),
    )
    data = _plain(statement, facts.at)
    if facts.result and facts.result.duration_seconds is not None:
        data["result"]["duration"] = duration(facts.result.duration_seconds)
    extensions = {**facts.context.extensions, **_subregistration(facts.base_url, facts.context)}
    if extensions:
        data["context"]["extensions"] = _extensions(extensions)
    return data


def build_voiding(facts: VoidingFacts) -> dict[str, Any]:
    """The statement that voids another (xAPI Data 2.3.2). Raises StatementError for a time without a zone."""
    statement = tincan.Statement(
        id=facts.id,
        version=VERSION,
        actor=_agent(facts.actor),
        verb=tincan.Verb(id=VOIDED.iri, display=dict(VOIDED.display)),
        object=tincan.StatementRef(id=facts.voids),
    )
    return _plain(statement, facts.at)


def timestamp(at: datetime) -> str:
    """An aware instant as UTC with milliseconds and Z. Raises StatementError when it has no zone."""
    if at.utcoffset() is None:
        raise StatementError("a statement's time needs a zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(seconds: float) -> str:
    """Seconds as an ISO 8601 duration with at most two decimals, rounded down (xAPI Data 4.6).

    Raises StatementError when negative or not a number.
    """
    amount = Decimal(str(seconds))
    if not amount.is_finite() or amount < 0:
        raise StatementError(f"a duration cannot be {seconds}")
    minutes, rest = divmod(amount.quantize(Decimal("0.01"), ROUND_DOWN), 60)
    hours, whole_minutes = divmod(int(minutes), 60)
    written = f"{rest:.2f}".rstrip("0").rstrip(".")
    parts = (
        f"{hours}H" if hours else "",
        f"{whole_minutes}M" if whole_minutes else "",
        f"{written}S" if rest else "",
    )
    return "PT" + ("".join(parts) or "0S")


def _refuse_wrong_result(verb: Verb, result: ResultFacts | None) -> None:
    success = result.success if result else None
    judged = {PASSED.iri: True, FAILED.iri: False}.get(verb.iri)
    marked = judged is not None or verb.iri == ANSWERED.iri
    if success is not judged and verb.iri != ANSWERED.iri:
        raise StatementError(f"success {success} does not go with the verb {verb.name}")
    score = result.score_percent if result else None
    if score is not None and not marked:
        raise StatementError(f"a score does not go with the verb {verb.name}")
    if score is not None and not 0 <= score <= 100:  # noqa: PLR2004 - a percentage
        raise StatementError(f"a score of {score} percent is out of range")
    if result and result.points:
        _refuse_wrong_points(verb, result.points)


def _refuse_wrong_points(verb: Verb, points: Points) -> None:
    if verb.iri != COMPLETED.iri:
        raise StatementError(f"points do not go with the verb {verb.name}")
    if not points.lowest <= points.raw <= points.highest or points.lowest == points.highest:
        raise StatementError(f"{points} are out of range")


def _plain(statement: tincan.Statement, at: datetime) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(statement.to_json())
    data["timestamp"] = timestamp(at)
    return data


def _agent(account: Account) -> tincan.Agent:
    if not (_IRI.fullmatch(account.home_page) and account.name):
        raise StatementError("an account needs a home page that is an IRI, and a name")
    return tincan.Agent(account=tincan.AgentAccount(home_page=account.home_page, name=account.name))


def _activity(base_url: str, facts: ActivityFacts | ActivityReference) -> tincan.Activity:
    if isinstance(facts, ActivityReference):
        iri, definition = facts.iri, _definition(facts.type, facts.title)
    else:
        local = None if facts.kind == "course" else facts.id
        iri = activity_iri(base_url, facts.programme, local)
        definition = _definition(ACTIVITY_TYPES[facts.kind], facts.title, facts.interaction)
    if not _IRI.fullmatch(iri):
        raise StatementError(f"{iri!r} is not an IRI")
    return tincan.Activity(id=iri, definition=definition)


def _definition(
    kind: str, title: LanguageMap | None, interaction: str | None = None
) -> tincan.ActivityDefinition:
    members: dict[str, Any] = {"type": kind}
    if title:
        members["name"] = dict(title)
    if interaction:
        members["interaction_type"] = interaction
    return tincan.ActivityDefinition(**members)


def _result(facts: ResultFacts) -> tincan.Result:
    score = None
    if facts.score_percent is not None:
        percent = facts.score_percent
        score = tincan.Score(scaled=percent / 100, raw=percent, min=0, max=100)
    if facts.points:
        points = facts.points
        share = round((points.raw - points.lowest) / (points.highest - points.lowest), 4)
        score = tincan.Score(scaled=share, raw=points.raw, min=points.lowest, max=points.highest)
    return tincan.Result(
        completion=facts.completion, success=facts.success, score=score, response=facts.response
    )


def _context(base_url: str, facts: ContextFacts) -> tincan.Context:
    category = profile_version_iri(base_url, facts.profile)
    activities = tincan.ContextActivities(
        parent=[_activity(base_url, parent) for parent in facts.parents] or None,
        grouping=[_activity(base_url, grouping) for grouping in facts.groupings] or None,
        other=[_activity(base_url, other) for other in facts.others] or None,
        category=[_activity(base_url, ActivityReference(category, PROFILE_TYPE))],
    )
    return tincan.Context(
        registration=facts.registration,
        platform=facts.platform,
        language=facts.language,
        revision=facts.revision,
        instructor=_agent(facts.instructor) if facts.instructor else None,
        context_activities=activities,
    )


def _subregistration(base_url: str, facts: ContextFacts) -> dict[str, object]:
    if facts.run is None:
        return {}
    category = profile_version_iri(base_url, facts.profile)
    return {SUBREGISTRATION: [{"profile": category, "subregistration": str(facts.run)}]}


def _extensions(extensions: Mapping[str, object]) -> dict[str, Any]:
    """A copy: tincan, and whoever changes the statement, must not reach the caller's values."""
    for key in extensions:
        if not _IRI.fullmatch(key):
            raise StatementError(f"the extension key {key!r} is not an IRI")
    copied: dict[str, Any] = json.loads(json.dumps(dict(extensions), allow_nan=False))
    return copied
