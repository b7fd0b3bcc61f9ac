"""What xAPI requires everywhere (1.0.3 Data 2 to 4; 2.0), tried at every place of every template."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.formats import DEEPEST
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.lrs.validation.statements import statement_1, statement_2
from tests.lms_plugin.lrs.conftest import Lrs, made
from tests.lms_plugin.lrs.mutations import TEMPLATES, nested
from tests.lms_plugin.lrs.valid_statements import in_context, in_result, sub

Steps = tuple[str | int, ...]
MAPS = {"display", "name", "description"}  # language maps: their keys are free


def _places(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    """The way to everything that xAPI prescribes: what is inside of extensions is free."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, inner in members:
        if "extensions" not in steps:
            yield (*steps, step)
            yield from _places(inner, (*steps, step))


def _changed(statement: Any, steps: Steps, value: Any) -> Any:
    changed = json.loads(json.dumps(statement))  # no part of it twice, as deepcopy leaves them
    holder = changed
    for step in steps[:-1]:
        holder = holder[step]
    holder[steps[-1]] = value
    return changed


def _path(*steps: str | int) -> str:
    return Invalid("").below(*steps).path


def _refusal(statement: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        statement_2(statement)
    return caught.value


@pytest.mark.parametrize("template", TEMPLATES)
def test_null_is_refused_everywhere_but_inside_of_extensions(template: Any) -> None:
    for steps in _places(template):
        if "extensions" not in steps[:-1]:
            assert _refusal(_changed(template, steps, None)).path == _path(*steps)
        else:
            statement_2(_changed(template, steps, None))


@pytest.mark.parametrize("template", TEMPLATES)
def test_another_type_is_refused_everywhere(template: Any) -> None:
    """Strings with numbers or booleans in them too (Data 2.2)."""
    for steps in _places(template):
        if "extensions" in steps[:-1]:
            continue
        there = steps[-1]
        kept: Any = template
        for step in steps:
            kept = kept[step]
        for other in ("5", "true", 5, True, [5], {"x": 5}):
            if type(other) is not type(kept) and not _may_be(there, other):
                assert _refusal(_changed(template, steps, other)).path.startswith(_path(*steps))


def _may_be(there: str | int, other: Any) -> bool:
    """An activity for an array of them, and a whole number for a fraction, are refused for what is inside."""
    return there in {"raw", "min", "max", "scaled"} and type(other) is int


@pytest.mark.parametrize("template", TEMPLATES)
def test_names_in_another_case_are_refused_everywhere(template: Any) -> None:
    for steps in _places(template):
        free = "extensions" in steps[:-1] or (len(steps) > 1 and steps[-2] in MAPS)
        if isinstance(steps[-1], str) and not free:
            assert (
                _path(*steps[:-1]) in _refusal(_changed(template, (*steps[:-1], steps[-1].upper()), 1)).path
            )


@pytest.mark.parametrize("check", [statement_1, statement_2])
@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("$.object.timestamp", made(object=sub(timestamp="2026-13-01T00:00:00Z"))),
        ("$.object.actor", made(object=sub(actor={}))),
        ("$.object.context.contextActivities.parent.id", made(object=sub(
            context={"contextActivities": {"parent": {"id": "x"}}}))),
        ("$.object.attachments[0].usageType", made(object=sub(attachments=[{}]))),
        ("$.result.extensions['a:b']", in_result(extensions={"a:b": nested(DEEPEST + 1)})),
        ("$.context.instructor.objectType", in_context(instructor={"objectType": "Person", "mbox": "x"})),
        ("$.context.contextActivities.parent", in_context(contextActivities={"parent": "https://x.example/"})),
        ("$.context.registration", in_context(registration="{12345678-1234-1234-1234-123456789abc}")),
        ("$.result.score.raw", in_result(score={"raw": 10**400})),
        ("$.stored", made(stored="yesterday")),
        ("$.authority.member", made(authority={"objectType": "Group"})),
        ("$.verb.id", made(verb={"id": "https://x.example/a\nb"})),
        ("$.verb.id", made(verb={"id": "https://x.example/\n"})),
    ],
)  # fmt: skip
def test_rules_hold_inside_too(check: Any, path: str, statement: Any) -> None:
    with pytest.raises(Invalid) as caught:
        check(statement)
    assert caught.value.path == path
    assert "`" not in caught.value.rule


def test_extensions_may_be_as_deep_as_is_said() -> None:
    statement_1(in_result(extensions={"a:b": nested(DEEPEST)}))


@pytest.mark.parametrize(
    "instant", ["2026-11-23T09:00:00", "20261123T090000Z", "2026-11-23T09:00Z", "2026-11-23T09:00:00+0100"]
)
def test_2_wants_instants_of_rfc_3339(instant: str) -> None:
    for statement, path in (
        (made(timestamp=instant), "$.timestamp"),
        (made(object=sub(timestamp=instant)), "$.object.timestamp"),
    ):
        statement_1(statement)
        assert _refusal(statement).path == path


def test_numbers_come_back_as_they_were(lrs: Lrs) -> None:
    numbers = "[1.0,0.1,-0.0,100000000000000000000000000000001,1e-7,5e-324]"
    statement = made(result={"extensions": {"https://x.example/n": 7777}})
    raw = json.dumps(statement).replace("7777", numbers)
    assert lrs.call("POST", data=raw, headers={"Content-Type": "application/json"}).status_code == 200
    assert f'"https://x.example/n":{numbers}' in lrs.get(statementId=statement["id"]).text


@pytest.mark.parametrize(
    "raw", ['{"a":' + "9" * 5000 + "}", '{"a":1e400}', '"\\udc00"', '{"a":{"b":1,"b":1}}']
)
def test_what_cannot_be_kept_is_refused_in_our_words(raw: str) -> None:
    with pytest.raises(Invalid, match="must"):
        read_json(raw)
