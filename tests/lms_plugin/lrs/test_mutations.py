"""A valid statement with one random change is stored or refused, never a fault of ours."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms_plugin.lrs.query_parameters import MANY_STATEMENTS
from tests.lms_plugin.lrs.conftest import Lrs, made
from tests.lms_plugin.lrs.valid_statements import VALID

ODD_TEXTS = [
    "",
    "\x00",
    "\ud800",
    "a:b",
    "mailto:@",
    "2026-11-23T09:00:00-00:00",
    "9999-12-31T23:59:59-23:59",
    "P1",
    "è" * 3000,
]
ODD_QUERIES = ["1", "-1", "x:y", '{"mbox":"mailto:a@b"}', "[]", "null", "true", "ids", "0001-01-01T00:00:00Z"]
ODD_QUERIES += [
    f"1~{'a' * 32}~1",
    f"{'9' * 17}~{'a' * 32}~{'9' * 17}",
    "12345678-1234-5678-1234-123456789abc",
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(ODD_TEXTS),
    st.text(max_size=20),
    st.lists(st.none() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.text(max_size=3), max_size=2),
    st.sampled_from(sorted(VALID)).map(lambda name: VALID[name]),
)
NAMES = st.sampled_from(
    ["id", "objectType", "member", "mbox", "object", "actor", "verb", "context", "extensions", "x"]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside."""
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, inner in members:
        yield from places(inner, (*path, step))


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A valid statement in which one place was replaced, removed, or given one more member."""
    statement = deepcopy(VALID[draw(st.sampled_from(sorted(VALID)))])
    path = draw(st.sampled_from(sorted(places(statement), key=str)))
    if not path:
        return draw(VALUES)
    holder = statement
    for step in path[:-1]:
        holder = holder[step]
    kind = draw(st.sampled_from(["replace", "remove", "add"]))
    if kind == "replace":
        holder[path[-1]] = draw(VALUES)
    elif kind == "remove":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder[draw(NAMES)] = draw(VALUES)
    return statement


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(statement=mutated())
def test_one_mutation_never_breaks_the_server(lrs: Lrs, statement: Any) -> None:
    for version in ("1.0.3", "2.0.0"):
        lrs.version = version
        raw = json.dumps(statement)
        answer = lrs.call("POST", data=raw, headers={"Content-Type": "application/json"})
        assert answer.status_code in {200, 400, 409}, answer.text
        if answer.status_code == 200 and isinstance(statement, dict):
            kept = lrs.get(statementId=answer.json[0])
            assert kept.status_code in {200, 404}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from([*MANY_STATEMENTS, "statementId"]),
        st.sampled_from([text for text in ODD_TEXTS if text != "\ud800"] + ODD_QUERIES),
        max_size=3,
    )
)
def test_odd_queries_never_break_the_server(lrs: Lrs, query: dict[str, str]) -> None:
    if not lrs.ids():
        lrs.store(made())
    assert lrs.get(**query).status_code in {200, 400, 404}
