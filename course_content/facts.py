"""What a statement is made of, in types: who did what, when, with which result and in which context."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from course_content.profile import ActivityKind, Verb
from course_content.programme import LanguageMap


@dataclass(frozen=True)
class Account:
    """Who: an opaque name at the home page of the system that knows the person (for LTI: issuer and sub)."""

    home_page: str
    name: str


@dataclass(frozen=True)
class ActivityFacts:
    """What: an activity of a programme. `id` is ignored for kind "course", which is the programme itself.

    `interaction` is xAPI's interactionType, for questions and choices only.
    """

    programme: str
    kind: ActivityKind
    id: str
    title: LanguageMap
    interaction: str | None = None


@dataclass(frozen=True)
class ActivityReference:
    """An activity that is not of a programme: an LMS, a course or a link in it."""

    iri: str
    type: str
    title: LanguageMap | None = None


@dataclass(frozen=True)
class Points:
    """How many of which range, where a score is no percentage and nobody is judged by it."""

    raw: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class ResultFacts:
    """With what outcome. `success` and `score_percent` (0 to 100) only with passed, failed and answered.

    `points` only with completed. `response` is an answer as xAPI writes it (Data, appendix C).
    """

    completion: bool | None = None
    success: bool | None = None
    score_percent: int | None = None
    points: Points | None = None
    duration_seconds: float | None = None
    response: str | None = None


@dataclass(frozen=True)
class ContextFacts:
    """In which run through the programme, on which platform, with which content.

    `registration` is the learner's run through the programme, `run` the one through a part of it with a
    pattern of its own (from version 2 of the profile); `platform` the name of the LMS; `revision` that of
    the content; `extensions` have IRIs as keys and JSON values; `profile` is the version that is followed.
    """

    registration: UUID
    profile: int
    run: UUID | None = None
    platform: str | None = None
    language: str = "it"
    revision: str | None = None
    parents: tuple[ActivityFacts | ActivityReference, ...] = ()
    groupings: tuple[ActivityFacts | ActivityReference, ...] = ()
    others: tuple[ActivityFacts | ActivityReference, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)
    instructor: Account | None = None


@dataclass(frozen=True)
class StatementFacts:
    """One fact about one person. `at` is when it became true, not when it is sent."""

    id: UUID
    base_url: str
    actor: Account
    verb: Verb
    activity: ActivityFacts
    result: ResultFacts | None
    context: ContextFacts
    at: datetime


@dataclass(frozen=True)
class VoidingFacts:
    """`actor` takes back the statement `voids`."""

    id: UUID
    actor: Account
    voids: UUID
    at: datetime
