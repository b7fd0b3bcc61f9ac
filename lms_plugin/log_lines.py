"""Log lines as JSON objects, for every process; never a claim value, a token or a secret."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

AS_JSON = json.JSONEncoder(ensure_ascii=False, default=str).encode


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
        return AS_JSON(line)

    def surroundings(self) -> dict[str, Any]:
        """What else belongs on every line."""
        return {}


def install_json_logs(level: str, formatter: logging.Formatter) -> None:
    """Sends every log line of the process to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it announces every look at the revision
