"""A settled attendance said in xAPI: the facts of one `attended` statement, for course_content's builder."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from course_content.facts import Account, ActivityFacts, ContextFacts, ResultFacts, StatementFacts
from course_content.profile import ATTENDED, CURRENT_PROFILE, activity_iri, extension_iri
from course_content.programme import LanguageMap
from course_content.statements import statement_id
from webinar_connector.webinars import Attendance


@dataclass(frozen=True, slots=True)
class Attended:
    """Who attended what: everything the statement needs that presence does not tell.

    `run` is the learner's run through this webinar (`facts.ContextFacts`). `version` grows with every
    correction of the register: another version is another statement.
    """

    base_url: str
    actor: Account
    registration: UUID
    run: UUID
    programme_id: str
    webinar_id: str
    title: LanguageMap
    module_id: str
    module_title: LanguageMap
    at: datetime
    rule_version: int
    revision: str
    platform: str | None = None
    instructor: Account | None = None
    version: int = 1
    programme_title: LanguageMap = field(default_factory=dict)


def attended_facts(attended: Attended, attendance: Attendance) -> StatementFacts:
    """The statement `attended`: duration is presence, completion is the rule, success is not claimed.

    The id depends on what is stated only, so a second run sends the same statement.
    """
    iri = activity_iri(attended.base_url, attended.programme_id, attended.webinar_id)
    return StatementFacts(
        id=statement_id(attended.registration, iri, ATTENDED, attended.version),
        base_url=attended.base_url,
        actor=attended.actor,
        verb=ATTENDED,
        activity=ActivityFacts(attended.programme_id, "webinar", attended.webinar_id, attended.title),
        result=ResultFacts(completion=attendance.reached, duration_seconds=attendance.attended_seconds),
        context=_context(attended, attendance),
        at=attended.at,
    )


def _context(attended: Attended, attendance: Attendance) -> ContextFacts:
    programme, base = attended.programme_id, attended.base_url
    return ContextFacts(
        registration=attended.registration,
        profile=CURRENT_PROFILE,
        run=attended.run,
        platform=attended.platform,
        revision=attended.revision,
        parents=(ActivityFacts(programme, "course", programme, attended.programme_title),),
        groupings=(ActivityFacts(programme, "module", attended.module_id, attended.module_title),),
        extensions={
            extension_iri(base, "denominator-seconds"): attendance.denominator_seconds,
            extension_iri(base, "attendance-rule-version"): attended.rule_version,
            extension_iri(base, "attendance-estimated"): attendance.estimated,
        },
        instructor=attended.instructor,
    )
