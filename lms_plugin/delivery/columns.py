"""The grade book column of a link: found at the LMS, or made there once, by one worker of all.

Commits by itself, like `lti.access_tokens`: a claim in the database says who is looking, and no transaction
is open while the LMS is asked. Everybody else waits for the answer, or comes again.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.lti.ags import LINE_ITEM_READ_SCOPE, LINE_ITEM_SCOPE, create_line_item, list_line_items
from lms_plugin.lti.line_item import LineItem
from lms_plugin.lti.platform import ResourceLink
from lms_plugin.outbound import Outbound
from lms_plugin.storage import writing

# Longer than anybody looks: many slow pages. Renewed before a column is made.
LOOKING = timedelta(minutes=10)
FAILED_WAIT = timedelta(seconds=20)
WAIT_SECONDS, WAIT_STEP_SECONDS = 10.0, 0.25


class ColumnBusy(Exception):
    """Another worker is looking for it, or has just failed to: come again."""


class NoColumn(Exception):
    """There is none, and the LMS lets us make none."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The column that a link should have; `line_items_url` is where the LMS keeps the course's columns."""

    link_id: UUID
    line_items_url: str
    scopes: frozenset[str]
    column: LineItem

    @property
    def readable(self) -> bool:
        """Whether we may look at all."""
        return bool(self.line_items_url) and bool(self.scopes & {LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE})


def resource_id_of(programme_id: str, activity_id: str) -> str:
    """What names our activity in the LMS's columns."""
    return f"{programme_id}/{activity_id}"


def choose(found: Sequence[LineItem], wanted: LineItem) -> LineItem | None:
    """The column of this link among those that the LMS shows, whatever it made of our filters.

    Ours by resourceId and tag before all others; else the only one of the link, or the only one of the link
    that the LMS itself made. None when it cannot be told: then one of our own is made.
    """
    ours = [one for one in found if _is_ours(one, wanted)]
    if ours:
        return min(ours, key=lambda one: (one.tag != wanted.tag, one.resource_link_id == "", one.url))
    of_link = [one for one in found if one.resource_link_id == wanted.resource_link_id]
    plain = of_link if len(of_link) == 1 else [one for one in of_link if not one.resource_id and not one.tag]
    return plain[0] if len(plain) == 1 else None


def _is_ours(one: LineItem, wanted: LineItem) -> bool:
    same_link = one.resource_link_id in {"", wanted.resource_link_id}
    # A column that names no link is ours only when the tag says so too.
    tagged = one.tag == wanted.tag or (one.tag == "" and one.resource_link_id != "")
    return same_link and one.resource_id == wanted.resource_id and tagged


def forget_column(database: Session, link_id: UUID, line_item_url: str) -> None:
    """Forgets a column that the LMS no longer has, unless another is known by now; commits."""
    with writing(database):
        database.execute(
            _link(link_id).where(ResourceLink.line_item_url == line_item_url).values(line_item_url=None)
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """Finds or makes columns; `pause` waits while another worker is looking."""

    outbound: Outbound
    sessions: sessionmaker[Session]
    pause: Callable[[float], None] = time.sleep

    def find_or_make(self, wanted: Wanted, token: str, now: datetime) -> str:
        """The column's address, kept on the link. `token` must carry the scopes for columns we were given.

        Raises ColumnBusy, NoColumn, ServiceRefused, BadPaging, OutboundRefused, OutboundFailed.
        """
        for _ in range(int(WAIT_SECONDS / WAIT_STEP_SECONDS)):
            known = self._known(wanted.link_id)
            if known:
                return known
            if self._claim(wanted.link_id, None, now):
                return self._look(wanted, token, now)
            self.pause(WAIT_STEP_SECONDS)
        raise ColumnBusy

    def _look(self, wanted: Wanted, token: str, now: datetime) -> str:
        try:
            url = self._found(wanted, token) or self._made(wanted, token, now)
        except ColumnBusy:
            raise  # the claim is another's by now
        except BaseException:
            self._end(wanted.link_id, {"line_item_asked_until": now + FAILED_WAIT})
            raise
        self._end(wanted.link_id, {"line_item_asked_until": None, "line_item_url": url})
        return url

    def _found(self, wanted: Wanted, token: str) -> str | None:
        link = wanted.column.resource_link_id
        found = list_line_items(self.outbound, wanted.line_items_url, token, resource_link_id=link)
        chosen = choose(found, wanted.column)
        return chosen.url if chosen else None

    def _made(self, wanted: Wanted, token: str, now: datetime) -> str:
        if LINE_ITEM_SCOPE not in wanted.scopes:
            raise NoColumn
        # Looking may have taken longer than the claim: then somebody else is making it.
        if not self._claim(wanted.link_id, now + LOOKING, now + LOOKING):
            raise ColumnBusy
        return create_line_item(self.outbound, wanted.line_items_url, token, wanted.column).url

    def _known(self, link_id: UUID) -> str | None:
        with self.sessions() as database:
            return database.scalar(select(ResourceLink.line_item_url).where(ResourceLink.id == link_id))

    def _claim(self, link_id: UUID, held: datetime | None, now: datetime) -> bool:
        """Whether the column of this link is ours to look for; `held` renews the claim we have."""
        asked = ResourceLink.line_item_asked_until
        free = or_(asked.is_(None), asked <= now) if held is None else asked == held
        with self.sessions() as database, writing(database):
            claimed = database.execute(
                _link(link_id)
                .where(ResourceLink.line_item_url.is_(None), free)
                .values(line_item_asked_until=now + LOOKING)
            )
            return isinstance(claimed, CursorResult) and claimed.rowcount == 1

    def _end(self, link_id: UUID, values: dict[str, Any]) -> None:
        # What a launch has said meanwhile stays: the LMS knows its columns best.
        with self.sessions() as database, writing(database):
            database.execute(_link(link_id).where(ResourceLink.line_item_url.is_(None)).values(**values))


def _link(link_id: UUID) -> Any:
    return update(ResourceLink).where(ResourceLink.id == link_id).execution_options(synchronize_session=False)
