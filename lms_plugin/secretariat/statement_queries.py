"""From a search to statements: who is meant, one page, all of them a few at a time."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from course_content.profile import VERBS, activity_iri
from lms_plugin.people.learner import Learner
from lms_plugin.records.completion import Completion
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_filter import Cursor, StatementFilter
from lms_plugin.records.statement_index import agent_key, index_key
from lms_plugin.records.statement_query import Page, find_page
from lms_plugin.secretariat.statement_search import StatementSearch

PAGE_SIZE = 25
CHUNK = 500  # statements in memory at a time while a file is written
MOST_PEOPLE = 10


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom the search means: nobody in particular, one agent, or several people to choose from."""

    agent: str | None = None
    name: str = ""
    candidates: Sequence[Learner] = ()
    unknown: bool = False


def whom(database: Session, search: StatementSearch) -> Meant:
    """The agent that a search asks for: `mailto:…`, `home page|account`, or words of a name or account."""
    if search.learner_id is not None:
        learner = database.get(Learner, search.learner_id)
        return _learner(learner) if learner else Meant(unknown=True)
    if not search.who:
        return Meant()
    if search.who.startswith("mailto:"):
        return Meant(agent_key({"mbox": search.who}), search.who)
    home_page, bar, name = search.who.rpartition("|")
    if bar:
        return Meant(agent_key({"account": {"homePage": home_page, "name": name}}), search.who)
    return _among(_people(database, search.who))


def _learner(learner: Learner) -> Meant:
    account = {"homePage": learner.home_page, "name": learner.account_name}
    return Meant(agent_key({"account": account}), learner.name.strip() or learner.account_name)


def _among(found: Sequence[Learner]) -> Meant:
    if len(found) == 1:
        return _learner(found[0])
    return Meant(candidates=found, unknown=not found)


def _people(database: Session, words: str) -> Sequence[Learner]:
    rows = select(Learner).order_by(Learner.name, Learner.account_name).limit(MOST_PEOPLE + 1)
    for word in words.lower().split():
        columns = (func.lower(Learner.name), func.lower(Learner.account_name))
        rows = rows.where(or_(*(column.contains(word, autoescape=True) for column in columns)))
    return database.scalars(rows).all()


def statement_filter(search: StatementSearch, meant: Meant, base_url: str) -> StatementFilter:
    """What the store is asked for."""
    return StatementFilter(
        agent=meant.agent,
        verb=_verb(search.verb) if search.verb else None,
        activity=_activity(search.activity, base_url) if search.activity else None,
        related_activities=True,
        registration=search.registration,
        since=search.stored_after,
        until=search.stored_until,
        ascending=search.order == "oldest",
        origin=search.origin,
    )


def _verb(verb: str) -> str:
    return index_key(VERBS[verb].iri if verb in VERBS else verb)


def _activity(activity: str, base_url: str) -> str:
    if ":" in activity:
        return index_key(activity)
    programme, _slash, local = activity.partition("/")
    return index_key(activity_iri(base_url, programme, local or None))


def one_page(database: Session, wanted: StatementFilter, cursor: Cursor | None) -> Page:
    """The statements of one page of the table."""
    return find_page(database, wanted, PAGE_SIZE, cursor)


def stream(engine: Engine, wanted: StatementFilter) -> Generator[str, None, None]:
    """The body of every statement that is found now, a few at a time."""
    cursor: Cursor | None = None
    with Session(engine) as database:
        while True:
            page = find_page(database, wanted, CHUNK, cursor)
            database.rollback()  # no transaction stays open while the reader is slow
            yield from page.bodies
            cursor = page.cursor
            if cursor is None:
                return


def find(database: Session, statement_id: UUID) -> Statement | None:
    """One statement, also a voided one."""
    return database.get(Statement, statement_id)


def record_of(database: Session, statement_id: UUID) -> UUID | None:
    """The record that the statement says, when it is in force."""
    return database.scalar(select(Completion.id).where(Completion.statement_id == statement_id))


def voiding(database: Session, statement: Statement) -> Iterator[Statement]:
    """What voided the statement, and what the statement refers to."""
    for one in filter(None, (statement.voided_by, statement.refers_to)):
        found = database.get(Statement, one)
        if found is not None:
            yield found
