"""How far a reader of statements sees: a programme's activities, the accounts of one platform."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from lms_plugin.records.statement import Activity, Agent, Statement, StatementActivity, StatementAgent

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Reach:
    """The IRI that begins the activities, and the home page of the accounts; None sets no limit."""

    programme_iri: str | None = None
    home_page: str | None = None

    def conditions(self, statement: type[Statement]) -> list[Condition]:
        """What a statement within reach fulfils."""
        return [
            *([] if self.programme_iri is None else [_names_activity(statement, self.programme_iri)]),
            *([] if self.home_page is None else [_names_account(statement, self.home_page)]),
        ]

    def has_activity(self, iri: str) -> bool:
        """Whether an activity is within it."""
        return self.programme_iri is None or below(iri, self.programme_iri)

    def has_person(self, key: str) -> bool:
        """Whether an agent, by its index key, is within it; persons belong to no programme."""
        at_home = self.home_page is None or key.startswith(f"account|{self.home_page}|")
        return self.programme_iri is None and at_home


EVERYTHING = Reach()


def below(iri: str, programme: str) -> bool:
    """Whether an activity is the programme or one of its parts."""
    return iri == programme or iri.startswith(f"{programme}/")


def _names_activity(statement: type[Statement], iri: str) -> Condition:
    below = or_(Activity.iri == iri, Activity.iri.startswith(f"{iri}/", autoescape=True))
    row = aliased(StatementActivity)  # the question around it may be about the same table
    named = (row.activity_id.in_(select(Activity.id).where(below)), row.related.in_((False, True)))
    return select(row.statement_id).where(*named, *_of(row, statement)).exists()


def _names_account(statement: type[Statement], home_page: str) -> Condition:
    there = Agent.key.startswith(f"account|{home_page}|", autoescape=True)
    row = aliased(StatementAgent)
    named = (row.agent_id.in_(select(Agent.id).where(there)), row.related.is_(False))
    return select(row.statement_id).where(*named, *_of(row, statement)).exists()


def _of(row: type[StatementActivity | StatementAgent], statement: type[Statement]) -> tuple[Condition, ...]:
    # `stored` too, as the index has it before the id.
    return row.statement_id == statement.id, row.stored == statement.stored
