"""Fits JSON values into models (msgspec types), and says in our words where and why one does not fit."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import ValidationError, convert

from lms_plugin.lrs.validation.checks import NAMES_OF_TYPES, RULE_OF_EXPRESSION, UNKNOWN, Check, Invalid

AT, KEY_IN = " - at `", "key` in `"
STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\[(\.\.\.)\]")


def fitted(value: Any, model: Any) -> Any:
    """The value in the form of the model; raises Invalid."""
    try:
        return convert(value, model)
    except ValidationError as error:
        raise _explained(error, value) from None


def check_of(model: Any) -> Check:
    """A check that raises Invalid unless its value fits the model."""

    def check(value: Any) -> None:
        fitted(value, model)

    return check


def _explained(error: ValidationError, value: Any) -> Invalid:
    text = str(error)
    place = text.rfind(AT)  # the last one is msgspec's: it writes no name that a client chose into its path
    message, path = (text, "") if place < 0 else (text[:place], text[place + len(AT) :])
    steps = _steps(path.removeprefix(KEY_IN), value)
    if isinstance(error.__cause__, Invalid):
        return error.__cause__.below(*steps)
    if path.startswith(KEY_IN):
        steps.append(_wrong_key(_inside(value, steps), message))
    return _said(message).below(*steps)


def _steps(path: str, value: Any) -> list[str | int]:
    steps: list[str | int] = []
    for name, place, member in STEP.findall(path):
        steps.append(_wrong_member(_inside(value, steps)) if member else name or int(place))
    return steps


def _inside(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _wrong_member(language_map: Mapping[str, Any]) -> str:
    """Of maps msgspec does not say where; the only ones whose members can be wrong hold strings."""
    return next(key for key, one in language_map.items() if type(one) is not str)


def _wrong_key(there: Mapping[str, Any], message: str) -> str:
    expression = next(one for one in RULE_OF_EXPRESSION if message.endswith(repr(one)))
    return next(key for key in there if re.search(expression, key) is None)


def _said(message: str) -> Invalid:
    for form, say in _FORMS.items():
        found = re.fullmatch(form, message, re.DOTALL)
        if found:
            return say(*found.groups())
    return Invalid(message)


def _type(wanted: str, found: str) -> Invalid:
    if wanted == "int":
        return Invalid("must be a whole number")
    names = " or ".join(NAMES_OF_TYPES[one] for one in wanted.split(" | "))
    return Invalid(f"must be {names}, not {NAMES_OF_TYPES[found]}")


_FORMS: dict[str, Callable[..., Invalid]] = {
    r"Expected `([^`]*)`, got `([^`]*)`": _type,
    r"Object missing required field `(.*)`": lambda name: Invalid("is required").below(name),
    r"Object contains unknown field `(.*)`": lambda name: Invalid(UNKNOWN).below(name),
    r"Expected `str` matching regex (.*)": lambda form: Invalid(_rule(form)),
    r"Expected `\w+` >= (.*?)(?:\.0)?": lambda least: Invalid(f"must be at least {least}"),
    r"Expected `\w+` <= (.*?)(?:\.0)?": lambda most: Invalid(f"must be at most {most}"),
    r"Expected `array` of length >= 1": lambda: Invalid("must not be empty"),
    r"(?:Number|Integer value) out of range": lambda: Invalid("must not be a number that large"),
}


def _rule(form: str) -> str:
    return next(rule for expression, rule in RULE_OF_EXPRESSION.items() if repr(expression) == form)
