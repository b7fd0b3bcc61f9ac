"""Writes down who arrived by which link: learner, course, link, placement; twice the same changes nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.ags import SCORE_SCOPE
from lms_plugin.lti.known import Rows, table_of
from lms_plugin.lti.launch import Launch
from lms_plugin.lti.message import Services
from lms_plugin.lti.platform import LtiContext, Placement, Platform, ResourceLink
from lms_plugin.lti.upserts import insert_if_absent
from lms_plugin.people.learner import Learner
from lms_plugin.storage import Base

Values = Mapping[str, Any]
NOTED_EVERY = timedelta(minutes=5)  # how stale the last launch may get: coming again is then no write here


@dataclass(frozen=True, slots=True)
class Arrived:
    """Ids of the rows that a visit needs; `is_new` when this person never came by this link before.

    `takes_scores_now` when the LMS took no scores from this link at the person's last launch, and does now.
    """

    learner_id: UUID
    placement_id: UUID
    is_new: bool
    takes_scores_now: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An arrival that changes no row: somebody known, or a newcomer with the two rows to add."""

    learner_id: UUID
    placement_id: UUID
    learner: Values | None = None
    placement: Values | None = None


def record_arrival(database: Session, launch: Launch, now: datetime) -> Arrived:
    """Makes or freshens the four rows, from what was known before; call inside `writing`.

    The message must be one of a resource link.
    """
    if _is_other_product(launch):
        same = Platform.id == launch.platform.id
        family = {"product_family": launch.message.product_family}
        database.execute(update(table_of(Platform)).where(same).values(**family))
    return _arrive(_Rows(database, launch.known.rows), launch, now)


def foresee_arrival(launch: Launch, now: datetime) -> Foreseen | None:
    """The same without writing; None when more is to be done than adding a person who was never here."""
    rows = _Additions(launch.known.rows)
    arrived = _arrive(rows, launch, now)
    learner, placement = rows.added.get(Learner), rows.added.get(Placement)
    # Whoever is known and comes by another link may have records that the link must be told of.
    is_usual = (learner is None) == (placement is None) and rows.added.keys() <= {Learner, Placement}
    if rows.changes or not is_usual or arrived.takes_scores_now or _is_other_product(launch):
        return None
    return Foreseen(arrived.learner_id, arrived.placement_id, learner, placement)


def _arrive(rows: "_Rows | _Additions", launch: Launch, now: datetime) -> Arrived:
    known = launch.known.rows
    message, services = launch.message, launch.message.services
    if message.link is None:
        raise ValueError("a message without a link brings nobody to an activity")
    context_id = _keep_context(rows, launch)
    link_id = rows.keep(
        ResourceLink,
        {"deployment_id": launch.deployment_id, "resource_link_id": message.link.id},
        {"title": message.link.title, "context_id": context_id, **_activity(launch), **_column(services)},
    )
    # A link without names must not forget the names that another link of the same LMS shared.
    shared = {"name": message.name, "email": message.email}
    learner_id = rows.keep(
        Learner,
        _account(launch),
        {name: value for name, value in shared.items() if value},
        {"created_at": now, "name": "", "email": ""},
    )
    placement_id = rows.keep(
        Placement,
        {"learner_id": learner_id, "resource_link_id": link_id},
        {
            "subject": message.subject,
            "roles": list(message.roles),
            "line_item_url": services.line_item_url,
            "line_items_url": services.line_items_url,
            "scopes": list(services.scopes),
            "last_launch_at": _noted(known, now),
        },
    )
    is_new = known.get(table_of(Placement).c.id) is None
    gained = not is_new and not _took_scores(known) and _takes_scores(services.scopes, _addresses(services))
    return Arrived(learner_id, placement_id, is_new, gained)


def _column(services: Services) -> Values:
    """The column that the LMS names is the link's, for everybody; none named says nothing about ours."""
    return {"line_item_url": services.line_item_url} if services.line_item_url else {}


def _addresses(services: Services) -> tuple[str | None, ...]:
    return services.line_item_url, services.line_items_url


def _took_scores(known: Rows) -> bool:
    table, link = table_of(Placement).c, table_of(ResourceLink).c
    addresses = (known[table.line_item_url], known[table.line_items_url], known[link.line_item_url])
    return _takes_scores(known[table.scopes] or (), addresses)


def _takes_scores(scopes: Sequence[str], addresses: Sequence[str | None]) -> bool:
    """Whether scores are taken: the scope, and a column or where to find one."""
    return SCORE_SCOPE in scopes and any(addresses)


def _noted(known: Rows, now: datetime) -> datetime:
    before: datetime | None = known.get(table_of(Placement).c.last_launch_at)
    return now if before is None or not timedelta() <= now - before < NOTED_EVERY else before


def _is_other_product(launch: Launch) -> bool:
    """Whether the LMS is another one than we knew: what a platform takes and refuses differs by product."""
    return launch.message.product_family not in {"", launch.platform.product_family}


def _keep_context(rows: "_Rows | _Additions", launch: Launch) -> UUID | None:
    context = launch.message.context
    if context is None:
        return None
    memberships = launch.message.services.memberships_url
    values = {"label": context.label, "title": context.title}
    return rows.keep(
        LtiContext,
        {"deployment_id": launch.deployment_id, "context_id": context.id},
        {**values, "memberships_url": memberships} if memberships else values,
    )


def _activity(launch: Launch) -> Values:
    return {
        "programme_id": launch.target.programme_id or None,
        "activity_id": launch.target.activity_id or None,
    }


def _account(launch: Launch) -> Values:
    return {"home_page": launch.platform.actor_home_page, "account_name": launch.message.subject}


def _changed(known: Rows, table: Table, values: Values) -> Values:
    return {name: value for name, value in values.items() if known[table.c[name]] != value}


class _Additions:
    """Writes nothing down: notes which rows would be added, and whether any would be changed."""

    def __init__(self, known: Rows) -> None:
        self.known = known
        self.added: dict[type[Base], Values] = {}
        self.changes = False

    def keep(self, entity: type[Base], key: Values, values: Values, unset: Values | None = None) -> UUID:
        """The id of the row with this key, or the one that it would get."""
        table = table_of(entity)
        row_id: UUID | None = self.known.get(table.c.id)
        if row_id is not None:
            self.changes = self.changes or bool(_changed(self.known, table, values))
            return row_id
        fresh = uuid.uuid4()
        self.added[entity] = {**key, **(unset or {}), **values, "id": fresh}
        return fresh


class _Rows:
    """Writes only what differs from what is known.

    Many people share a course and a link: were those rows written at every launch, all arrivals of one course
    would wait for each other on PostgreSQL.
    """

    def __init__(self, database: Session, known: Rows) -> None:
        self.database = database
        self.known = known

    def keep(self, entity: type[Base], key: Values, values: Values, unset: Values | None = None) -> UUID:
        """The id of the row with this key, made if absent (with `unset` where `values` says nothing)."""
        table = table_of(entity)
        row_id: UUID | None = self.known.get(table.c.id)
        if row_id is None:
            return self._make(entity, key, {**(unset or {}), **values})
        changed = _changed(self.known, table, values)
        if changed:
            self.database.connection().execute(update(table).where(table.c.id == row_id).values(**changed))
        return row_id

    def _make(self, entity: type[Base], key: Values, values: Values) -> UUID:
        fresh = uuid.uuid4()
        if insert_if_absent(self.database, entity, key, {**values, "id": fresh}):
            return fresh
        # Somebody else made it between our question and now.
        table = table_of(entity)
        same = (table.c[name] == value for name, value in key.items())
        return cast("UUID", self.database.scalar(select(table.c.id).where(*same)))
