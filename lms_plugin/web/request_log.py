"""One log line for each request, and the id that ties all its lines together."""

import logging
import re
import time
import uuid
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from lms_plugin.log_lines import JsonFormatter

ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = logging.getLogger("coalizione.request")


class RequestFormatter(JsonFormatter):
    """Adds the id of the request."""

    def surroundings(self) -> dict[str, Any]:
        """The id, when there is a request."""
        return {"request_id": request_id()} if has_request_context() else {}


def request_id() -> str:
    """The id of this request: the proxy's, when it is well formed, or a new one."""
    if "request_id" not in g:
        offered = request.headers.get("X-Request-Id", "")
        g.request_id = offered if ACCEPTABLE_ID.fullmatch(offered) else uuid.uuid4().hex
    return str(g.request_id)


def install_request_log(app: Flask) -> None:
    """Logs method, route, status and milliseconds of every request; never the query string."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    facts = {
        "method": request.method,
        "route": str(request.url_rule) if request.url_rule else None,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - g.get("begun", time.perf_counter())) * 1000, 1),
    }
    log.info("request", extra={"facts": facts})
    return response
