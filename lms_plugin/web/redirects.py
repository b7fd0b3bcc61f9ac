"""Redirects of the two addresses that everybody passes on the way in."""

import re
from wsgiref.types import WSGIEnvironment

from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.urls import iri_to_uri

# What an address may be made of (RFC 3986 §2): nothing in it is to be translated or escaped.
PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


class Redirect(Response):
    """An empty answer that sends the browser on, its headers final."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers as they are: there is nothing left to complete."""
        del environ
        return self.headers


def redirect_to(address: str, status: int) -> Response:
    """Sends the browser to this address."""
    plain = address if PLAIN.fullmatch(address) else iri_to_uri(address)
    return Redirect(None, status, {"Location": plain, "Content-Length": "0"})
