"""One attempt more at an assessment, granted by the secretariat: a fact with who and why, and its limits.

It is granted where it is needed: to somebody who has used every attempt up, handed all of them in and passed
none. So attempts never pile up, and a second secretary who has the same letter on the desk grants nothing
twice.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from course_content.programme import Assessment, Programme
from lms_plugin.errors import Refusal
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.records.ledger import lock_learners
from lms_plugin.records.recorder import Recorder

SOURCE = "secretariat"
LONGEST_REASON = 300
STARTED, SUBMITTED = Kind.ASSESSMENT_STARTED, Kind.ASSESSMENT_SUBMITTED
ABOUT_ATTEMPTS = (STARTED, SUBMITTED, Kind.ASSESSMENT_REOPENED)


class AssessmentUnknown(Refusal):
    """The programme has no assessment with this id."""

    code = "assessment_unknown"
    status = 404


class AttemptsLeft(Refusal):
    """There is an attempt that can still be started, or one that is open: nothing to reopen."""

    code = "attempts_left"
    status = 409


class AlreadyPassed(Refusal):
    """The assessment is passed: another attempt would change nothing that counts."""

    code = "assessment_passed"
    status = 409


class ReasonWrong(Refusal):
    """No reason was given, or one that is too long."""

    code = "reason_wrong"


@dataclass(frozen=True, slots=True)
class Reopening:
    """One attempt that was granted: when, why, and by whom (`by` as in the evidence)."""

    at: datetime
    reason: str
    by: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attempts:
    """What somebody's evidence says of their attempts at one assessment."""

    allowed_by_rules: int
    started: int
    handed_in: int
    passed: bool
    reopenings: tuple[Reopening, ...]

    @property
    def allowed(self) -> int:
        """How many there are in all: those of the rules and those granted."""
        return self.allowed_by_rules + len(self.reopenings)

    @property
    def used_up(self) -> bool:
        """Whether none can be started and none is open."""
        return self.started >= self.allowed and self.handed_in >= self.started


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to grant an attempt at what. `number` is which reopening it would be, where a form was sent."""

    learner_id: UUID
    assessment_id: str
    reason: str
    by: Mapping[str, str]
    number: int | None = None


def assessments_of(programme: Programme) -> Iterator[Assessment]:
    """Every assessment of a programme: its modules' and the final one."""
    yield from (module.assessment for module in programme.modules if module.assessment)
    if programme.final_assessment is not None:
        yield programme.final_assessment.assessment


def find_assessment(programme: Programme, assessment_id: str) -> Assessment:
    """One of them by its id; raises AssessmentUnknown."""
    for one in assessments_of(programme):
        if one.id == assessment_id:
            return one
    known = ", ".join(one.id for one in assessments_of(programme))
    raise AssessmentUnknown(f"{programme.id} has no assessment {assessment_id!r}; it has {known or 'none'}")


def attempts_of(database: Session, learner_id: UUID, programme_id: str, assessment: Assessment) -> Attempts:
    """The learner's attempts at the assessment so far."""
    rows = select(Evidence).where(
        Evidence.learner_id == learner_id,
        Evidence.programme_id == programme_id,
        Evidence.activity_id == assessment.id,
        Evidence.kind.in_(ABOUT_ATTEMPTS),
    )
    told = [(row, json.loads(row.payload)) for row in database.scalars(rows.order_by(Evidence.sequence))]
    results = [said for row, said in told if row.kind == SUBMITTED]
    return Attempts(
        allowed_by_rules=assessment.attempts,
        started=sum(row.kind == STARTED for row, _said in told),
        handed_in=len(results),
        passed=any(said["percent"] >= said["pass_percent"] for said in results),
        reopenings=tuple(
            Reopening(row.occurred_at, said["reason"], said["by"])
            for row, said in told
            if row.kind == Kind.ASSESSMENT_REOPENED
        ),
    )


def reopen(database: Session, recorder: Recorder, programme_id: str, wish: Wish, now: datetime) -> bool:
    """Grants one attempt more, inside the caller's `writing`; False where this very wish was granted before.

    Raises AssessmentUnknown, ReasonWrong, AttemptsLeft, AlreadyPassed, UnknownLearner.
    """
    programme = recorder.programmes[programme_id]
    assessment, reason = find_assessment(programme, wish.assessment_id), _reason(wish.reason)
    lock_learners(database, [wish.learner_id])
    attempts = attempts_of(database, wish.learner_id, programme_id, assessment)
    number = len(attempts.reopenings) + 1
    if wish.number is not None and wish.number < number:
        return False
    _require_need(attempts)
    fact = Fact(
        learner_id=wish.learner_id,
        key=f"{programme_id}/assessment:{assessment.id}:reopened:{number}",
        kind=Kind.ASSESSMENT_REOPENED,
        programme_id=programme_id,
        activity_id=assessment.id,
        source=SOURCE,
        payload={"granted": number, "reason": reason, "by": dict(wish.by)},
        occurred_at=now,
    )
    recorder.record(database, [fact], now)
    return True


def _reason(given: str) -> str:
    reason = " ".join(given.split())
    if not reason:
        raise ReasonWrong("say why in a few words, without naming the person")
    if len(reason) > LONGEST_REASON:
        raise ReasonWrong(f"the reason has {len(reason)} characters, at most {LONGEST_REASON} are kept")
    return reason


def _require_need(attempts: Attempts) -> None:
    if attempts.passed:
        raise AlreadyPassed("the assessment is passed: nothing to reopen")
    if not attempts.used_up:
        left = attempts.allowed - attempts.started
        said = f"{left} can still be started" if left > 0 else "one is open and must be handed in first"
        raise AttemptsLeft(f"{attempts.allowed} attempts are allowed, {said}: nothing to reopen")


@dataclass(frozen=True, slots=True)
class UsedUp:
    """Somebody who has passed none of their attempts and can start none."""

    learner_id: UUID
    programme_id: str
    assessment: Assessment
    attempts: Attempts


def all_used_up(database: Session, programmes: Mapping[str, Programme]) -> list[UsedUp]:
    """Everybody for whom an assessment can be reopened now, by programme and assessment."""
    found: list[UsedUp] = []
    for programme in programmes.values():
        for assessment in assessments_of(programme):
            for learner_id in _out_of_attempts(database, programme.id, assessment):
                attempts = attempts_of(database, learner_id, programme.id, assessment)
                if attempts.used_up and not attempts.passed:
                    found.append(UsedUp(learner_id, programme.id, assessment, attempts))
    return found


def _out_of_attempts(database: Session, programme_id: str, assessment: Assessment) -> Sequence[UUID]:
    """Learners who have started and handed in all that they may; some of them may have passed."""
    counted = {kind: func.sum(case((Evidence.kind == kind, 1), else_=0)) for kind in ABOUT_ATTEMPTS}
    granted = counted[Kind.ASSESSMENT_REOPENED]
    rows = select(Evidence.learner_id).where(
        Evidence.programme_id == programme_id,
        Evidence.activity_id == assessment.id,
        Evidence.kind.in_(ABOUT_ATTEMPTS),
    )
    full = counted[STARTED] >= assessment.attempts + granted
    done = counted[SUBMITTED] >= counted[STARTED]
    grouped = rows.group_by(Evidence.learner_id).having(full, done).order_by(Evidence.learner_id)
    return database.scalars(grouped).all()
