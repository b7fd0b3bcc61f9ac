"""Building blocks of validation: a check takes a JSON value and raises Invalid when it breaks the rule."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from lms_plugin.errors import Refusal

Check = Callable[[Any], None]
Rule = Callable[[dict[str, Any]], None]
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
JSON_NAMES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "a number"}


class Invalid(Refusal):
    """The request breaks a rule of xAPI; `path` (as in JSONPath) is where, `rule` what must hold there."""

    code = "invalid"
    status = 400

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self._steps: list[str | int] = []

    def below(self, step: str | int) -> "Invalid":
        """The same, seen from one level further out."""
        self._steps.append(step)
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
    found = "null" if value is None else JSON_NAMES.get(type(value), "a number")
    return Invalid(f"must be {JSON_NAMES[wanted]}, not {found}")


def boolean(value: Any) -> None:
    """true or false."""
    if type(value) is not bool:
        raise wrong_type(value, bool)


def number(value: Any) -> None:
    """Any JSON number."""
    if type(value) is not int and type(value) is not float:
        raise wrong_type(value, int)


def text(value: Any) -> None:
    """Any string."""
    if type(value) is not str:
        raise wrong_type(value, str)


def anything(_value: Any) -> None:
    """Whatever: the inside of an extension."""


def pattern(expression: re.Pattern[str], rule: str) -> Check:
    """A string that the expression matches from end to end."""
    matches = expression.fullmatch

    def check(value: Any) -> None:
        if type(value) is not str:
            raise wrong_type(value, str)
        if matches(value) is None:
            raise Invalid(rule)

    return check


def one_of(*allowed: str) -> Check:
    """One of these strings, in this case."""
    rule = f"must be {' or '.join(allowed)}"
    choices = frozenset(allowed)

    def check(value: Any) -> None:
        if type(value) is not str:
            raise wrong_type(value, str)
        if value not in choices:
            raise Invalid(rule)

    return check


def unknown(_value: Any) -> None:
    """A property that has no place here."""
    raise Invalid("is not a property that xAPI knows here")


def array_of(item: Check) -> Check:
    """An array whose items all pass."""

    def check(value: Any) -> None:
        if type(value) is not list:
            raise wrong_type(value, list)
        for place, one in enumerate(value):
            try:
                item(one)
            except Invalid as invalid:
                raise invalid.below(place) from None

    return check


def map_of(name: Check, member: Check) -> Check:
    """An object with free property names that pass `name`, and values that pass `member`."""

    def check(value: Any) -> None:
        if type(value) is not dict:
            raise wrong_type(value, dict)
        for key, one in value.items():
            try:
                name(key)
                member(one)
            except Invalid as invalid:
                raise invalid.below(key) from None

    return check


def record(properties: Mapping[str, Check], *rules: Rule, required: Collection[str] = ()) -> Check:
    """An object with these properties and no others; `rules` are about several of them together."""
    find = properties.get

    def check(value: Any) -> None:
        if type(value) is not dict:
            raise wrong_type(value, dict)
        for name, one in value.items():
            try:
                find(name, unknown)(one)
            except Invalid as invalid:
                raise invalid.below(name) from None
        for name in required:
            if name not in value:
                raise Invalid("is required").below(name)
        for rule in rules:
            rule(value)

    return check
