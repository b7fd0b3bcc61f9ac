"""The claims of an honest id_token: resource link or deep linking request (LTI 1.3 §5, DL 2.0 §4.4)."""

import hashlib
from urllib.parse import urlencode

from lms_plugin.rehearsal.course import COURSE, ResourceLink
from lms_plugin.rehearsal.initiation import known_tool
from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.launches import Launch
from lms_plugin.rehearsal.people import PEOPLE, User
from lms_plugin.rehearsal.vocabulary import (
    AGS_ENDPOINT_CLAIM,
    AGS_SCOPES,
    CLAIM,
    COURSE_OFFERING,
    DL_CLAIM,
    LTI_VERSION,
    NRPS_CLAIM,
    ROSTER_SCOPE,
)

Claims = dict[str, object]


def claims_for(installation: Installation, launch: Launch, nonce: str) -> Claims:
    """Every claim of the message `launch` stands for, as `installation.profile` would write it."""
    user = PEOPLE[launch.user_id]
    claims = {
        **_envelope(installation, launch, nonce),
        **_person(user),
        **_place(installation, launch, user),
        **_services(installation, launch),
    }
    link = installation.link(launch.link_id) if launch.link_id else None
    if link is not None:
        claims |= _resource_link(installation, link)
    if launch.return_ticket is not None:
        claims[f"{DL_CLAIM}deep_linking_settings"] = _deep_linking_settings(installation, launch)
    if launch.reviewed_user_id is not None:
        claims[f"{CLAIM}for_user"] = _reviewed(PEOPLE[launch.reviewed_user_id])
    return claims


def _reviewed(user: User) -> Claims:
    """Whose submission is to be looked at (Submission Review 1.0 §3.1)."""
    named = {"name": user.name, "email": user.email} if user.shares_name else {}
    return {"user_id": user.id, **named, "roles": list(user.roles)}


def _envelope(installation: Installation, launch: Launch, nonce: str) -> Claims:
    issued = int(installation.now().timestamp())
    return {
        "iss": installation.issuer,
        "aud": launch.client_id,
        "sub": launch.user_id,
        "iat": issued,
        "exp": issued + installation.settings.token_lifetime_seconds,
        "nonce": nonce,
        f"{CLAIM}message_type": launch.message_type,
        f"{CLAIM}version": LTI_VERSION,
        f"{CLAIM}deployment_id": launch.deployment_id,
        f"{CLAIM}target_link_uri": launch.target_link_uri,
    }


def _person(user: User) -> Claims:
    if not user.shares_name:
        return {}
    return {
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        "locale": "it-IT",
    }


def _place(installation: Installation, launch: Launch, user: User) -> Claims:
    profile, settings = installation.profile, installation.settings
    return {
        f"{CLAIM}roles": profile.launch_roles(user.roles),
        f"{CLAIM}context": {
            "id": COURSE.id,
            "label": COURSE.label,
            "title": COURSE.title,
            "type": [COURSE_OFFERING],
        },
        f"{CLAIM}launch_presentation": {
            "document_target": launch.document_target,
            "locale": settings.locale,
            "return_url": f"{settings.url}/as/{user.id}/returned",
        },
        f"{CLAIM}tool_platform": {
            "guid": hashlib.sha256(settings.url.encode()).hexdigest()[:32],
            "name": "LMS di prova",
            "product_family_code": profile.family,
            "version": profile.version,
            "url": settings.url,
        },
    }


def _resource_link(installation: Installation, link: ResourceLink) -> Claims:
    return {
        f"{CLAIM}resource_link": {"id": link.id, "title": link.title, "description": link.description},
        f"{CLAIM}custom": {**link.custom, **installation.profile.custom_extra},
    }


def _services(installation: Installation, launch: Launch) -> Claims:
    scopes = known_tool(installation, launch.client_id).scopes
    services: Claims = {}
    if granted := [scope for scope in AGS_SCOPES if scope in scopes]:
        services[AGS_ENDPOINT_CLAIM] = {
            "scope": granted,
            "lineitems": installation.service_address("lineitems"),
            **_declared_column(installation, launch),
        }
    if ROSTER_SCOPE in scopes:
        services[NRPS_CLAIM] = {
            "context_memberships_url": installation.service_address("memberships"),
            "service_versions": ["2.0"],
        }
    return services


def _declared_column(installation: Installation, launch: Launch) -> dict[str, str]:
    """`lineitem` only when exactly one column belongs to the link (AGS 2.0 §3.1)."""
    if launch.column_id is not None:
        return {"lineitem": installation.line_item_address(launch.column_id)}
    columns = installation.columns_of(launch.link_id) if launch.link_id else []
    if len(columns) == 1:
        return {"lineitem": installation.line_item_address(columns[0].id)}
    absent = installation.profile.deleted_column_claim
    return {} if absent is None or launch.link_id is None else {"lineitem": absent}


def _deep_linking_settings(installation: Installation, launch: Launch) -> Claims:
    query = urlencode({"course": COURSE.id, "ticket": launch.return_ticket or ""})
    page = f"{installation.settings.url}/as/{launch.user_id}/deep-linking/return"
    settings: Claims = {
        "deep_link_return_url": f"{page}?{query}",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True,
        "accept_lineitem": True,
        "auto_create": False,
        "title": COURSE.title,
        "text": "",
        "data": launch.opaque_data,
        **launch.settings,
    }
    return {name: value for name, value in settings.items() if value is not None}
