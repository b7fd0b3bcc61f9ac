"""Judges a document by its published JSON Schema and points at the line of each problem."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from course_content.documents import At, Document
from course_content.problems import ContentError

Schema = bool | Mapping[str, Any]

SCHEMA_FOLDER = Path(__file__).parent / "schema"

_HINTS = {
    "required": "add it",
    "additionalProperties": "remove it, or correct its name",
    "propertyNames": "use a two-letter language code such as it or en",
    "type": "write the kind of value that is asked for",
    "enum": "use one of the values listed",
    "format": "write the date as 2026-11-23",
    "dependentRequired": "add it, or remove the other",
    "uniqueItems": "remove the repetition",
}


def schema_problems(document: Document, schema: str) -> list[ContentError]:
    """What the schema called `schema` ("module", "lesson", …) does not accept in the document."""
    errors = _validator(schema).iter_errors(document.data)
    return [problem for error in errors for problem in _problems(document, schema, error)]


@cache
def _validator(schema: str) -> Draft202012Validator:
    name = f"{schema}.schema.json"
    root = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": name}
    return Draft202012Validator(
        root, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )


@cache
def _registry() -> Registry[Schema]:
    files = sorted(SCHEMA_FOLDER.glob("*.schema.json"))
    resources = [(file.name, _resource(file)) for file in files]
    return Registry().with_resources(resources)


def _resource(file: Path) -> Resource[Schema]:
    return Resource.from_contents(json.loads(file.read_text("utf-8")), default_specification=DRAFT202012)


def _problems(document: Document, schema: str, error: ValidationError) -> Iterator[ContentError]:
    at: At = tuple(error.absolute_path)
    rule = str(error.validator)
    instance: Any = error.instance
    if rule == "additionalProperties" and isinstance(error.schema, dict):
        for key in sorted(set(instance) - set(error.schema.get("properties", {}))):
            yield document.error((*at, key), f"{_where(at)}unknown key {key!r}", _HINTS[rule])
        return
    hint = _HINTS.get(rule, f"see {schema}.schema.json")
    yield document.error(at, _where(at) + _sentence(error, rule), hint)


def _sentence(error: ValidationError, rule: str) -> str:
    """What is wrong, without repeating a whole list or object of the author's."""
    instance: Any = error.instance
    wanted: Any = error.validator_value
    if rule in {"minItems", "maxItems"}:
        bound = "at least" if rule == "minItems" else "at most"
        return f"{bound} {wanted} items are needed here, there are {len(instance)}"
    if rule == "contains":
        return f"the list must contain {wanted['const']!r}"
    if rule == "pattern" and not str(instance).strip():
        return "the text is empty"
    return error.message


def _where(at: At) -> str:
    return ".".join(str(part) for part in at) + ": " if at else ""
