"""Dynamic registration: a one-use invitation, and the end point the tool posts its own description to."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from flask import Blueprint, Response, jsonify, make_response, request

from lms_plugin.rehearsal.here import here
from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.tools import Tool
from lms_plugin.rehearsal.vocabulary import SERVICE_SCOPES, TOOL_CONFIGURATION

registration = Blueprint("registration", __name__)
INVITATION_LIFETIME = timedelta(hours=1)


class RegistrationRefused(Exception):
    """`text` is the whole body, as Moodle answers."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def invitation(installation: Installation) -> str:
    """A registration token for one registration within the hour, shaped as Moodle's."""
    now = int(installation.now().timestamp())
    claims = {
        "sub": secrets.token_urlsafe(11),
        "scope": "reg",
        "iat": now,
        "exp": now + int(INVITATION_LIFETIME.total_seconds()),
    }
    active = installation.keys.active
    return jwt.encode(claims, active.private_key, algorithm="RS256", headers={"kid": active.kid})


def registration_address(installation: Installation, tool_address: str) -> str:
    """Where to send the administrator's browser, at the tool (LTI Dynamic Registration 1.0 §3.4)."""
    query = {"openid_configuration": f"{installation.settings.url}/.well-known/openid-configuration"}
    if installation.profile.registration_sends_token:
        query["registration_token"] = invitation(installation)
    joint = "&" if "?" in tool_address else "?"
    return f"{tool_address}{joint}{urlencode(query)}"


@registration.post("/registration")
def register() -> Response:
    """Registration end point; the new tool is pending until the administrator activates it."""
    installation = here()
    try:
        client_id = _invited_client(installation)
        tool = read_tool(client_id, request.get_json(force=True, silent=True), installation)
    except RegistrationRefused as refusal:
        return _refused(installation, refusal)
    with installation.store.changing() as memory:
        if client_id in memory.used_registration_tokens:
            return _refused(installation, RegistrationRefused(401, "token_already_used"))
        memory.used_registration_tokens.append(client_id)
        memory.tools[tool.client_id] = tool
    return jsonify(_described(installation, tool))


def _refused(installation: Installation, refusal: RegistrationRefused) -> Response:
    status, kind, body = installation.profile.registration_refusal(refusal.status, refusal.text)
    return make_response(body, status, {"Content-Type": kind})


def require_token(installation: Installation) -> None:
    """Raises RegistrationRefused unless the request carries a registration token of ours, used or not."""
    _token_subject(installation, _bearer())


def _bearer() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


def _invited_client(installation: Installation) -> str:
    """The client id a fresh registration token stands for; raises RegistrationRefused."""
    if not installation.profile.registration_sends_token and "Authorization" not in request.headers:
        return secrets.token_urlsafe(11)
    client_id = _token_subject(installation, _bearer())
    with installation.store.reading() as memory:
        if client_id in memory.used_registration_tokens:
            raise RegistrationRefused(401, "token_already_used")
    return client_id


def _token_subject(installation: Installation, token: str) -> str:
    try:
        keys = {key["kid"]: jwt.PyJWK(dict(key)) for key in installation.keys.jwks()["keys"]}
        key = keys[jwt.get_unverified_header(token)["kid"]]
        options: dict[str, Any] = {"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False}
        claims = jwt.decode(token, key, algorithms=["RS256"], options=options)  # type: ignore[arg-type]
    except (jwt.PyJWTError, KeyError) as error:
        raise RegistrationRefused(401, "invalid_token") from error
    if claims.get("scope") != "reg" or claims["exp"] <= installation.now().timestamp():
        raise RegistrationRefused(401, "invalid_token")
    return str(claims["sub"])


def read_tool(client_id: str, body: object, installation: Installation) -> Tool:
    """The tool a registration body describes; raises RegistrationRefused with 400."""
    fields = body if isinstance(body, dict) else {}
    about = fields.get(TOOL_CONFIGURATION)
    if not isinstance(about, dict):
        raise RegistrationRefused(400, "missing_lti_tool_configuration")
    target = _address(about.get("target_link_uri"), "invalid_target_link_uri")
    _check_domain(about.get("domain"), target)
    redirects = fields.get("redirect_uris")
    if not isinstance(redirects, list) or not redirects:
        raise RegistrationRefused(400, "missing_redirect_uris")
    scopes = str(fields.get("scope", "")).split()
    custom = about.get("custom_parameters") or {}
    return Tool(
        client_id=client_id,
        name=str(fields.get("client_name") or "Strumento"),
        login_url=_address(fields.get("initiate_login_uri"), "missing_initiate_login_uri"),
        redirect_uris=[_address(redirect, "invalid_redirect_uri") for redirect in redirects],
        jwks_url=_address(fields.get("jwks_uri"), "missing_jwks_uri"),
        target_link_uri=target,
        deployment_ids=[_next_deployment(installation)],
        scopes=[scope for scope in SERVICE_SCOPES if scope in scopes],
        # Moodle keeps what stands before the first equals sign of a value.
        custom={str(name): str(value).partition("=")[0] for name, value in dict(custom).items()},
        active=False,
    )


def _next_deployment(installation: Installation) -> str:
    with installation.store.reading() as memory:
        return str(1 + sum(len(tool.deployment_ids) for tool in memory.tools.values()))


def _address(value: object, complaint: str) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        raise RegistrationRefused(400, complaint)
    return str(value)


def _check_domain(domain: object, target: str) -> None:
    if not isinstance(domain, str) or not domain:
        raise RegistrationRefused(400, "missing_domain")
    parts = urlsplit(target)
    if domain not in {parts.netloc, parts.hostname}:
        raise RegistrationRefused(400, "domain_targetlinkuri_mismatch")


def _described(installation: Installation, tool: Tool) -> Mapping[str, object]:
    about: dict[str, object] = {
        "version": "1.3.0",
        "target_link_uri": tool.target_link_uri,
        "domain": urlsplit(tool.target_link_uri).netloc,
        "messages": [{"type": "LtiResourceLinkRequest"}, {"type": "LtiDeepLinkingRequest"}],
        "custom_parameters": tool.custom,
        "claims": ["sub", "iss", "name", "family_name", "given_name", "email"],
    }
    if installation.profile.return_deployment_at_registration:
        about["deployment_id"] = tool.deployment_ids[0]
    return {
        "client_id": tool.client_id,
        "client_name": tool.name,
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "token_endpoint_auth_method": "private_key_jwt",
        "initiate_login_uri": tool.login_url,
        "redirect_uris": tool.redirect_uris,
        "jwks_uri": tool.jwks_url,
        "scope": " ".join(tool.scopes),
        TOOL_CONFIGURATION: about,
    }
