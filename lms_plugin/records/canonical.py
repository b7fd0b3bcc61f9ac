"""The one way a value is written as bytes before it is hashed or named: canonical JSON."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lms_plugin.errors import Refusal


class NotCanonical(Refusal):
    """A value has no canonical form: half a surrogate pair, infinity, an object that JSON does not know."""

    code = "not_canonical"


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, every text in NFC, nothing escaped that need not be.

    Raises NotCanonical when the value cannot be written so.
    """
    try:
        text = json.dumps(
            _normal(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
        text.encode()
    except (TypeError, ValueError) as error:  # UnicodeEncodeError is a ValueError
        raise NotCanonical(type(error).__name__) from error
    return text


def canonical_instant(moment: datetime) -> str:
    """An aware instant as UTC with six decimals and Z, the precision that both databases keep."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", key): _normal(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_normal(item) for item in value]
    return value
