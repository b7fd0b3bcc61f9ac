"""The rows of the grade book: what was last accepted per person and column, and all that was ever posted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from http import HTTPStatus


@dataclass
class Grade:
    """The last accepted score of one person in one column; `value` is None while nothing counts yet."""

    line_item_id: str
    user_id: str
    value: float | None
    maximum: float
    activity_progress: str
    grading_progress: str
    timestamp: str
    compared_timestamp: str | None
    comment: str = ""

    @property
    def percent(self) -> int | None:
        return None if self.value is None else int(self.value * 100 / self.maximum)


@dataclass(frozen=True)
class PostedScore:
    """One POST to a scores end point as it arrived, and what was answered."""

    line_item_id: str
    user_id: str | None
    timestamp: str | None
    score: object
    status: int
    reason: str
    received_at: str

    @property
    def accepted(self) -> bool:
        return self.status == HTTPStatus.OK


def counts(posted: Iterable[PostedScore]) -> list[dict[str, object]]:
    """How often each (column, person, timestamp) was accepted and refused: duplicates show here."""
    rows: dict[tuple[str, str | None, str | None], Counter[bool]] = {}
    for score in posted:
        key = (score.line_item_id, score.user_id, score.timestamp)
        rows.setdefault(key, Counter())[score.accepted] += 1
    return [
        {
            "line_item": line_item,
            "user_id": user,
            "timestamp": at,
            "accepted": tally[True],
            "refused": tally[False],
        }
        for (line_item, user, at), tally in rows.items()
    ]


def described(posted: PostedScore) -> dict[str, object]:
    return {**asdict(posted), "accepted": posted.accepted}
