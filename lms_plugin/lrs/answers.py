"""What every answer of the LRS has: its two headers, and errors as JSON with path and rule."""

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Response, g, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.lrs import versions
from lms_plugin.lrs.rate_limits import TooManyRequests
from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.records.statement_form import instant_text
from lms_plugin.records.statement_order import consistent_through
from lms_plugin.web.clock import now
from lms_plugin.web.request_log import request_id

log = logging.getLogger("coalizione.lrs")
CONSISTENT_THROUGH = "X-Experience-API-Consistent-Through"
SERVER_ERROR = 500
JSON, PLAIN, PAGE = "application/json", "text/plain", "text/html"
SURELY_COMMITTED = timedelta(hours=1)  # no transaction lasts that long


def add_headers(response: Response) -> Response:
    """The version always, and on /statements how far the store is complete."""
    unsaid = g.lrs_client.version if "lrs_client" in g else versions.VERSION_1
    response.headers[versions.HEADER] = versions.answering(request.headers.get(versions.HEADER) or unsaid)
    if request.path.rstrip("/").endswith("/statements"):
        response.headers[CONSISTENT_THROUGH] = instant_text(_consistent(response.status_code))
    return response


def _consistent(status: int) -> datetime:
    if "consistent_through" in g:
        return g.consistent_through  # type: ignore[no-any-return]
    moment = now()
    # When things are broken the database is not asked again: an earlier instant is never wrong.
    return consistent_through(db.session(), moment) if status < SERVER_ERROR else moment - SURELY_COMMITTED


def json_answer(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json")


def tagged(answer: Response) -> Response:
    """The answer with an entity tag; 304 where the client knows it already."""
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def error(code: str, status: int, rule: str, path: str | None = None) -> Response:
    """An error: a code for machines, the rule that was broken, and where in what was sent.

    As JSON unless the client would rather have plain text or a page (1.0.3 Communication 3.2).
    """
    where = {} if path is None else {"path": path}
    facts = {"code": code, **where, "rule": rule, "request_id": request_id()}
    wanted = request.accept_mimetypes.best_match((JSON, PLAIN, PAGE), default=JSON)
    if wanted == JSON:
        return json_answer(facts, status)
    lines = [f"{name}: {value}" for name, value in facts.items()]
    text = "\n".join(lines) if wanted == PLAIN else _page(status, lines)
    return Response(text, status, content_type=f"{wanted}; charset=utf-8")


def _page(status: int, lines: Sequence[str]) -> str:
    paragraphs = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    title = Markup('<!doctype html><html lang="en"><title>{0}</title><h1>{0}</h1>').format(f"xAPI: {status}")
    return title + paragraphs


def refused(refusal: Refusal) -> Response:
    """The answer to a refusal."""
    log.info("refused", extra={"facts": {"code": refusal.code}})
    path = refusal.path if isinstance(refusal, Invalid) else None
    answer = error(refusal.code, refusal.status, str(refusal), path)
    if refusal.status == 401:  # noqa: PLR2004 - its name is its number
        answer.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    if isinstance(refusal, TooManyRequests):
        answer.headers["Retry-After"] = str(refusal.wait)
    return answer


def http_error(problem: HTTPException) -> Response:
    """The answer to what Flask refuses by itself, such as a body that is too large."""
    status = problem.code or SERVER_ERROR
    answer = error(problem.name.lower().replace(" ", "_"), status, problem.description or problem.name)
    for name, value in problem.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def unexpected(problem: Exception) -> Response:
    """The answer to a fault of ours."""
    log.error("unexpected error", exc_info=problem)
    return error("internal_error", SERVER_ERROR, "this is our fault: tell us the request_id")
