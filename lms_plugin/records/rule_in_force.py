"""What a programme asks for and how it words it, written into the evidence before it is applied.

A programme's files change: lessons are added, titles corrected, thresholds moved. The recorder appends the
rule of a module or webinar to the learner's evidence the first time, and again when it has changed, so that
conclusions follow from evidence alone and `coalizione replay` gives the same bytes whatever the files say
today.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from course_content.profile import CURRENT_PROFILE
from course_content.programme import (
    FinalAssessment,
    LanguageMap,
    Programme,
    TrainingModule,
    UnknownActivity,
    Webinar,
)
from lms_plugin.errors import Refusal

MODULE = "module"
WEBINAR = "webinar"
PROGRAMME = "programme"
FINAL_ASSESSMENT = "final_assessment"


class UnknownActivityInFact(Refusal):
    """A fact is about a programme or activity that is not on offer here."""

    code = "unknown_activity"
    status = 404


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """The rule of a module, a webinar, a programme or its final assessment.

    `lessons` and `simulations` (id to title) and `assessment` are those of a module, `modules` (ids) and
    `final_assessment` (the id, where it must be passed) those of a programme; `profile` is the version of the
    xAPI profile that statements follow from here on.
    """

    activity_id: str
    kind: str
    base_url: str
    programme_title: LanguageMap
    title: LanguageMap
    revision: str
    version: int
    lessons: Mapping[str, LanguageMap]
    all_lessons: bool
    assessment_id: str | None
    assessment_title: LanguageMap
    profile: int
    modules: tuple[str, ...] = ()
    final_assessment: str | None = None
    simulations: Mapping[str, LanguageMap] = field(default_factory=dict)

    @property
    def governed(self) -> frozenset[str]:
        """Ids of the module or webinar itself, its lessons, its simulations and its assessment."""
        assessment = {self.assessment_id} if self.assessment_id else set[str]()
        return frozenset({self.activity_id, *self.lessons, *self.simulations} | assessment)


def rule_of(programme: Programme, activity_id: str, base_url: str) -> RuleInForce:
    """The rule for an activity of the programme as its files are now; raises UnknownActivityInFact."""
    for module in programme.modules:
        rule = _module_rule(programme, module, base_url)
        if activity_id in rule.governed:
            return rule
    final = programme.final_assessment
    if final is not None and activity_id == final.id:
        return _final_rule(programme, final, base_url)
    try:
        webinar = programme.webinar(activity_id)
    except UnknownActivity:
        raise UnknownActivityInFact(f"{programme.id}/{activity_id}") from None
    return _rule(programme, base_url, WEBINAR, webinar, webinar.rule.version)


def payload_of(rule: RuleInForce) -> dict[str, Any]:
    """The rule as the payload of a `rule.in_force` fact."""
    assessment = {"id": rule.assessment_id, "title": dict(rule.assessment_title)}
    return {
        "kind": rule.kind,
        "base_url": rule.base_url,
        "programme_title": dict(rule.programme_title),
        "title": dict(rule.title),
        "revision": rule.revision,
        "rule_version": rule.version,
        "lessons": _titled(rule.lessons),
        "all_lessons": rule.all_lessons,
        "assessment": assessment if rule.assessment_id else None,
        "profile": rule.profile,
        **({"modules": list(rule.modules)} if rule.kind == PROGRAMME else {}),
        # Only where it is asked for: rules written before keep their bytes, and are not written again.
        **({"final_assessment": rule.final_assessment} if rule.final_assessment else {}),
        **({"simulations": _titled(rule.simulations)} if rule.simulations else {}),
    }


def _titled(titles: Mapping[str, LanguageMap]) -> list[dict[str, Any]]:
    return [{"id": one, "title": dict(title)} for one, title in titles.items()]


def read_rule(activity_id: str, payload: str) -> RuleInForce:
    """The rule that a `rule.in_force` fact holds."""
    data = json.loads(payload)
    assessment = data["assessment"] or {"id": None, "title": {}}
    return RuleInForce(
        activity_id=activity_id,
        kind=data["kind"],
        base_url=data["base_url"],
        programme_title=data["programme_title"],
        title=data["title"],
        revision=data["revision"],
        version=data["rule_version"],
        lessons={lesson["id"]: lesson["title"] for lesson in data["lessons"]},
        all_lessons=data["all_lessons"],
        assessment_id=assessment["id"],
        assessment_title=assessment["title"],
        profile=data.get("profile", 1),  # rules of before there was a second version do not name it
        modules=tuple(data.get("modules", ())),
        final_assessment=data.get("final_assessment"),
        simulations={one["id"]: one["title"] for one in data.get("simulations", ())},
    )


def _module_rule(programme: Programme, module: TrainingModule, base_url: str) -> RuleInForce:
    return replace(
        _rule(programme, base_url, MODULE, module, module.rule.version),
        revision=module.revision,
        lessons={lesson.id: lesson.title for lesson in module.lessons},
        all_lessons=module.rule.all_lessons,
        assessment_id=module.assessment.id if module.assessment else None,
        assessment_title=module.assessment.title if module.assessment else {},
        simulations={simulation.id: simulation.title for simulation in module.simulations},
    )


def _final_rule(programme: Programme, final: FinalAssessment, base_url: str) -> RuleInForce:
    return replace(
        _rule(programme, base_url, FINAL_ASSESSMENT, final, version=1),
        revision=final.revision,
        assessment_id=final.id,
        assessment_title=final.title,
    )


def programme_rule_of(programme: Programme, base_url: str) -> RuleInForce | None:
    """The rule for the programme as a whole, if it has one."""
    if programme.rule is None:
        return None
    final = programme.final_assessment if programme.rule.final_assessment else None
    return replace(
        _rule(programme, base_url, PROGRAMME, programme, programme.rule.version),
        modules=tuple(module.id for module in programme.modules),
        final_assessment=final.id if final else None,
    )


def _rule(
    programme: Programme,
    base_url: str,
    kind: str,
    about: Programme | TrainingModule | FinalAssessment | Webinar,
    version: int,
) -> RuleInForce:
    """What the rules of all kinds have in common; a webinar's has nothing else."""
    return RuleInForce(
        activity_id=about.id,
        kind=kind,
        base_url=base_url,
        programme_title=programme.title,
        title=about.title,
        revision=programme.version,
        version=version,
        lessons={},
        all_lessons=False,
        assessment_id=None,
        assessment_title={},
        profile=CURRENT_PROFILE,
    )
