"""Erases a person from every room in one unit of work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms_plugin.delivery.forgetting import forget_answers, forget_deliveries, who_was_told
from lms_plugin.errors import Refusal
from lms_plugin.people.learner import Learner
from lms_plugin.proofs.days import Sealing
from lms_plugin.proofs.erasing import Person, erase_identity, note_erasure
from lms_plugin.proofs.pack_format import is_pseudonym
from lms_plugin.records.statement_index import agent_key, identity
from lms_plugin.rosters.keeping import forget_person
from lms_plugin.web.visit_table import end_visits_of
from lms_plugin.webinars.sittings import forget_name

SHORTEST_NAME = 3  # a shorter one is in many words


class PersonUnknown(Refusal):
    """Nothing here names this person."""

    code = "person_unknown"
    status = 404


class PersonErased(Refusal):
    """The pseudonym of somebody who is erased already."""

    code = "person_erased"
    status = 409


class ReasonNames(Refusal):
    """The reason is kept, and names the person."""

    code = "reason_names_person"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was touched, and who else was told about the person."""

    erasure: str
    pseudonym: str
    counts: Mapping[str, int]
    told: Sequence[str]


def erase_person(
    database: Session, sealing: Sealing, person: Person, *, erased_by: str, reason: str, now: datetime
) -> Erased:
    """Erases the person everywhere; inside the caller's `writing`.

    Raises PersonUnknown, PersonErased, ReasonNames, SecretUnreadable.
    """
    if is_pseudonym(person.agent):
        raise PersonErased("this person was erased before")
    _require_silent(reason, person)
    learner = person.learner
    told = who_was_told(database, learner.id if learner else None)
    elsewhere = _erase_elsewhere(database, learner, now) if learner else {}
    under_way = erase_identity(database, sealing, person)
    under_way.counted.update(elsewhere)
    if not any(under_way.counted.values()):
        raise PersonUnknown("nothing here names this person: check the account, and its LMS (--home-page)")
    key = agent_key({"account": under_way.pseudonym}) or ""
    forget_answers(database, identity(key))
    row = note_erasure(under_way, erased_by, reason, now)
    return Erased(str(row.id), under_way.pseudonym["name"], row.counts, told)


def _erase_elsewhere(database: Session, learner: Learner, now: datetime) -> Mapping[str, int]:
    forget_name(database, learner.id)
    return {
        "visits": end_visits_of(database, learner.id),
        "roster entries": forget_person(database, learner.home_page, learner.account_name),
        "scores not sent": forget_deliveries(database, learner.id, now),
    }


def _require_silent(reason: str, person: Person) -> None:
    learner = person.learner
    named = [learner.account_name, learner.name, learner.email, *learner.name.split()] if learner else []
    named += [str(value).removeprefix("mailto:") for name, value in person.agent.items() if name != "account"]
    named.append(person.agent.get("account", {}).get("name", ""))
    if any(len(one) >= SHORTEST_NAME and one.casefold() in reason.casefold() for one in named):
        raise ReasonNames("the reason is kept for ever: write it without naming the person")
