"""Strict JSON: UTF-8, no property twice, no NaN or Infinity, nothing that could not be written again."""

import json
import math
from typing import Any

from lms_plugin.lrs.validation.checks import Invalid

TOO_LARGE = "must not hold a number that large"


def read_json(raw: bytes | str) -> Any:
    """The value; raises Invalid."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        return _writable(text, _DECODER.decode(text))
    except UnicodeError:
        raise Invalid("must be text that UTF-8 can hold") from None
    except RecursionError:
        raise Invalid("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise Invalid(f"must be JSON: {error}") from None
    except Invalid:
        raise
    except ValueError:  # more digits than Python turns into a whole number
        raise Invalid(TOO_LARGE) from None


def _writable(text: str, value: Any) -> Any:
    r"""An escape such as \ud800 without its other half makes a string that UTF-8 cannot hold."""
    if "\\ud" in text or "\\uD" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(f"must not have the property {twice[:200]!r} twice")
    return found


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Invalid(TOO_LARGE)
    return value


def _constant(name: str) -> Any:
    raise Invalid(f"must not hold {name}: it is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_distinct, parse_float=_finite, parse_constant=_constant)
