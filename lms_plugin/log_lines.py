"""Log lines as JSON objects, for every process; never a claim value, a token or a secret."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import msgspec

ENCODER = msgspec.json.Encoder(enc_hook=str)


class JsonFormatter(logging.Formatter):
    """One JSON object a line; `extra={"facts": {...}}` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self.surroundings(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _as_json(line)

    def surroundings(self) -> dict[str, Any]:
        """What else belongs on every line."""
        return {}


def _as_json(line: dict[str, Any]) -> str:
    try:
        return ENCODER.encode(line).decode()
    except (UnicodeEncodeError, TypeError, ValueError):  # half of a surrogate pair, a key that is no text
        return json.dumps(line, ensure_ascii=True, default=str)


def install_json_logs(level: str, formatter: logging.Formatter) -> None:
    """Sends every log line of the process to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it announces every look at the revision
