"""Step two of a launch: the tool's authentication request checked, the response signed (OIDC §3.1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from lms_plugin.rehearsal.drafting import Draft
from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.launches import AnsweredLaunch, Launch
from lms_plugin.rehearsal.messages import claims_for
from lms_plugin.rehearsal.tools import Tool


class RefusedRequest(Exception):
    """The request cannot be answered at its redirect_uri, because that address cannot be trusted."""


class OidcError(Exception):
    """An error told to the tool at its redirect_uri (OIDC §3.1.2.6)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


@dataclass(frozen=True)
class AuthenticationResponse:
    """A form to be posted by the browser: id_token and state, or error, error_description and state."""

    redirect_uri: str
    form: dict[str, str]


def answer(installation: Installation, query: Mapping[str, str] | str) -> AuthenticationResponse:
    """Answer one authentication request, given as parameters or as the whole address the tool redirected to.

    Uses up the launch its lti_message_hint names. Raises RefusedRequest on a wrong client_id or redirect_uri.
    """
    request = _parameters(query)
    tool = _trusted_tool(installation, request)
    redirect_uri = request["redirect_uri"]
    try:
        launch = _checked_launch(installation, tool, request)
    except OidcError as error:
        form = {"error": error.error, "error_description": error.description}
        return AuthenticationResponse(redirect_uri, form | _echoed_state(request))
    return AuthenticationResponse(redirect_uri, _signed_form(installation, launch, request))


def _parameters(query: Mapping[str, str] | str) -> Mapping[str, str]:
    return dict(parse_qsl(urlsplit(query).query)) if isinstance(query, str) else query


def _trusted_tool(installation: Installation, request: Mapping[str, str]) -> Tool:
    tool = installation.tool(request.get("client_id", ""))
    if tool is None:
        raise RefusedRequest("unauthorized_client: client_id is unknown")
    if request.get("redirect_uri") not in tool.redirect_uris:
        raise RefusedRequest("invalid_request: redirect_uri is not one of the registered addresses, exactly")
    return tool


def _checked_launch(installation: Installation, tool: Tool, request: Mapping[str, str]) -> Launch:
    _check_protocol(request)
    if not tool.active:
        raise OidcError("unauthorized_client", "this tool is still waiting for the administrator")
    launch = _hinted_launch(installation, request)
    if launch.client_id != tool.client_id:
        raise OidcError("unauthorized_client", "the launch was made for another tool")
    if request.get("login_hint") != launch.user_id:
        raise OidcError("login_required", "login_hint is not the person who clicked")
    return launch


def _check_protocol(request: Mapping[str, str]) -> None:
    if "openid" not in request.get("scope", "").split():
        raise OidcError("invalid_scope", "scope must contain openid")
    if request.get("response_type") != "id_token":
        raise OidcError("unsupported_response_type", "response_type must be id_token")
    for name, value in (("response_mode", "form_post"), ("prompt", "none")):
        if request.get(name) != value:
            raise OidcError("invalid_request", f"{name} must be {value}")
    for name in ("nonce", "state"):
        if not request.get(name):
            raise OidcError("invalid_request", f"{name} is missing")


def _hinted_launch(installation: Installation, request: Mapping[str, str]) -> Launch:
    launch_id = installation.profile.launch_id(request.get("lti_message_hint", ""))
    lifetime = timedelta(seconds=installation.settings.hint_lifetime_seconds)
    launch = installation.pending.take(launch_id, installation.now(), lifetime) if launch_id else None
    if launch is None:
        raise OidcError("invalid_request", "lti_message_hint is unknown, expired or was already used")
    return launch


def _echoed_state(request: Mapping[str, str]) -> dict[str, str]:
    return {"state": request["state"]} if request.get("state") else {}


def _signed_form(installation: Installation, launch: Launch, request: Mapping[str, str]) -> dict[str, str]:
    if launch.return_ticket is not None:
        installation.awaited.add(launch)
    draft = Draft(
        claims=claims_for(installation, launch, request["nonce"]),
        state=request["state"],
        keys=installation.keys,
        tool_url=known_origin(installation, launch),
        earlier=installation.answered.latest(launch.client_id),
    )
    forgery_name = launch.forgery or _standing_forgery(installation)
    form = FORGERIES[forgery_name].form(draft) if forgery_name else draft.form(draft.signed())
    if not forgery_name:
        answered = AnsweredLaunch(launch.client_id, form["state"], form["id_token"])
        installation.answered.add(answered)
    return form


def known_origin(installation: Installation, launch: Launch) -> str:
    tool = installation.tool(launch.client_id)
    return tool.origin if tool else installation.settings.tool_url


def _standing_forgery(installation: Installation) -> str | None:
    """The forgery the administrator switched on for every launch, if any."""
    with installation.store.reading() as memory:
        return memory.forgery
