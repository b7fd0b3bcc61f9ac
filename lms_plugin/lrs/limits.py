"""What a credential of one programme or one platform may read and write; docs/lrs.md says it in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lms_plugin.errors import Refusal
from lms_plugin.records.document_store import Place
from lms_plugin.records.statement_reach import EVERYTHING, Reach, below
from lms_plugin.records.statement_store import VOIDED

Json = Mapping[str, Any]


class OutOfReach(Refusal):
    """The credential belongs to a programme or platform, and this to another or to none."""

    code = "out_of_reach"
    status = 403


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one credential; `ours` begins the IRIs of the activities of all our programmes."""

    reach: Reach
    ours: str

    @property
    def exist(self) -> bool:
        """Whether there are any."""
        return self.reach != EVERYTHING

    def check_statements(self, statements: Sequence[Json]) -> list[UUID]:
        """Raises OutOfReach for statements that the credential may not store, else returns what they void.

        One that voids another need not name an activity: the other one has to be within reach, as the caller
        looks up.
        """
        if not self.exist:
            return []
        voided = []
        for place, statement in enumerate(statements):
            voids = statement["verb"]["id"] == VOIDED
            self._check(statement, f"in statement {place + 1}", voids=voids)
            voided += [UUID(statement["object"]["id"])] if voids else []
        return voided

    def _check(self, statement: Json, where: str, *, voids: bool) -> None:
        programme, home_page = self.reach.programme_iri, self.reach.home_page
        if home_page is not None and not all(_at(one, home_page) for one in _actors(statement)):
            raise OutOfReach(f"{where} every actor must have an account whose homePage is {home_page}")
        if programme is None:
            return
        named = set(_activities(statement))
        if not voids and not any(below(one, programme) for one in named):
            raise OutOfReach(
                f"{where} the object or an activity of the context must be {programme} or begin with it"
            )
        foreign = [one for one in named if one.startswith(self.ours) and not below(one, programme)]
        if foreign:
            raise OutOfReach(f"{where} stands an activity of another programme: {min(foreign)[:200]}")

    def check_activity(self, iri: str) -> None:
        """Raises OutOfReach for an activity of no interest to the credential's programme."""
        programme = self.reach.programme_iri
        if programme is not None and not below(iri, programme):
            raise OutOfReach(f"the activity must be {programme} or begin with it")

    def check_agent(self, agent_key: str | None) -> None:
        """Raises OutOfReach for an agent (by its index key) that is not an account of the platform."""
        home_page = self.reach.home_page
        if home_page is not None and not (agent_key or "").startswith(f"account|{home_page}|"):
            raise OutOfReach(f"the agent must be an account whose homePage is {home_page}")

    def check_person(self, key: str | None) -> None:
        """Raises OutOfReach for a person (by the agent's index key) whom the credential may not look up."""
        if self.reach.programme_iri is not None:
            raise OutOfReach("the credential belongs to a programme, and persons belong to none")
        self.check_agent(key)

    def check_place(self, place: Place) -> None:
        """Raises OutOfReach for documents that the credential may neither read nor write."""
        if place.activity is None and self.reach.programme_iri is not None:
            raise OutOfReach("the credential belongs to a programme, and this belongs to none")
        if place.agent is None and self.reach.home_page is not None:
            raise OutOfReach("the credential belongs to a platform, and this belongs to none")
        if place.activity is not None:
            self.check_activity(place.activity)
        if place.agent is not None:
            self.check_agent(place.agent)


def _at(actor: Json, home_page: str) -> bool:
    return bool(actor.get("account", {}).get("homePage") == home_page)


def _actors(statement: Json) -> Iterator[Json]:
    """Who acts, in a SubStatement too; of a group its members, and itself where it has an identifier."""
    actor = statement["actor"]
    members = actor.get("member", ())
    yield from members
    if not members or "account" in actor:
        yield actor
    if statement["object"].get("objectType") == "SubStatement":
        yield from _actors(statement["object"])


def _activities(statement: Json) -> Iterator[str]:
    """The object and the activities of the context, in a SubStatement too."""
    target = statement["object"]
    if target.get("objectType", "Activity") == "Activity":
        yield target["id"]
    for group in statement.get("context", {}).get("contextActivities", {}).values():
        yield from (one["id"] for one in (group if isinstance(group, list) else [group]))
    if target.get("objectType") == "SubStatement":
        yield from _activities(target)
