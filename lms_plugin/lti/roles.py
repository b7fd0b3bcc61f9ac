"""From the LMS's role names to a part in our pages (LTI 1.3 core §A.2; the reasons are in docs/lti.md)."""

import re
from collections.abc import Iterable

from lms_plugin.people.role import Role

# `http://purl.imsglobal.org/vocab/lis/v2/membership#X`, `…/membership/X#Sub`, https alike; LTI 1.1 `urn:`
# names; bare words, which are context roles (LTI 1.3 core §A.2).
CONTEXT_ROLE = re.compile(
    r"(?:https?://purl\.imsglobal\.org/vocab/lis/v2/membership"
    r"(?:#(?P<principal>\w+)|/(?P<parent>\w+)#\w+)"
    r"|urn:lti:role:ims/lis/(?P<urn>\w+)(?:/\w+)?"
    r"|(?P<bare>[A-Za-z]+))"
)
# Moodle writes `…/lis/v2/person#Administrator`, without saying whether system or institution.
PLATFORM_ADMINISTRATOR = re.compile(
    r"https?://purl\.imsglobal\.org/vocab/lis/v2/(?:system/|institution/)?person#(?:Sys)?Administrator"
    r"|urn:lti:(?:sys|inst)role:ims/lis/(?:Sys)?Administrator"
)
TEST_USER = re.compile(r"https?://purl\.imsglobal\.org/vocab/lti/system/person#TestUser")
PARTS = {
    "Administrator": Role.LMS_ADMINISTRATOR,
    "Instructor": Role.TRAINER,
    "ContentDeveloper": Role.TRAINER,
    "Learner": Role.LEARNER,
    "Mentor": Role.OBSERVER,
}
HIGHEST_FIRST = (Role.LMS_ADMINISTRATOR, Role.TRAINER, Role.LEARNER, Role.OBSERVER)


def part_of(roles: Iterable[str]) -> Role:
    """The part of somebody in the course: the highest of the context roles.

    A platform's administrator without any context role is LMS_ADMINISTRATOR; no role at all is OBSERVER,
    a role that nobody knows LEARNER. An LMS's test user is OBSERVER, so that nothing is recorded of it.
    """
    names = list(roles)
    if not names or any(TEST_USER.fullmatch(name) for name in names):
        return Role.OBSERVER
    parts = _context_parts(names)
    if parts:
        return min(parts, key=HIGHEST_FIRST.index)
    return Role.LMS_ADMINISTRATOR if _administers_platform(names) else Role.LEARNER


def reads_records(roles: Iterable[str]) -> bool:
    """Whether the secretariat's pages open: to a course's administrator, or a platform's, no learner."""
    names = list(roles)
    part = part_of(names)
    return part is Role.LMS_ADMINISTRATOR or (part is Role.TRAINER and _administers_platform(names))


def _administers_platform(names: list[str]) -> bool:
    return any(PLATFORM_ADMINISTRATOR.fullmatch(name) for name in names)


def _context_parts(names: list[str]) -> set[Role]:
    parts = set()
    for name in names:
        found = CONTEXT_ROLE.fullmatch(name)
        if found:
            word = found["principal"] or found["parent"] or found["urn"] or found["bare"]
            parts.add(PARTS.get(word, Role.LEARNER))
    return parts
