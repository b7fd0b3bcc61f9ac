"""Accepting a score into the grade book, or saying why not (AGS 2.0 §3.4)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lms_plugin.rehearsal.course import LineItem
from lms_plugin.rehearsal.gradebook import Grade, PostedScore
from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.quirks import Profile
from lms_plugin.rehearsal.store import Memory
from lms_plugin.rehearsal.vocabulary import ACTIVITY_PROGRESS, GRADING_PROGRESS


class ScoreRefused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Score:
    """The body of a score POST, its types checked."""

    user_id: str
    timestamp: str
    at: datetime
    activity_progress: str
    grading_progress: str
    given: float | None
    maximum: float | None
    comment: str


def post_score(installation: Installation, line_item_id: str, body: object) -> PostedScore:
    """Take one score in, or refuse it; either way it is in the log before this returns."""
    profile = installation.profile
    with installation.store.changing() as memory:
        try:
            item = _item(memory, line_item_id)
            _enter(memory, profile, item, read_score(body, profile))
            status, reason = 200, ""
        except ScoreRefused as refusal:
            status, reason = refusal.status, refusal.reason
        posted = _posted(line_item_id, body, status, reason, installation.now())
        memory.posted.append(posted)
    return posted


def log_refusal(installation: Installation, line_item_id: str, status: int, reason: str) -> None:
    """Note a score turned away at the door, before its body was read."""
    with installation.store.reading() as memory:
        memory.posted.append(_posted(line_item_id, None, status, reason, installation.now()))


def read_score(body: object, profile: Profile) -> Score:
    """The score in a decoded JSON body; raises ScoreRefused with 400."""
    if not isinstance(body, dict):
        raise ScoreRefused(400, "the body must be a JSON object")
    timestamp, at = _timestamp(body.get("timestamp"), profile)
    given, maximum = _points(body)
    return Score(
        user_id=_text(body, "userId"),
        timestamp=timestamp,
        at=at,
        activity_progress=_one_of(body, "activityProgress", ACTIVITY_PROGRESS),
        grading_progress=_one_of(body, "gradingProgress", GRADING_PROGRESS),
        given=given,
        maximum=maximum,
        comment=_comment(body),
    )


def _item(memory: Memory, line_item_id: str) -> LineItem:
    if line_item_id not in memory.line_items:
        raise ScoreRefused(404, "there is no such line item")
    return memory.line_items[line_item_id]


def _enter(memory: Memory, profile: Profile, item: LineItem, score: Score) -> None:
    _check_person(memory, profile, score.user_id)
    earlier = memory.grades.get((item.id, score.user_id))
    if (
        earlier
        and earlier.compared_timestamp
        and not _is_later(profile, score.at, earlier.compared_timestamp)
    ):
        reason = f"{profile.earlier_timestamp_words} for item {item.id} and user {score.user_id}"
        raise ScoreRefused(profile.earlier_timestamp_status, reason)
    memory.grades[item.id, score.user_id] = _grade(profile, item, score)


def _check_person(memory: Memory, profile: Profile, user_id: str) -> None:
    person = memory.enrolments.find(user_id)
    if person is None:
        raise ScoreRefused(profile.unknown_user_status, f"{profile.ungradable_user_words}: unknown user")
    if not person.is_learner:
        raise ScoreRefused(profile.ungradable_user_status, f"{profile.ungradable_user_words}: not a learner")


def _is_later(profile: Profile, at: datetime, stored: str) -> bool:
    before = datetime.fromisoformat(stored)
    if profile.takes_equal_timestamps:
        return at >= before
    if profile.whole_second_timestamps:
        return at.replace(microsecond=0) > before.replace(microsecond=0)
    return at > before


def _grade(profile: Profile, item: LineItem, score: Score) -> Grade:
    counted = score.grading_progress == "FullyGraded" and score.given is not None
    erased = not counted and profile.erases_unless_fully_graded
    return Grade(
        line_item_id=item.id,
        user_id=score.user_id,
        value=_rescaled(profile, item, score) if counted else None,
        maximum=item.maximum,
        activity_progress=score.activity_progress,
        grading_progress=score.grading_progress,
        timestamp=score.timestamp,
        # Moodle forgets the instant together with the grade it erases: another score may follow at once.
        compared_timestamp=None if erased else score.at.isoformat(),
        comment=score.comment,
    )


def _rescaled(profile: Profile, item: LineItem, score: Score) -> float:
    points = (score.given or 0.0) * item.maximum / (score.maximum or item.maximum)
    return min(points, item.maximum) if profile.clamps_scores else points


def _posted(line_item_id: str, body: object, status: int, reason: str, now: datetime) -> PostedScore:
    fields: Mapping[str, object] = body if isinstance(body, dict) else {}
    user, timestamp = fields.get("userId"), fields.get("timestamp")
    return PostedScore(
        line_item_id=line_item_id,
        user_id=user if isinstance(user, str) else None,
        timestamp=timestamp if isinstance(timestamp, str) else None,
        score=body,
        status=status,
        reason=reason,
        received_at=now.isoformat(),
    )


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ScoreRefused(400, f"{name} must be a non-empty string")
    return value


def _comment(body: Mapping[str, object]) -> str:
    comment = body.get("comment", "")
    if not isinstance(comment, str):
        raise ScoreRefused(400, "comment must be a string")
    return comment


def _one_of(body: Mapping[str, object], name: str, allowed: tuple[str, ...]) -> str:
    value = _text(body, name)
    if value not in allowed:
        raise ScoreRefused(400, f"{name} must be one of {', '.join(allowed)}")
    return value


def _timestamp(value: object, profile: Profile) -> tuple[str, datetime]:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or not isinstance(value, str):
        raise ScoreRefused(400, "timestamp must be an ISO 8601 date and time")
    if at.tzinfo is None:
        if profile.needs_time_zone:
            raise ScoreRefused(400, "timestamp must carry its time zone")
        at = at.replace(tzinfo=UTC)
    return value, at.astimezone(UTC)


def _points(body: Mapping[str, object]) -> tuple[float | None, float | None]:
    """scoreGiven ≥ 0 and scoreMaximum > 0, both or neither, and finite."""
    given, maximum = (_number(body, name) for name in ("scoreGiven", "scoreMaximum"))
    if given is not None and given < 0:
        raise ScoreRefused(400, "scoreGiven must not be negative")
    if given is not None and (maximum is None or maximum <= 0):
        raise ScoreRefused(400, "scoreGiven needs a scoreMaximum greater than 0")
    return given, maximum


def _number(body: Mapping[str, object], name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ScoreRefused(400, f"{name} must be a number")
    return float(value)
