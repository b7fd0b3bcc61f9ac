"""Who is enrolled in the course just now: everybody, until a test lets people come, go or change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lms_plugin.rehearsal.people import PEOPLE, User
from lms_plugin.rehearsal.vocabulary import LEARNER_ROLE

_MOST_EXTRA = 20_000


@dataclass(frozen=True)
class Enrolments:
    """`absent` people are out of the course, `extra` invented learners in; `roles`, `statuses` by id."""

    absent: frozenset[str] = frozenset()
    extra: int = 0
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)

    def people(self) -> list[User]:
        invented = [_invented(number) for number in range(1, self.extra + 1)]
        return [
            replace(user, roles=self.roles.get(user.id, user.roles))
            for user in (*PEOPLE.values(), *invented)
            if user.id not in self.absent
        ]

    def find(self, user_id: str) -> User | None:
        """The person of this id in the course, without making everybody."""
        if user_id in self.absent:
            return None
        user = PEOPLE.get(user_id) or self._extra(user_id)
        return user and replace(user, roles=self.roles.get(user.id, user.roles))

    def _extra(self, user_id: str) -> User | None:
        number = user_id.removeprefix("extra-")
        known = number.isascii() and number.isdigit() and 0 < int(number) <= self.extra
        user = _invented(int(number)) if known else None
        return user if user and user.id == user_id else None

    def status_of(self, user: User) -> str:
        return self.statuses.get(user.id, "Active")


def _invented(number: int) -> User:
    return User(f"extra-{number:05}", f"Persona {number}", "Inventata", (LEARNER_ROLE,))


def enrolments_from_json(document: Mapping[str, object]) -> Enrolments:
    """Enrolments from the body of POST /rehearsal/roster; raises ValueError naming what is wrong."""
    unknown = sorted(set(document) - set(Enrolments.__dataclass_fields__))
    if unknown:
        raise ValueError(f"unknown fields: {', '.join(unknown)}")
    extra, absent = document.get("extra", 0), document.get("absent", [])
    roles, statuses = document.get("roles", {}), document.get("statuses", {})
    if not isinstance(extra, int) or not 0 <= extra <= _MOST_EXTRA:
        raise ValueError(f"extra must be a number from 0 to {_MOST_EXTRA}")
    if not isinstance(absent, list) or not isinstance(roles, dict) or not isinstance(statuses, dict):
        raise ValueError("absent must be a list, roles and statuses objects")  # noqa: TRY004 - one exception type
    return Enrolments(
        frozenset(map(str, absent)),
        extra,
        {str(user): tuple(map(str, held)) for user, held in roles.items()},
        {str(user): str(status) for user, status in statuses.items()},
    )
