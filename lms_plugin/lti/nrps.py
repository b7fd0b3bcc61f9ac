"""Names and Role Provisioning Services 2.0: reading who is in a course of the LMS (§2)."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lms_plugin.lti.paging import BadPaging, pages
from lms_plugin.lti.reading import LONGEST_ID, clean
from lms_plugin.lti.service_call import ServiceRefused
from lms_plugin.outbound import Answer, Outbound, OutboundFailed, OutboundRefused

MEMBERSHIP_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
CONTAINER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
LARGEST_PAGE = 8 * 1024 * 1024  # about 20,000 people with names: Moodle gives everybody in one page
MOST_MEMBERS = 50_000
PATIENCE_SECONDS = 120.0
LONGEST_NAME, LONGEST_ROLE, MOST_ROLES = 255, 500, 50
# Open edX gives a big course only in pieces, and only to those who ask for pieces.
ABOVE_LIMIT, PIECE = "above_response_limit", 100
FORBIDDEN = 403
STATUSES = {"active": "Active", "inactive": "Inactive", "deleted": "Deleted"}


class RosterUnavailable(Exception):
    """No whole answer came: unreachable, too slow, too large, or an address that is not called."""


class RosterBroken(Exception):
    """What came is not a roster, or its pages never end; nothing of it may be used."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the course; `name` and `email` are empty unless the LMS shares them."""

    user_id: str
    roles: tuple[str, ...]
    status: str  # Active | Inactive | Deleted
    name: str
    email: str


@dataclass(slots=True)
class Roster:
    """Everybody who could be read, by id.

    `unreadable` counts the entries left out, by reason; `doubtful` are ids of such entries: about these
    people nothing is known this time, which is not the same as their having left.
    """

    members: dict[str, Member] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)
    doubtful: set[str] = field(default_factory=set)
    pages: int = 0


class _Unreadable(Exception):
    """One entry is left out; the text is the reason."""


def read_roster(
    outbound: Outbound,
    memberships_url: str,
    token: str,
    *,
    resource_link_id: str = "",
    patience: float = PATIENCE_SECONDS,
) -> Roster:
    """All pages of a course's roster (NRPS §2.4); raises ServiceRefused, RosterUnavailable, RosterBroken.

    With `resource_link_id` only those who may open that link. `patience`, in seconds, is for all pages.
    """
    ends = time.monotonic() + patience
    address = roster_address(memberships_url, rlid=resource_link_id)
    try:
        return _read(outbound, address, token, ends)
    except ServiceRefused as refused:
        if refused.status != FORBIDDEN or ABOVE_LIMIT not in refused.told:
            raise
    return _read(outbound, roster_address(address, limit=str(PIECE)), token, ends)


def roster_address(memberships_url: str, **wanted: str) -> str:
    """The address with these parameters added, each unless it is empty or there already.

    Some LMSs put `rlid` into the address they give; the rest of its query stays as it is.
    """
    parts = urlsplit(memberships_url)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = urlencode({name: value for name, value in wanted.items() if value and name not in present})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added))), fragment=""))


def _read(outbound: Outbound, address: str, token: str, ends: float) -> Roster:
    headers = {"Authorization": f"Bearer {token}", "Accept": CONTAINER_TYPE}

    def fetch(page: str) -> Answer:
        if time.monotonic() > ends:
            raise RosterUnavailable("the pages of the roster took too long")
        return outbound.get(page, headers=headers, limit=LARGEST_PAGE)

    roster = Roster()
    try:
        for answer in pages(fetch, address):
            _take_in(roster, _entries(answer))
    except (OutboundFailed, OutboundRefused) as error:
        raise RosterUnavailable(str(error)) from error
    except (BadPaging, ValueError) as error:  # ValueError: the next address is none at all
        raise RosterBroken(str(error)) from error
    if roster.unreadable and not roster.members:
        raise RosterBroken(f"not one entry could be read: {dict(roster.unreadable)}")
    return roster


def _entries(answer: Answer) -> list[Any]:
    """The entries of one page. Old Canvas names another media type, so the type is not asked for."""
    try:
        container = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise RosterBroken("the answer is not JSON") from error
    members = container.get("members") if isinstance(container, dict) else None
    if not isinstance(members, list):
        raise RosterBroken("the answer has no list of members")
    return members


def _take_in(roster: Roster, entries: list[Any]) -> None:
    roster.pages += 1
    for entry in entries:
        try:
            member = read_member(entry)
        except _Unreadable as reason:
            roster.unreadable[str(reason)] += 1
            if (user_id := _user_id(entry)) is not None:
                roster.doubtful.add(user_id)
            continue
        roster.members[member.user_id] = _joined(roster.members.get(member.user_id), member)
    if len(roster.members) + roster.unreadable.total() > MOST_MEMBERS:
        raise RosterBroken(f"there are more than {MOST_MEMBERS} members")


def read_member(entry: Any) -> Member:
    """One entry (NRPS §2.2); raises _Unreadable with the reason. A missing status means Active."""
    if not isinstance(entry, dict):
        raise _Unreadable("not an object")
    user_id = _user_id(entry)
    if user_id is None:
        raise _Unreadable("no usable user_id")
    return Member(user_id, _roles(entry), _status(entry), _name(entry), _text(entry, "email"))


def _user_id(entry: Any) -> str | None:
    """The id as it will be in a launch's `sub`: printable ASCII, 1 to 255 characters."""
    value = entry.get("user_id") if isinstance(entry, dict) else None
    usable = (
        isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable()
    )
    return value if usable else None


def _roles(entry: Mapping[str, Any]) -> tuple[str, ...]:
    roles = entry.get("roles")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise _Unreadable("roles are not a list of texts")
    return tuple(dict.fromkeys(clean(role, LONGEST_ROLE) for role in roles[:MOST_ROLES]))


def _status(entry: Mapping[str, Any]) -> str:
    status = entry.get("status")
    if status is None:
        return "Active"
    if not isinstance(status, str) or status.lower() not in STATUSES:
        raise _Unreadable("unknown status")
    return STATUSES[status.lower()]


def _name(entry: Mapping[str, Any]) -> str:
    parts = (_text(entry, "given_name"), _text(entry, "family_name"))
    return _text(entry, "name") or " ".join(filter(None, parts))[:LONGEST_NAME]


def _text(entry: Mapping[str, Any], name: str) -> str:
    """A text for people; one of the wrong type counts as not shared: the person is there all the same."""
    value = entry.get(name)
    return clean(value, LONGEST_NAME) if isinstance(value, str) else ""


def _joined(earlier: Member | None, member: Member) -> Member:
    """One person who is listed twice (once for each group, say): all roles, and the livelier status."""
    if earlier is None:
        return member
    status = min(earlier.status, member.status, key=list(STATUSES.values()).index)
    roles = tuple(dict.fromkeys(earlier.roles + member.roles))
    return Member(member.user_id, roles, status, earlier.name or member.name, earlier.email or member.email)
