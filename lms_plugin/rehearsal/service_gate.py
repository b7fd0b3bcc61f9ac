"""What every service call passes through: bearer token, scope, media types."""

import json

from flask import request

from lms_plugin.rehearsal.here import here
from lms_plugin.rehearsal.token_desk import Grant


class GateClosed(Exception):
    """The call is refused with `status` before any service looks at it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def require_scope(*scopes: str) -> Grant:
    """The grant behind the bearer token, holding one of `scopes` at least; raises GateClosed."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    grant = here().tokens.find(token.strip(), here().now()) if scheme.lower() == "bearer" else None
    if grant is None:
        raise GateClosed(here().profile.unknown_bearer_status, here().profile.unknown_bearer_words)
    if not set(scopes) & set(grant.scopes):
        raise GateClosed(403, f"the token lacks {scopes[0]}")
    return grant


def require_accept(*media_types: str) -> None:
    """The Accept header must name one of `media_types` exactly; raises GateClosed."""
    accepted = {part.partition(";")[0].strip() for part in request.headers.get("Accept", "*/*").split(",")}
    if not accepted & set(media_types):
        raise GateClosed(here().profile.wrong_accept_status, f"Accept must be {media_types[0]}")


def body_of(media_type: str) -> object:
    """The decoded JSON body of a request whose Content-Type equals `media_type`; raises GateClosed.

    Equality, as Moodle compares: a charset parameter is already another type.
    """
    if request.content_type != media_type:
        raise GateClosed(here().profile.wrong_content_type_status, f"Content-Type must be {media_type}")
    try:
        return json.loads(request.get_data())
    except ValueError as error:
        raise GateClosed(400, "the body is not JSON") from error
