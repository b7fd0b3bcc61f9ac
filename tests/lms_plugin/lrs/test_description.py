"""/xapi/openapi.json says what is there: it cannot grow apart from routes, parameters and models."""

from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from lms_plugin.lrs.description import openapi
from lms_plugin.lrs.query_parameters import MANY_STATEMENTS, ONE_STATEMENT
from tests.lms_plugin.lrs.conftest import Lrs
from tests.lms_plugin.lrs.invalid_statements import INVALID
from tests.lms_plugin.lrs.mutations import TEMPLATES

DESCRIPTION = openapi("https://formazione.example/xapi")


def _fits(statement: Any) -> bool:
    schema = {"$ref": "#/components/schemas/Statement", "components": DESCRIPTION["components"]}
    return bool(Draft202012Validator(schema).is_valid(statement))


def test_every_route_is_described(app: Flask) -> None:
    """Of the LRS; below /xapi are the pages of the vocabulary and the head of the proofs too."""
    there: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("lrs.") and rule.endpoint != "lrs.elsewhere":
            there.setdefault(rule.rule.removeprefix("/xapi"), set()).update(rule.methods or ())
    described = {path: {method.upper() for method in says} for path, says in DESCRIPTION["paths"].items()}
    assert {path: methods - {"OPTIONS"} for path, methods in there.items()} == described


def test_every_parameter_of_statements_is_described() -> None:
    described = {one.get("name") for one in DESCRIPTION["paths"]["/statements"]["get"]["parameters"]}
    assert described - {None} == {*MANY_STATEMENTS, *ONE_STATEMENT}


def test_anybody_may_read_it(lrs: Lrs) -> None:
    answer = lrs.call("GET", "/xapi/openapi.json", auth=None, headers={"X-Experience-API-Version": None})
    assert answer.status_code == 200
    assert answer.json == DESCRIPTION


def test_refusals_are_described_in_every_form_they_take(lrs: Lrs) -> None:
    described = DESCRIPTION["paths"]["/statements"]["get"]["responses"]
    for status in ("400", "401", "429"):
        assert {"application/json", "text/plain", "text/html"} == described[status]["content"].keys()
    assert "Retry-After" in described["429"]["headers"]
    for kind in described["400"]["content"]:
        answer = lrs.call("GET", query_string={"limit": "x"}, headers={"Accept": kind})
        assert (answer.status_code, answer.mimetype) == (400, kind)


@pytest.mark.parametrize("statement", TEMPLATES)
def test_valid_statements_fit_its_schema(statement: Any) -> None:
    assert _fits(statement)


# What several members say together, and what JSON Schema calls a date or a pattern, only the rules know.
BEYOND_SCHEMA = (
    "exactly one", "more than one", "identifier", "only when", "StatementRef", "less", "between", "belong",
    "one id", "required", "language", "exactly two", "must be one of", "not a property", "IRI",
)  # fmt: skip


@pytest.mark.parametrize(
    "statement", [statement for _path, statement, rule in INVALID if rule not in BEYOND_SCHEMA]
)
def test_wrong_types_and_formats_do_not_fit_its_schema(statement: Any) -> None:
    assert not _fits(statement)
