"""The members of the course as NRPS shows them (NRPS 2.0 §2)."""

from collections.abc import Mapping

from lms_plugin.rehearsal.course import COURSE
from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.people import User
from lms_plugin.rehearsal.vocabulary import CLAIM, RESOURCE_LINK_REQUEST


class UnknownResourceLink(LookupError):
    """rlid names no resource link of the asking tool."""


def members(
    installation: Installation, client_id: str, filters: Mapping[str, str]
) -> list[dict[str, object]]:
    """Everybody, narrowed by role (full or bare) and rlid; raises UnknownResourceLink."""
    link_id = filters.get("rlid")
    if link_id is not None:
        link = installation.link(link_id)
        if link is None or link.client_id != client_id:
            raise UnknownResourceLink(link_id)
    role = filters.get("role")
    with installation.store.reading() as memory:
        enrolments = memory.enrolments
    return [
        _member(installation, user, link_id, enrolments.status_of(user))
        for user in enrolments.people()
        if role is None or any(_same_role(role, held) for held in user.roles)
    ]


def container(installation: Installation, page: list[dict[str, object]]) -> dict[str, object]:
    return {
        "id": installation.service_address("memberships"),
        "context": {"id": COURSE.id, "label": COURSE.label, "title": COURSE.title},
        "members": page,
    }


def _member(installation: Installation, user: User, link_id: str | None, status: str) -> dict[str, object]:
    member: dict[str, object] = {
        "status": status,
        "user_id": user.id,
        "roles": installation.profile.roster_roles(user.roles),
    }
    if user.shares_name:
        member |= {
            "name": user.name,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "email": user.email,
        }
    if link_id is not None:
        member["message"] = [{f"{CLAIM}message_type": RESOURCE_LINK_REQUEST}]
    return member


def _same_role(wanted: str, held: str) -> bool:
    return wanted == held or ("#" not in wanted and wanted == held.rpartition("#")[2])
