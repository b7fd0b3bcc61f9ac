"""JSON log lines, each with the id of its request; never a claim value, a token or a secret."""

import json
import logging
import re
import time
import uuid
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = logging.getLogger("coalizione.request")


class JsonFormatter(logging.Formatter):
    """One JSON object a line; `extra={"facts": {...}}` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = request_id()
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def install_json_logs(level: str) -> None:
    """Sends every log line of the process to standard error as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)


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
