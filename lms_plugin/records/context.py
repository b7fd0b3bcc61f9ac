"""The context of a statement that says a conclusion: whose run, in what, from where (xAPI reference §5).

Version 1 of the profile named the LMS by the home page of its accounts only; statements that were made by it
stay as they were.
"""

from course_content.facts import ActivityFacts, ActivityReference, ContextFacts
from course_content.profile import (
    COURSE_TYPE,
    LINK_TYPE,
    LMS_TYPE,
    extension_iri,
    lms_course_iri,
    lms_link_iri,
    platform_iri,
)
from lms_plugin.records.actor import Actor
from lms_plugin.records.conclusion import Conclusion
from lms_plugin.records.naming import registration_of, run_of
from lms_plugin.records.origin import Origin
from lms_plugin.records.rule_in_force import FINAL_ASSESSMENT

Activity = ActivityFacts | ActivityReference


def context_of(actor: Actor, conclusion: Conclusion) -> ContextFacts:
    """The context, as the version of the profile that was in force has it."""
    return _first(actor, conclusion) if conclusion.rule.profile == 1 else _second(actor, conclusion)


def _first(actor: Actor, conclusion: Conclusion) -> ContextFacts:
    within = _within(conclusion)
    launched = conclusion.placement_id is not None
    platform = ActivityReference(platform_iri(conclusion.rule.base_url, actor.came_from), LMS_TYPE)
    return ContextFacts(
        registration=registration_of(actor, conclusion.programme_id),
        profile=1,
        platform=actor.came_from if launched else None,
        revision=conclusion.rule.revision,
        parents=within[:1],
        groupings=(*within[1:], *((platform,) if launched else ())),
    )


def _second(actor: Actor, conclusion: Conclusion) -> ContextFacts:
    within, base, origin = _within(conclusion), conclusion.rule.base_url, conclusion.origin
    return ContextFacts(
        registration=registration_of(actor, conclusion.programme_id),
        profile=conclusion.rule.profile,
        run=run_of(actor, conclusion),
        platform=origin.platform if origin else None,
        revision=conclusion.rule.revision,
        parents=within[:1],
        groupings=(*within[1:], *(_lms(base, origin) if origin else ())),
        others=(_link(base, origin),) if origin else (),
        extensions={extension_iri(base, "lti"): origin.lti()} if origin else {},
    )


def _within(conclusion: Conclusion) -> tuple[Activity, ...]:
    """What the activity is part of, the nearest first: assessment or simulation, module, programme.

    The final assessment is part of no module.
    """
    rule, programme = conclusion.rule, conclusion.programme_id
    course = ActivityFacts(programme, "course", programme, rule.programme_title)
    if conclusion.kind == "programme":
        return ()
    if conclusion.activity_id == rule.activity_id:
        return (course,)
    module = ActivityFacts(programme, "module", rule.activity_id, rule.title)
    around = (course,) if rule.kind == FINAL_ASSESSMENT else (module, course)
    if conclusion.kind == "question" and rule.assessment_id:
        return (ActivityFacts(programme, "assessment", rule.assessment_id, rule.assessment_title), *around)
    if conclusion.part_of:
        title = rule.simulations[conclusion.part_of]
        return (ActivityFacts(programme, "simulation", conclusion.part_of, title), *around)
    return around


def _lms(base_url: str, origin: Origin) -> tuple[Activity, ...]:
    platform = ActivityReference(platform_iri(base_url, origin.home_page), LMS_TYPE)
    if origin.context_id is None:
        return (platform,)
    course = lms_course_iri(base_url, origin.home_page, origin.deployment_id, origin.context_id)
    return (platform, ActivityReference(course, COURSE_TYPE))


def _link(base_url: str, origin: Origin) -> Activity:
    link = lms_link_iri(base_url, origin.home_page, origin.deployment_id, origin.resource_link_id)
    return ActivityReference(link, LINK_TYPE)
