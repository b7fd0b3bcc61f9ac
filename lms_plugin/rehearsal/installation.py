"""One running practice LMS: its settings, memory, clock and the tools' keys, handed to every rule."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lms_plugin.rehearsal.course import COURSE, LineItem, ResourceLink, first_line_items, first_links
from lms_plugin.rehearsal.faults import FaultSwitch
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.launches import AnsweredLaunches, AwaitedReturns, PendingLaunches
from lms_plugin.rehearsal.quirks import PROFILES, Profile
from lms_plugin.rehearsal.settings import LmsSettings
from lms_plugin.rehearsal.store import Memory, Store, read_memory
from lms_plugin.rehearsal.token_desk import TokenDesk
from lms_plugin.rehearsal.tools import FetchJson, Tool, ToolKeys, fetch_json, first_tool

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Installation:
    settings: LmsSettings
    store: Store
    tool_keys: ToolKeys
    now: Clock = utc_now
    pending: PendingLaunches = field(default_factory=PendingLaunches)
    answered: AnsweredLaunches = field(default_factory=AnsweredLaunches)
    awaited: AwaitedReturns = field(default_factory=AwaitedReturns)
    faults: FaultSwitch = field(default_factory=FaultSwitch)
    tokens: TokenDesk = field(default_factory=TokenDesk)

    @property
    def profile(self) -> Profile:
        with self.store.reading() as memory:
            return PROFILES[memory.profile]

    @property
    def keys(self) -> KeyRing:
        with self.store.reading() as memory:
            return memory.keys

    @property
    def issuer(self) -> str:
        return self.profile.issuer(self.settings.url)

    @property
    def token_url(self) -> str:
        return f"{self.settings.url}/token"

    def tool(self, client_id: str) -> Tool | None:
        with self.store.reading() as memory:
            return memory.tools.get(client_id)

    def link(self, link_id: str) -> ResourceLink | None:
        with self.store.reading() as memory:
            return memory.links.get(link_id)

    def links(self) -> list[ResourceLink]:
        with self.store.reading() as memory:
            return list(memory.links.values())

    def columns_of(self, link_id: str) -> list[LineItem]:
        with self.store.reading() as memory:
            return [item for item in memory.line_items.values() if item.resource_link_id == link_id]

    def service_address(self, path: str) -> str:
        """The address of a course service as this profile writes it, with its query if it has one."""
        query = self.profile.service_query
        address = f"{self.settings.url}/services/{COURSE.id}/{path}"
        return f"{address}?{query}" if query else address

    def line_item_address(self, line_item_id: str) -> str:
        return self.service_address(f"lineitems/{line_item_id}/lineitem")


def new_id(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(6)}"


def fresh_memory(settings: LmsSettings, keys: KeyRing | None = None) -> Memory:
    """The course as it is on the first day: four activities, two columns, one tool."""
    tool = first_tool(settings)
    links = first_links(settings.tool_url, tool.client_id, tool.deployment_ids[0])
    items = first_line_items(tool.client_id)
    return Memory(
        keys=keys or KeyRing(),
        profile=settings.profile,
        tools={tool.client_id: tool},
        links={link.id: link for link in links},
        line_items={item.id: item for item in items},
    )


def install(
    settings: LmsSettings,
    *,
    clock: Clock = utc_now,
    fetch: FetchJson = fetch_json,
    keys: KeyRing | None = None,
) -> Installation:
    """A practice LMS going on from its state file, or new; raises ValueError on an unknown profile."""
    if settings.profile not in PROFILES:
        raise ValueError(f"unknown profile {settings.profile!r}: choose from {', '.join(PROFILES)}")
    remembered = read_memory(settings.state_file) if settings.state_file else None
    store = Store(remembered or fresh_memory(settings, keys), settings.state_file)
    with store.changing():
        pass  # a new state file is written at once, so that keys survive even a first run cut short
    return Installation(settings, store, ToolKeys(fetch), clock)
