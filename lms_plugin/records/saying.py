"""Says a conclusion as an xAPI statement."""

from collections.abc import Mapping
from typing import Any

from course_content.facts import (
    Account,
    ActivityFacts,
    ActivityReference,
    ContextFacts,
    ResultFacts,
    StatementFacts,
    VoidingFacts,
)
from course_content.profile import (
    ATTENDED,
    COMPLETED,
    FAILED,
    LMS_TYPE,
    PASSED,
    ActivityKind,
    Verb,
    platform_iri,
)
from course_content.programme import LanguageMap
from course_content.statements import build, build_voiding
from lms_plugin.records.actor import Actor
from lms_plugin.records.conclusion import Conclusion, Moment
from lms_plugin.records.naming import registration_of, statement_id_of, voiding_id_of

VERBS: Mapping[str, Verb] = {"completed": COMPLETED, "passed": PASSED, "failed": FAILED, "attended": ATTENDED}
AUTHORITY_NAME = "coalizione"
KINDS: Mapping[str, ActivityKind] = {
    "lesson": "lesson",
    "assessment": "assessment",
    "module": "module",
    "webinar": "webinar",
}
Activity = ActivityFacts | ActivityReference


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
            context=_context(actor, conclusion),
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
    return ActivityFacts(
        conclusion.programme_id, KINDS[conclusion.kind], conclusion.activity_id, _title(conclusion)
    )


def _title(conclusion: Conclusion) -> LanguageMap:
    if conclusion.kind == "lesson":
        return conclusion.rule.lessons[conclusion.activity_id]
    return conclusion.rule.assessment_title if conclusion.kind == "assessment" else conclusion.rule.title


def _result(conclusion: Conclusion) -> ResultFacts:
    judged = {"passed": True, "failed": False}.get(conclusion.outcome)
    return ResultFacts(
        completion=True,
        success=judged,
        # xAPI keeps scores for what was judged; a module's own is that of its assessment.
        score_percent=conclusion.score_percent if judged is not None else None,
        duration_seconds=conclusion.duration_seconds,
    )


def _context(actor: Actor, conclusion: Conclusion) -> ContextFacts:
    launched = conclusion.placement_id is not None
    return ContextFacts(
        registration=registration_of(actor, conclusion.programme_id),
        profile=1,
        platform=actor.came_from if launched else None,
        revision=conclusion.rule.revision,
        parents=_parents(conclusion),
        groupings=_groupings(actor, conclusion, launched=launched),
    )


def _course(conclusion: Conclusion) -> ActivityFacts:
    programme_id = conclusion.programme_id
    return ActivityFacts(programme_id, "course", programme_id, conclusion.rule.programme_title)


def _parents(conclusion: Conclusion) -> tuple[Activity, ...]:
    """The module of a lesson or assessment; the programme of a module or webinar."""
    rule = conclusion.rule
    if conclusion.activity_id != rule.activity_id:
        return (ActivityFacts(conclusion.programme_id, "module", rule.activity_id, rule.title),)
    return (_course(conclusion),)


def _groupings(actor: Actor, conclusion: Conclusion, *, launched: bool) -> tuple[Activity, ...]:
    """The programme where it is not the parent, and the LMS that the learner came from."""
    inner = conclusion.activity_id != conclusion.rule.activity_id
    platform = ActivityReference(platform_iri(conclusion.rule.base_url, actor.came_from), LMS_TYPE)
    return ((_course(conclusion),) if inner else ()) + ((platform,) if launched else ())
