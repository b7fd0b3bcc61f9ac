"""The invented people of the practice LMS, and what each of them may do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lms_plugin.rehearsal.vocabulary import (
    CONTEXT_ADMINISTRATOR_ROLE,
    INSTRUCTOR_ROLE,
    LEARNER_ROLE,
    SYSTEM_ADMINISTRATOR_ROLE,
)


@dataclass(frozen=True)
class User:
    """One account; `id` is what the tool receives as `sub` and as the AGS and NRPS user id."""

    id: str
    given_name: str
    family_name: str
    roles: tuple[str, ...]
    shares_name: bool = True

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def email(self) -> str:
        return f"{self.given_name}.{self.family_name}@comune.example".lower()

    @property
    def is_learner(self) -> bool:
        return LEARNER_ROLE in self.roles

    @property
    def is_administrator(self) -> bool:
        return SYSTEM_ADMINISTRATOR_ROLE in self.roles

    @property
    def sees_all_grades(self) -> bool:
        return not self.is_learner


_PEOPLE: Final = (
    User("ada", "Ada", "Bianchi", (LEARNER_ROLE,)),
    User("bruno", "Bruno", "Conti", (LEARNER_ROLE,)),
    User("elena", "Elena", "Galli", (LEARNER_ROLE,), shares_name=False),
    User("carla", "Carla", "Esposito", (INSTRUCTOR_ROLE,)),
    User("dario", "Dario", "Ferri", (CONTEXT_ADMINISTRATOR_ROLE, SYSTEM_ADMINISTRATOR_ROLE)),
)
PEOPLE: Mapping[str, User] = MappingProxyType({user.id: user for user in _PEOPLE})
