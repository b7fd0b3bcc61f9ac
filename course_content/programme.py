"""What a training programme is: frozen values that the loader fills and everything else only reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from course_content.lexicon import Lexicon
from course_content.questions import Choice, Part, Question
from course_content.simulation import Simulation
from course_content.worksheet import Worksheet

LanguageMap = Mapping[str, str]
"""Language code to text. "it" is always there; other languages may be."""

PollKind = Literal["single", "multiple", "scale"]


class UnknownActivity(LookupError):
    """No module, lesson, webinar or session of the programme has this id."""


def text_in(texts: LanguageMap, language: str = "it") -> str:
    """The text in `language`, or in Italian when that language is missing."""
    return texts.get(language) or texts["it"]


@dataclass(frozen=True)
class Role:
    """Who learns: an administrator, a manager, an official."""

    id: str
    name: LanguageMap


@dataclass(frozen=True)
class Resource:
    """A law, a page or a document to go further."""

    title: str
    note: str
    url: str | None


@dataclass(frozen=True)
class Lesson:
    """One page of a module. `body` is Markdown; empty `roles` means everyone."""

    id: str
    number: int
    title: LanguageMap
    minutes: int
    roles: tuple[str, ...]
    verified_on: date
    body: str
    self_checks: tuple[Question, ...]
    resources: tuple[Resource, ...]
    source: Path
    worksheet: Worksheet | None = None


@dataclass(frozen=True)
class Assessment:
    """A bank of questions, and how many of them one attempt draws: a module's, or the whole programme's.

    `parts` are those of a final assessment, in the order of the modules, and empty for a module's own;
    `questions` and `draw` are then those of all parts together.
    """

    id: str
    title: LanguageMap
    draw: int
    pass_percent: int
    attempts: int
    questions: tuple[Question, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class ModuleRule:
    """When a module counts as completed. A change of meaning gets a new `version`."""

    version: int
    pass_percent: int
    all_lessons: bool


@dataclass(frozen=True)
class TrainingModule:
    """One of the subjects of the programme. `revision` changes whenever one of its files does."""

    id: str
    number: int
    title: LanguageMap
    subtitle: LanguageMap
    summary: LanguageMap
    status: Literal["ready", "in_preparation"]
    minutes: int
    objectives: tuple[LanguageMap, ...]
    outline: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    assessment: Assessment | None
    rule: ModuleRule
    revision: str
    simulations: tuple[Simulation, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether a learner may open it."""
        return self.status == "ready"

    def lesson(self, lesson_id: str) -> Lesson:
        """The lesson with this id. Raises UnknownActivity."""
        return _find(self.lessons, lesson_id, "lesson")

    def simulation(self, simulation_id: str) -> Simulation:
        """The simulation with this id. Raises UnknownActivity."""
        return _find(self.simulations, simulation_id, "simulation")


@dataclass(frozen=True)
class Poll:
    """A question put to a live audience; votes are counted, never kept by name. `answer` may be empty."""

    id: str
    kind: PollKind
    prompt: str
    options: tuple[Choice, ...]
    answer: tuple[str, ...]


@dataclass(frozen=True)
class AttendanceRule:
    """When presence at a webinar counts as attendance.

    `threshold_percent` of the denominator must be reached; gaps up to `bridge_seconds` are not subtracted;
    presence counts from `early_minutes` before the start.
    """

    version: int
    threshold_percent: int
    denominator: Literal["fair", "scheduled", "actual", "taught"]
    bridge_seconds: int
    early_minutes: int


@dataclass(frozen=True)
class Webinar:
    """One live lesson online. `proposed` until the owner of the programme confirms its subject."""

    id: str
    number: int
    title: LanguageMap
    module_id: str
    related_modules: tuple[str, ...]
    minutes: int
    starts_at: datetime | None
    objectives: tuple[str, ...]
    polls: tuple[Poll, ...]
    proposed: bool
    rule: AttendanceRule


@dataclass(frozen=True)
class Session:
    """One in-person day. `known` is false while its place and date are not documented."""

    id: str
    number: int
    title: LanguageMap
    hours: int
    topics: tuple[str, ...]
    place: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    known: bool


@dataclass(frozen=True)
class Indicator:
    """A figure that the secretariat reports. `counts` names what is counted; an unknown target is None."""

    id: str
    title: LanguageMap
    unit: str
    target: int | None
    counts: str


@dataclass(frozen=True)
class Period:
    """First and last month of the activities as "2017-07"; either may be unknown."""

    first: str | None
    last: str | None
    label: LanguageMap


@dataclass(frozen=True)
class Eligibility:
    """Which bodies may join: from `minimum` to `maximum` inhabitants; supra-municipal ones of any size."""

    minimum: int | None
    maximum: int | None
    supra_municipal: bool


@dataclass(frozen=True)
class FinalAssessment:
    """The assessment of the whole programme, an activity of its own beside modules and webinars.

    `assessment` draws from the banks of all modules; `revision` changes when one of these banks does.
    """

    assessment: Assessment
    intro: LanguageMap
    revision: str

    @property
    def id(self) -> str:
        """The id of the activity, which is the assessment's."""
        return self.assessment.id

    @property
    def title(self) -> LanguageMap:
        """The title of the activity."""
        return self.assessment.title


@dataclass(frozen=True)
class ProgrammeRule:
    """When a programme counts as completed: all its modules are, and the final assessment where it is asked.

    A change of meaning gets a new `version`.
    """

    version: int
    final_assessment: bool = False


@dataclass(frozen=True)
class Programme:
    """A funded training programme with everything it offers."""

    id: str
    title: LanguageMap
    description: LanguageMap
    version: str
    owner: str
    partners: tuple[str, ...]
    funder: LanguageMap
    project_code: str
    period: Period
    audience: LanguageMap
    eligibility: Eligibility
    languages: tuple[str, ...]
    roles: tuple[Role, ...]
    modules: tuple[TrainingModule, ...]
    webinars: tuple[Webinar, ...]
    sessions: tuple[Session, ...]
    indicators: tuple[Indicator, ...]
    rule: ProgrammeRule | None  # without one nobody completes the programme
    folder: Path
    lexicon: Lexicon = field(default_factory=Lexicon)
    final_assessment: FinalAssessment | None = None
    at_least: Mapping[str, int] = field(default_factory=dict)  # how much content was promised; for the report

    def module(self, module_id: str) -> TrainingModule:
        """The module with this id. Raises UnknownActivity."""
        return _find(self.modules, module_id, "module")

    def webinar(self, webinar_id: str) -> Webinar:
        """The webinar with this id. Raises UnknownActivity."""
        return _find(self.webinars, webinar_id, "webinar")

    def session(self, session_id: str) -> Session:
        """The in-person session with this id. Raises UnknownActivity."""
        return _find(self.sessions, session_id, "session")


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item", bound=_Identified)


def _find(items: Iterable[_Item], wanted: str, kind: str) -> _Item:
    for item in items:
        if item.id == wanted:
            return item
    raise UnknownActivity(f"no {kind} with id {wanted!r}")
