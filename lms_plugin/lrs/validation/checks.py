"""What a refusal says: the rule that is broken, and where; formats of strings, with the rule in words."""

import re
from collections.abc import Callable
from typing import Any

from msgspec import Meta

from lms_plugin.errors import Refusal

Check = Callable[[Any], None]
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
UNKNOWN = "is not a property that xAPI knows here"
RULE_OF_EXPRESSION: dict[str, str] = {}
NAMES_OF_TYPES = {
    "object": "an object",
    "dict": "an object",
    "array": "an array",
    "list": "an array",
    "str": "a string",
    "bool": "a boolean",
    "float": "a number",
    "int": "a number",
    "null": "null",
    "NoneType": "null",
}


class Invalid(Refusal, ValueError):
    """The request breaks a rule of xAPI; `path` (as in JSONPath) is where, `rule` what must hold there.

    A ValueError too: so a model may raise it in `__post_init__`, and msgspec tells the way there.
    """

    code = "invalid"
    status = 400

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self._steps: list[str | int] = []

    def below(self, *steps: str | int) -> "Invalid":
        """The same, seen from further out: `steps` lead to it, the outermost first."""
        self._steps.extend(reversed(steps))
        return self

    @property
    def path(self) -> str:
        """Where, as in `$[2].context.contextActivities.parent[0].id`."""
        return "$" + "".join(_step(step) for step in reversed(self._steps))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if PLAIN_NAME.fullmatch(step) else f"[{step[:200]!r}]"


def wrong_type(value: Any, wanted: type) -> Invalid:
    """What to raise when a value has another JSON type."""
    found = NAMES_OF_TYPES[type(value).__name__]
    return Invalid(f"must be {NAMES_OF_TYPES[wanted.__name__]}, not {found}")


def text_format(expression: str, rule: str) -> Meta:
    """What a string must match from end to end; `rule` is said of those that do not."""
    whole = rf"^(?:{expression})\Z"
    RULE_OF_EXPRESSION[whole] = rule
    return Meta(pattern=whole, description=rule)


def one_of(*allowed: str) -> Meta:
    """A string that must be one of these, in this case."""
    return text_format("|".join(re.escape(one) for one in allowed), f"must be {' or '.join(allowed)}")
