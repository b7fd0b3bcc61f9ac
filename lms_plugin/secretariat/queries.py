"""Filter and scope to one SELECT; the table, its count and the file are all made of that same SELECT."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, and_, case, func, or_, select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.records.completion import Completion
from lms_plugin.secretariat.filters import Order, RecordFilter
from lms_plugin.secretariat.scope import Everything, Rows, Scope

PAGE_SIZE = 25
STREAM_CHUNK = 500  # rows in memory at a time while a file is written
COLUMNS = (
    Completion.id,
    Completion.programme_id,
    Completion.activity_id,
    Completion.activity_kind,
    Completion.outcome,
    Completion.score_percent,
    Completion.duration_seconds,
    Completion.rule_version,
    Completion.completed_at,
    Completion.decided_at,
    Completion.statement_id,
    Learner.id,
    Learner.name,
    Learner.account_name,
    Learner.home_page,
    Platform.name,
    Deployment.name,
    Deployment.deployment_id,
)


class RecordUnknown(Refusal):
    """No record with this id is within the reader's scope."""

    code = "not_found"
    status = 404


@dataclass(frozen=True, slots=True)
class Record:
    """A completion as the secretariat reads it; members in the order of COLUMNS."""

    id: UUID
    programme_id: str
    activity_id: str
    activity_kind: str
    outcome: str
    score_percent: int | None
    duration_seconds: int | None
    rule_version: int
    completed_at: datetime
    decided_at: datetime
    statement_id: UUID
    learner_id: UUID
    learner_name: str
    account_name: str
    home_page: str
    platform_name: str | None
    deployment_name: str | None
    deployment_key: str | None

    @property
    def who(self) -> str:
        """The name, or the account where the LMS shares no name."""
        return self.learner_name.strip() or self.account_name

    @property
    def where(self) -> str:
        """The LMS through whose link the record was made, and the deployment when it has a name."""
        return " – ".join(filter(None, (self.platform_name, self.deployment_name)))


def visible(scope: Scope) -> Rows:
    """Every record that the scope lets its reader see."""
    rows = (
        select(*COLUMNS)
        .select_from(Completion)
        .join(Learner, Learner.id == Completion.learner_id)
        .outerjoin(Placement, Placement.id == Completion.placement_id)
        .outerjoin(ResourceLink, ResourceLink.id == Placement.resource_link_id)
        .outerjoin(Deployment, Deployment.id == ResourceLink.deployment_id)
        .outerjoin(Platform, Platform.id == Deployment.platform_id)
    )
    return scope.limit(rows)


def filtered(chosen: RecordFilter, scope: Scope) -> Rows:
    """The visible records that pass the filter, in its order, all pages."""
    return visible(scope).where(*_conditions(chosen)).order_by(*ORDERS[chosen.order])


def _conditions(chosen: RecordFilter) -> Iterator[ColumnElement[bool]]:
    yield Completion.activity_kind.in_(chosen.kinds)
    if chosen.programme:
        yield Completion.programme_id == chosen.programme
    if chosen.activity:
        programme, _slash, activity = chosen.activity.partition("/")
        yield and_(Completion.programme_id == programme, Completion.activity_id == activity)
    if chosen.outcome:
        yield Completion.outcome == chosen.outcome
    if chosen.completed_from:
        yield Completion.completed_at >= chosen.completed_from
    if chosen.completed_before:
        yield Completion.completed_at < chosen.completed_before
    if chosen.deployment_id:
        yield ResourceLink.deployment_id == chosen.deployment_id
    yield from map(_holds_word, chosen.text.split())


def _holds_word(word: str) -> ColumnElement[bool]:
    # SQLite lowers ASCII only: «NICOLÒ» reads «nicolÒ» there, so both spellings are looked for.
    lower = word.lower()
    spellings = {lower, "".join(letter if letter.isascii() else letter.upper() for letter in lower)}
    columns = (Learner.name, Learner.account_name)
    return or_(
        *(
            func.lower(column).contains(spelling, autoescape=True)
            for column in columns
            for spelling in spellings
        )
    )


_SHOWN_NAME = func.lower(case((Learner.name != "", Learner.name), else_=Learner.account_name))
ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    Order.NEWEST: (Completion.completed_at.desc(), Completion.id.desc()),
    Order.OLDEST: (Completion.completed_at.asc(), Completion.id.asc()),
    Order.NAME: (_SHOWN_NAME.asc(), Completion.completed_at.desc(), Completion.id.desc()),
}


def count(database: Session, chosen: RecordFilter, scope: Scope) -> int:
    """How many records pass the filter."""
    rows = filtered(chosen, scope).order_by(None).with_only_columns(Completion.id).subquery()
    return database.scalar(select(func.count()).select_from(rows)) or 0


def one_page(database: Session, chosen: RecordFilter, scope: Scope) -> list[Record]:
    """The records of the filter's page."""
    rows = filtered(chosen, scope).limit(PAGE_SIZE).offset((chosen.page - 1) * PAGE_SIZE)
    return [Record(*row) for row in database.execute(rows)]


def stream(engine: Engine, chosen: RecordFilter, scope: Scope) -> Generator[Record, None, None]:
    """Every record of the filter, a few at a time, in one reading transaction of its own."""
    rows = filtered(chosen, scope).execution_options(yield_per=STREAM_CHUNK)
    with Session(engine) as database, database.execute(rows) as result:
        for row in result:
            yield Record(*row)


def find_record(database: Session, record_id: UUID, scope: Scope) -> Record:
    """One record; raises RecordUnknown for one that is not there and for one out of scope alike."""
    row = database.execute(visible(scope).where(Completion.id == record_id)).one_or_none()
    if row is None:
        raise RecordUnknown
    return Record(*row)


def deployments(database: Session, scope: Scope) -> list[tuple[UUID, str]]:
    """The deployments to choose from, with a label each; none for who sees only one."""
    if not isinstance(scope, Everything):
        return []
    rows = (
        select(Deployment.id, Platform.name, Deployment.name, Deployment.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .order_by(Platform.name, Deployment.name, Deployment.deployment_id)
    )
    return [(row[0], f"{row[1]} – {row[2] or row[3]}") for row in database.execute(rows)]
