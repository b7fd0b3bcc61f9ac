"""From the LMS's role names to a part in our pages (LTI 1.3 core §A.2; the reasons are in docs/lti.md)."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

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
    r"|https?://purl\.imsglobal\.org/vocab/lis/v2/system/person#SysAdmin"
    r"|urn:lti:(?:sys|inst)role:ims/lis/(?:Sys)?Administrator|urn:lti:sysrole:ims/lis/SysAdmin"
)
TEST_USER = re.compile(r"https?://purl\.imsglobal\.org/vocab/lti/system/person#TestUser")
PARTS = {
    "Administrator": Role.LMS_ADMINISTRATOR,
    "Instructor": Role.TRAINER,
    "ContentDeveloper": Role.TRAINER,
    "Learner": Role.LEARNER,
    "Mentor": Role.OBSERVER,
    "Manager": Role.LEARNER,
    "Member": Role.LEARNER,
    "Officer": Role.LEARNER,
}
USUAL: Mapping[str, Role] = MappingProxyType({})
HIGHEST_FIRST = (Role.LMS_ADMINISTRATOR, Role.TRAINER, Role.LEARNER, Role.OBSERVER)


def part_of(roles: Iterable[str], overrides: Mapping[str, Role] = USUAL) -> Role:
    """The part of somebody in the course: the highest of the context roles.

    A platform's administrator without any context role that we know is LMS_ADMINISTRATOR; no role at all is
    OBSERVER, a role that nobody knows LEARNER. An LMS's test user is OBSERVER, so that nothing is recorded of
    it. `overrides` say what some role strings mean instead, as context roles.
    """
    names = list(roles)
    if not names or any(TEST_USER.fullmatch(name) for name in names):
        return Role.OBSERVER
    usual = [name for name in names if name not in overrides]
    parts = _context_parts(usual) | {overrides[name] for name in names if name in overrides}
    if parts:
        return min(parts, key=HIGHEST_FIRST.index)
    return Role.LMS_ADMINISTRATOR if _administers_platform(usual) else Role.LEARNER


def reads_records(roles: Iterable[str], overrides: Mapping[str, Role] = USUAL) -> bool:
    """Whether the secretariat's pages open: to a course's administrator, or a platform's, no learner."""
    names = list(roles)
    part = part_of(names, overrides)
    usual = [name for name in names if name not in overrides]
    return part is Role.LMS_ADMINISTRATOR or (part is Role.TRAINER and _administers_platform(usual))


def _administers_platform(names: list[str]) -> bool:
    return any(PLATFORM_ADMINISTRATOR.fullmatch(name) for name in names)


def _context_parts(names: list[str]) -> set[Role]:
    """Parts by the context roles that we know; one that nobody knows must not lock an administrator out."""
    parts = set()
    for name in names:
        found = CONTEXT_ROLE.fullmatch(name)
        word = found and (found["principal"] or found["parent"] or found["urn"] or found["bare"])
        if word in PARTS:
            parts.add(PARTS[word])
    return parts
