"""Step one of a launch: what the browser is sent to the tool with (OIDC third-party initiated login)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.rehearsal.installation import Installation, new_id
from lms_plugin.rehearsal.launches import Launch
from lms_plugin.rehearsal.people import PEOPLE, User
from lms_plugin.rehearsal.tools import Tool
from lms_plugin.rehearsal.vocabulary import (
    DEEP_LINKING_REQUEST,
    RESOURCE_LINK_REQUEST,
    SUBMISSION_REVIEW_REQUEST,
)


class UnknownLaunch(LookupError):
    """There is no such person, activity, tool, deployment or forgery here."""


@dataclass(frozen=True)
class LoginInitiation:
    """Where to send the browser, with which parameters, and by which method this LMS does it."""

    login_url: str
    fields: dict[str, str]
    method: str

    @property
    def location(self) -> str:
        joint = "&" if "?" in self.login_url else "?"
        return f"{self.login_url}{joint}{urlencode(self.fields)}"


def initiate_resource_link(
    installation: Installation,
    user_id: str,
    link_id: str,
    *,
    document_target: str = "iframe",
    forgery: str | None = None,
    deployment_id: str | None = None,
) -> LoginInitiation:
    """Start opening one activity as one person; raises UnknownLaunch."""
    user = known_user(user_id)
    link = installation.link(link_id)
    if link is None:
        raise UnknownLaunch(f"activity {link_id!r}")
    launch = Launch(
        user_id=user.id,
        client_id=link.client_id,
        deployment_id=deployment_id or link.deployment_id,
        message_type=RESOURCE_LINK_REQUEST,
        target_link_uri=link.target_link_uri,
        document_target=document_target,
        made_at=installation.now(),
        link_id=link.id,
        forgery=forgery,
    )
    return _initiate(installation, launch)


def initiate_deep_linking(
    installation: Installation,
    user_id: str,
    *,
    client_id: str | None = None,
    document_target: str = "iframe",
    forgery: str | None = None,
    settings: Mapping[str, object] | None = None,
) -> LoginInitiation:
    """Start choosing activities from a tool, the first installed one unless told; raises UnknownLaunch.

    `settings` replaces members of the deep linking settings, or leaves out those given as None.
    """
    tool = known_tool(installation, client_id or installation.settings.client_id)
    launch = Launch(
        user_id=known_user(user_id).id,
        client_id=tool.client_id,
        deployment_id=tool.deployment_ids[0],
        message_type=DEEP_LINKING_REQUEST,
        target_link_uri=tool.target_link_uri,
        document_target=document_target,
        made_at=installation.now(),
        forgery=forgery,
        return_ticket=new_id("return"),
        settings=settings or {},
    )
    return _initiate(installation, launch)


def initiate_submission_review(
    installation: Installation,
    user_id: str,
    column_id: str,
    learner_id: str,
    *,
    document_target: str = "iframe",
    forgery: str | None = None,
) -> LoginInitiation:
    """Start looking at what a learner handed in for a column; raises UnknownLaunch."""
    with installation.store.reading() as memory:
        column = memory.line_items.get(column_id)
    link = installation.link(column.resource_link_id or "") if column else None
    if link is None:
        raise UnknownLaunch(f"column {column_id!r}")
    launch = Launch(
        user_id=known_user(user_id).id,
        client_id=link.client_id,
        deployment_id=link.deployment_id,
        message_type=SUBMISSION_REVIEW_REQUEST,
        target_link_uri=link.target_link_uri,
        document_target=document_target,
        made_at=installation.now(),
        link_id=link.id,
        forgery=forgery,
        reviewed_user_id=known_user(learner_id).id,
        column_id=column_id,
    )
    return _initiate(installation, launch)


def known_user(user_id: str) -> User:
    if user_id not in PEOPLE:
        raise UnknownLaunch(f"person {user_id!r}")
    return PEOPLE[user_id]


def known_tool(installation: Installation, client_id: str) -> Tool:
    tool = installation.tool(client_id)
    if tool is None:
        raise UnknownLaunch(f"tool {client_id!r}")
    return tool


def _initiate(installation: Installation, launch: Launch) -> LoginInitiation:
    tool = known_tool(installation, launch.client_id)
    if launch.deployment_id not in tool.deployment_ids:
        raise UnknownLaunch(f"deployment {launch.deployment_id!r}")
    if launch.forgery is not None and launch.forgery not in FORGERIES:
        raise UnknownLaunch(f"forgery {launch.forgery!r}")
    lifetime = timedelta(seconds=installation.settings.hint_lifetime_seconds)
    pending = installation.pending.add(launch, lifetime)
    return LoginInitiation(
        login_url=tool.login_url,
        fields=_login_fields(installation, pending),
        method=installation.profile.initiation_method,
    )


def _login_fields(installation: Installation, launch: Launch) -> dict[str, str]:
    profile = installation.profile
    fields = {
        "iss": installation.issuer,
        "target_link_uri": launch.target_link_uri,
        "login_hint": launch.user_id,
        "lti_message_hint": profile.message_hint(launch.id),
    }
    if profile.sends_client_id:
        fields["client_id"] = launch.client_id
    if profile.deployment_parameter:
        fields[profile.deployment_parameter] = launch.deployment_id
    if profile.storage_target:
        fields["lti_storage_target"] = profile.storage_target
    return fields
