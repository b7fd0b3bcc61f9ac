"""The Alternate Request Syntax: any request as a POST of a form (xAPI 1.0.3 Communication 1.3; gone in 2.0).

`AlternateRequests` turns such a request into the one that is meant before anything else sees it. It answers
nothing itself: what it cannot turn goes on with the refusal, for `refuse_untranslatable` to raise.
"""

import io
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request

from lms_plugin.lrs import versions
from lms_plugin.lrs.validation.checks import Invalid

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = ("GET", "PUT", "POST", "DELETE")  # not HEAD: a web server would wait for the body of the answer
PREFIX = "/xapi/"
REFUSAL = "coalizione.untranslatable"
# Form fields that stand for headers, and where WSGI keeps these; the length of the content is known anyway.
HEADERS = {
    "authorization": "HTTP_AUTHORIZATION",
    "x-experience-api-version": "HTTP_X_EXPERIENCE_API_VERSION",
    "content-type": "CONTENT_TYPE",
    "content-length": None,
    "if-match": "HTTP_IF_MATCH",
    "if-none-match": "HTTP_IF_NONE_MATCH",
}
CONTENT = "content"
# Browsers that need this syntax can say no media type, or only text/plain.
FORM_TYPES = ("application/x-www-form-urlencoded", "text/plain", "")
UNSAID_TYPE = "application/json"
LARGEST_FORM = 15 * 1024 * 1024  # 5 MiB of content, each byte as %XX
MOST_FIELDS = 100
PRINTABLE = re.compile(r"[\x20-\x7e]*")


class AlternateRequests:
    """A WSGI application around ours."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Hands the request on, as the one it stands for when it is alternate."""
        if _is_alternate(environ):
            try:
                _translate(environ)
            except (Invalid, RequestEntityTooLarge) as refusal:
                environ[REFUSAL] = refusal
        return self._application(environ, start_response)


def refuse_untranslatable(environ: "WSGIEnvironment") -> None:
    """Raises the refusal when an alternate request could not be understood."""
    if REFUSAL in environ:
        raise environ[REFUSAL]


def _is_alternate(environ: "WSGIEnvironment") -> bool:
    return (
        environ["REQUEST_METHOD"] == "POST"
        and "method=" in environ.get("QUERY_STRING", "")  # the quickest to tell that it is none
        and environ.get("PATH_INFO", "").startswith(PREFIX)
        and "method" in Request(environ, populate_request=False).args
    )


def _translate(environ: "WSGIEnvironment") -> None:
    request = Request(environ, populate_request=False)
    _refuse_in_2(request.headers.get(versions.HEADER, ""))
    method, fields = _method(request), _fields(request)
    headers = {name.lower(): value for name, value in fields.items() if name.lower() in HEADERS}
    _refuse_in_2(headers.get("x-experience-api-version", ""))
    rest = [(name, value) for name, value in fields.items() if name.lower() not in HEADERS]
    _set_headers(environ, headers)
    content = _content(fields, method)
    environ.update(
        {
            "REQUEST_METHOD": method,
            "QUERY_STRING": urlencode([(name, value) for name, value in rest if name != CONTENT]),
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content),
        }
    )
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _refuse_in_2(version: str) -> None:
    if versions.answering(version) == versions.VERSION_2:
        raise Invalid("is not a query parameter in 2.0: send the request itself").below("method")


def _method(request: Request) -> str:
    if len(list(request.args.items(multi=True))) != 1:
        raise Invalid("must be the only query parameter: send the others as form fields").below("method")
    method = request.args["method"]
    if method not in METHODS:
        raise Invalid(f"must be one of {', '.join(METHODS)}").below("method")
    return method


def _fields(request: Request) -> Mapping[str, str]:
    if request.mimetype not in FORM_TYPES:
        raise Invalid("a request with ?method= must be a form: application/x-www-form-urlencoded")
    request.max_content_length = LARGEST_FORM
    try:
        text = request.get_data(cache=False).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # UnicodeError is one
        raise Invalid("the form must be URL encoded UTF-8 of few fields") from None
    fields = dict(pairs)
    if len({name.lower() for name in fields}) != len(pairs):
        raise Invalid("the form must not have a field twice")
    return fields


def _set_headers(environ: "WSGIEnvironment", headers: Mapping[str, str]) -> None:
    environ["CONTENT_TYPE"] = UNSAID_TYPE
    for name, value in headers.items():
        if PRINTABLE.fullmatch(value) is None:
            raise Invalid("must be printable ASCII, as it stands for a header").below(name)
        kept_as = HEADERS[name]
        if kept_as is not None:
            environ[kept_as] = value


def _content(fields: Mapping[str, str], method: str) -> bytes:
    if method not in {"PUT", "POST"}:
        return b""
    if CONTENT not in fields:
        raise Invalid(f"a form that stands for {method} needs the field content").below(CONTENT)
    return fields[CONTENT].encode()
