"""Says a conclusion as an xAPI statement."""

from collections.abc import Mapping
from typing import Any

from course_content.facts import (
    Account,
    ActivityFacts,
    ResultFacts,
    StatementFacts,
    VoidingFacts,
)
from course_content.profile import (
    ANSWERED,
    ATTENDED,
    COMPLETED,
    FAILED,
    JOINED,
    LEFT,
    PASSED,
    ActivityKind,
    Verb,
)
from course_content.programme import LanguageMap
from course_content.statements import build, build_voiding
from lms_plugin.records.actor import Actor
from lms_plugin.records.conclusion import Conclusion, Moment
from lms_plugin.records.context import context_of
from lms_plugin.records.naming import statement_id_of, voiding_id_of

VERBS: Mapping[str, Verb] = {
    verb.name: verb for verb in (COMPLETED, PASSED, FAILED, ATTENDED, ANSWERED, JOINED, LEFT)
}
AUTHORITY_NAME = "coalizione"
KINDS: Mapping[str, ActivityKind] = {
    "lesson": "lesson",
    "assessment": "assessment",
    "question": "question",
    "final_assessment": "assessment",
    "module": "module",
    "webinar": "webinar",
    "programme": "course",
    "simulation": "simulation",
    "choice": "choice",
}


def say(actor: Actor, conclusion: Conclusion) -> dict[str, Any]:
    """The statement; `timestamp` is when it happened."""
    verb = VERBS[conclusion.outcome]
    return build(
        StatementFacts(
            id=statement_id_of(actor, conclusion, verb),
            base_url=conclusion.rule.base_url,
            actor=Account(actor.home_page, actor.name),
            verb=verb,
            activity=_activity(conclusion),
            result=_result(conclusion),
            context=context_of(actor, conclusion),
            at=conclusion.completed_at,
        )
    )


def say_taken_back(actor: Actor, conclusion: Conclusion, when: Moment) -> dict[str, Any]:
    """The statement that voids the conclusion's; its actor is us, who concluded too early."""
    return build_voiding(
        VoidingFacts(
            id=voiding_id_of(actor, conclusion),
            actor=Account(conclusion.rule.base_url, AUTHORITY_NAME),
            voids=statement_id_of(actor, conclusion, VERBS[conclusion.outcome]),
            at=when.occurred_at,
        )
    )


def authority(base_url: str) -> dict[str, Any]:
    """Who vouches for our own statements: this installation."""
    return {"objectType": "Agent", "account": {"homePage": base_url, "name": AUTHORITY_NAME}}


def _activity(conclusion: Conclusion) -> ActivityFacts:
    kind, interaction = KINDS[conclusion.kind], None
    if conclusion.answered:
        interaction = conclusion.answered.interaction
    return ActivityFacts(
        conclusion.programme_id, kind, conclusion.activity_id, _title(conclusion), interaction
    )


def _title(conclusion: Conclusion) -> LanguageMap:
    if conclusion.answered:
        return conclusion.answered.title
    if conclusion.kind == "lesson":
        return conclusion.rule.lessons[conclusion.activity_id]
    if conclusion.kind == "simulation":
        return conclusion.rule.simulations[conclusion.activity_id]
    return conclusion.rule.assessment_title if conclusion.kind == "assessment" else conclusion.rule.title


def _result(conclusion: Conclusion) -> ResultFacts | None:
    if conclusion.answered:
        answer = conclusion.answered
        return ResultFacts(success=answer.right, score_percent=answer.score_percent, response=answer.response)
    if not conclusion.is_completion:
        return None
    judged = {"passed": True, "failed": False}.get(conclusion.outcome)
    return ResultFacts(
        completion=True,
        success=judged,
        # xAPI keeps scores for what was judged; a module's own is that of its assessment.
        score_percent=conclusion.score_percent if judged is not None else None,
        points=conclusion.points,
        duration_seconds=conclusion.duration_seconds,
    )
