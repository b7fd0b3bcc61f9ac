"""What a reader asks the store of statements for, and where reading goes on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms_plugin.records.statement_reach import EVERYTHING, Reach


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended, and the newest `stored` there was when the first page was read."""

    stored: datetime
    id: UUID
    bound: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of all statements: right after the statement with this `stored` and id."""

    stored: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """What a reader asked for (xAPI 1.0.3 Communication 2.1.3); agents, verb and activity as index keys."""

    agent: str | None = None
    related_agents: bool = False
    verb: str | None = None
    activity: str | None = None
    related_activities: bool = False
    registration: UUID | None = None
    since: datetime | None = None  # exclusive
    until: datetime | None = None  # inclusive
    ascending: bool = False
    # Only statements of this authority: for readers who may see nothing but their own.
    authority: str | None = None
    origin: str | None = None  # own | client
    # How far the reader sees.
    reach: Reach = EVERYTHING

    @property
    def selects(self) -> bool:
        """Whether it looks at anything but time, so that references count (`referring`)."""
        return any((self.agent, self.verb, self.activity, self.registration))
