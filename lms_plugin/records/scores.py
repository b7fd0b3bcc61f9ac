"""Which score each placement of a learner must show, and when it came to be: a pure function of evidence.

A module's score is the percentage of the best attempt so far (100 for a module without assessment, once
completed), `InProgress` until the module is completed and `Completed` from then on; always `FullyGraded`,
because some LMSs erase the grade otherwise. A final assessment's is its best attempt, `Completed` once one
was passed. A webinar's is 1 of 1 when attended; should later data take that back, 0 of 1 and `InProgress`. A
placement gets the score when it changes, and at once when the learner first comes through it afterwards.
Nothing is sent twice the same. Timestamps grow by a second or more per placement (LTI AGS 2.0 §3.4.1; Moodle
compares whole ones).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from lms_plugin.records.conclusion import Conclusion
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind
from lms_plugin.records.rule_in_force import FINAL_ASSESSMENT, MODULE, WEBINAR

STEP = timedelta(seconds=1)
Activity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """What one placement is told; `about` is the conclusion that made it so."""

    placement_id: UUID
    given: int
    maximum: int
    completed: bool
    timestamp: datetime
    sequence: int  # of the row from which on it is so
    about: Conclusion


@dataclass(frozen=True, slots=True)
class _Grade:
    given: int
    maximum: int
    completed: bool


@dataclass(slots=True)
class _Book:
    """The grade of one module, webinar or final assessment, and who knows it."""

    grade: _Grade | None = None
    about: Conclusion | None = None
    told: dict[UUID, _Grade | None] = field(default_factory=dict)  # None: came, has no grade yet


def scores(rows: Iterable[Evidence], conclusions: Sequence[Conclusion]) -> tuple[Score, ...]:
    """Every score for one learner, in order; `rows` and `conclusions` as for and from `rules.conclude`."""
    books: dict[Activity, _Book] = {}
    graded = [one for one in conclusions if one.is_graded]
    owners = _owners(graded)
    changes = _changes(graded)
    last: dict[UUID, datetime] = {}
    told: list[Score] = []
    for row in rows:
        if row.kind == Kind.WEBINAR_LEFT:  # whoever leaves does not come by a link
            continue
        owner = owners.get((row.programme_id, row.activity_id), (row.programme_id, row.activity_id))
        if row.placement_id:
            books.setdefault(owner, _Book()).told.setdefault(row.placement_id, None)
        for conclusion, stands in changes.get(row.sequence, ()):
            _regrade(books.setdefault(_owner(conclusion), _Book()), conclusion, stands=stands)
        for book in books.values():
            told.extend(_tell(book, row, last))
    return tuple(told)


def _owner(conclusion: Conclusion) -> Activity:
    return conclusion.programme_id, conclusion.rule.activity_id


def _owners(conclusions: Sequence[Conclusion]) -> dict[Activity, Activity]:
    """For every activity that a rule governs, the module or webinar whose score it counts for."""
    return {
        (one.programme_id, activity): _owner(one) for one in conclusions for activity in one.rule.governed
    }


def _changes(conclusions: Sequence[Conclusion]) -> dict[int, list[tuple[Conclusion, bool]]]:
    """By sequence of the deciding row: conclusions that begin to stand (True) or are taken back (False)."""
    changes: dict[int, list[tuple[Conclusion, bool]]] = {}
    for one in conclusions:
        if one.superseded:
            changes.setdefault(one.superseded.sequence, []).append((one, False))
    for one in conclusions:
        changes.setdefault(one.decided.sequence, []).append((one, True))
    return changes


def _regrade(book: _Book, conclusion: Conclusion, *, stands: bool) -> None:
    grade = _grade(book.grade, conclusion, stands=stands)
    if grade != book.grade:
        book.grade, book.about = grade, conclusion


def _grade(before: _Grade | None, conclusion: Conclusion, *, stands: bool) -> _Grade | None:
    if conclusion.rule.kind == WEBINAR:
        return _Grade(1, 1, completed=True) if stands else _Grade(0, 1, completed=False)
    if conclusion.kind == "lesson":
        return before
    known = before or _Grade(0, 100, completed=False)
    percent = 100 if conclusion.score_percent is None else conclusion.score_percent
    done = conclusion.kind == MODULE or (conclusion.kind, conclusion.outcome) == (FINAL_ASSESSMENT, "passed")
    return _Grade(max(known.given, percent), 100, completed=known.completed or done)


def _tell(book: _Book, row: Evidence, last: dict[UUID, datetime]) -> Iterator[Score]:
    if book.grade is None or book.about is None:
        return
    for placement_id, known in book.told.items():
        if known == book.grade:
            continue
        book.told[placement_id] = book.grade
        last[placement_id] = _after(row.recorded_at, last.get(placement_id))
        yield Score(
            placement_id,
            book.grade.given,
            book.grade.maximum,
            book.grade.completed,
            last[placement_id],
            row.sequence,
            book.about,
        )


def _after(moment: datetime, last: datetime | None) -> datetime:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return whole if last is None else max(whole, last + STEP)
