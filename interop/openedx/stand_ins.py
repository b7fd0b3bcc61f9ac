"""What the LTI consumer asks of the rest of Open edX, which is not here: people, a course, blocks, grades.

`lti_consumer.plugin.compat` is the seam that the consumer has for this; only functions of that module are
replaced, and nothing of how it speaks LTI.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from lti_consumer.exceptions import LtiError
from lti_consumer.plugin import compat
from opaque_keys.edx.keys import CourseKey, UsageKey

COURSE = CourseKey.from_string("course-v1:Comune+CO-AliZIONE+2026")
COURSE_TITLE, COURSE_LABEL = "CO-AliZIONE 2026", "CO-AliZIONE"


@dataclass(frozen=True)
class Person:
    """Somebody enrolled; `external_id` is what tools see."""

    id: int
    username: str
    name: str
    role: str
    external_id: str

    @property
    def email(self) -> str:
        """An address that nobody has."""
        return f"{self.username}@comune.example"


PEOPLE = (
    Person(1, "ada", "Ada Bianchi", "student", "6f1d2c1e-0001-4a6e-9a53-000000000001"),
    Person(2, "bruno", "Bruno Conti", "student", "6f1d2c1e-0002-4a6e-9a53-000000000002"),
    Person(3, "carla", "Carla Rossi", "instructor", "6f1d2c1e-0003-4a6e-9a53-000000000003"),
    Person(4, "dora", "Dora Verdi", "staff", "6f1d2c1e-0004-4a6e-9a53-000000000004"),
    Person(5, "enea", "Enea Neri", "student", "6f1d2c1e-0005-4a6e-9a53-000000000005"),
)


@dataclass
class Grade:
    """One call that Open edX's grade book would have got."""

    block: str
    person: str
    score: float
    maximum: float
    comment: str | None


@dataclass
class Block:
    """A block of the course that opens the tool."""

    location: UsageKey
    display_name: str
    grades: list[Grade] = field(default_factory=list)
    lti_1p3_passport_id: str = ""
    weight: int = 100
    has_score: bool = True
    accept_grades_past_due: bool = True
    start: None = None
    due: None = None

    @property
    def scope_ids(self) -> SimpleNamespace:
        """Where an XBlock keeps its own address."""
        return SimpleNamespace(usage_id=self.location)

    @property
    def context_id(self) -> str:
        """The course."""
        return str(COURSE)

    def is_past_due(self) -> bool:
        """Never: nothing here has a last day."""
        return False

    def max_score(self) -> int:
        """What a whole score is worth in the course."""
        return self.weight

    def set_user_module_score(
        self, user: Person, score: float, max_score: float, comment: str | None = ""
    ) -> None:
        """Keeps the grade where the driver can look it up."""
        self.grades.append(Grade(str(self.location), user.username, score, max_score, comment))


BLOCKS = {
    name: Block(
        UsageKey.from_string(f"block-v1:Comune+CO-AliZIONE+2026+type@lti_consumer+block@{name}"), title
    )
    for name, title in (
        ("declared", "Modulo 1, con la colonna della piattaforma"),
        ("programmatic", "Modulo 1, con colonne dello strumento"),
    )
}
BY_LOCATION = {block.location: block for block in BLOCKS.values()}
BY_NAME = {person.username: person for person in PEOPLE}
BY_EXTERNAL_ID = {person.external_id: person for person in PEOPLE}


def put_in_place() -> None:
    """Replaces the functions that would ask the rest of Open edX."""
    replaced: dict[str, Any] = {
        "load_enough_xblock": lambda location: BY_LOCATION[location],
        "load_block_as_user": lambda location: BY_LOCATION[location],
        "get_user_from_external_user_id": _person,
        "get_course_members": _members,
        "batch_get_or_create_externalids": lambda _users: {person.id: _External(person) for person in PEOPLE},
        "user_has_studio_write_access": lambda _user, course: course == COURSE,
        "user_has_access": lambda *_arguments: True,
        "user_course_access": lambda *_arguments, **_options: True,
        "get_course_by_id": lambda course: course,
    }
    for name, function in replaced.items():
        if not hasattr(compat, name):
            raise AttributeError(f"the consumer no longer asks {name}")
        setattr(compat, name, function)


class _External:
    def __init__(self, person: Person) -> None:
        self.external_user_id = person.external_id


def _person(external_id: str) -> Person:
    if external_id not in BY_EXTERNAL_ID:
        raise LtiError("Invalid User")
    return BY_EXTERNAL_ID[external_id]


def _members(_course: CourseKey) -> dict[int, dict[str, Any]]:
    return {
        person.id: {"id": person.id, "name": person.name, "email": person.email, "roles": [person.role]}
        for person in PEOPLE
    }
