"""Errors as pages a person can act on, with a code and the id of the request."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms_plugin.errors import Refusal
from lms_plugin.web.request_log import request_id

log = logging.getLogger("coalizione.problem")
# The sentence for each code that has one of its own; rooms add theirs with `explain`.
_sentences: dict[str, str] = {}


def explain(sentences: dict[str, str]) -> None:
    """Tells what to say for these codes (Italian msgids, see `lazy_gettext`)."""
    _sentences.update(sentences)


def install_problems(app: Flask) -> None:
    """Answers refusals and HTTP errors with a page, or with JSON where JSON was asked for."""
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _refusal(refusal: Refusal) -> Response:
    log.warning("refused", extra={"facts": {"code": refusal.code, "detail": refusal.detail}})
    return problem(refusal.code, refusal.status)


def _form_expired(_error: CSRFError) -> Response:
    return problem("form_expired", 400)


def _http_error(error: HTTPException) -> Response:
    answer = problem(error.name.lower().replace(" ", "_"), error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return problem("internal_error", 500)


def problem(code: str, status: int, way_back: str = "") -> Response:
    """The page (or JSON) for an error code; `way_back` is the LMS's address for people to return to."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return make_response(jsonify(code=code, request_id=request_id()), status)
    page = render_template(
        "web/problem.html", code=code, sentence=sentence(code), request_id=request_id(), return_to=way_back
    )
    return make_response(page, status)


def sentence(code: str) -> str:
    """What to say about a code, in the reader's language."""
    return str(_sentences.get(code) or _("Non è stato possibile completare la richiesta."))
