"""Redirects of the two addresses that everybody passes on the way in."""

import re

from flask import Response
from werkzeug.urls import iri_to_uri

from lms_plugin.web.final_response import FinalResponse

# What an address may be made of (RFC 3986 §2): nothing in it is to be translated or escaped.
PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


def redirect_to(address: str, status: int) -> Response:
    """Sends the browser to this address."""
    plain = address if PLAIN.fullmatch(address) else iri_to_uri(address)
    return FinalResponse(None, status, {"Location": plain, "Content-Length": "0"})
