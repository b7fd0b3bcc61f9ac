"""The published schemas are schemas, and say what the checker says."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from course_content import EMBEDDED
from course_content.documents import parse
from course_content.schemas import SCHEMA_FOLDER, schema_problems

NAMES = (
    "programme", "module", "lesson", "assessment", "webinars", "sessions", "simulation", "worksheet", "facts",
    "glossary", "common",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_published_schema_is_valid_json_schema(name: str) -> None:
    schema = json.loads((SCHEMA_FOLDER / f"{name}.schema.json").read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_every_schema_is_known_here() -> None:
    assert {file.name for file in SCHEMA_FOLDER.iterdir()} == {f"{name}.schema.json" for name in NAMES}


@pytest.mark.parametrize(
    "file", sorted(EMBEDDED.rglob("webinars.yaml")) + sorted(EMBEDDED.rglob("sessions.yaml"))
)
def test_an_ordinary_yaml_reader_sees_the_same_texts(file: Path) -> None:
    ours = parse(file, file.read_text("utf-8")).data
    theirs = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - reads text only
    assert _texts(ours) == _texts(theirs)


def test_a_value_is_read_as_it_looks(tmp_path: Path) -> None:
    text = "a: no\nb: 09:00\nc: 2026-11-23\nd: 010\ne: '5'\nf: true\ng:\nh: 1.5\ni: 1_000\n"
    data = parse(tmp_path / "x.yaml", text).data
    assert data == {
        "a": "no",
        "b": "09:00",
        "c": "2026-11-23",
        "d": 10,
        "e": "5",
        "f": True,
        "g": None,
        "h": 1.5,
        "i": "1_000",
    }


def test_an_unknown_key_is_reported_where_it_is_written(tmp_path: Path) -> None:
    document = parse(
        tmp_path / "sessions.yaml",
        "plan:\n  count: 0\n  title: T\n  hours: 6\n  topics: [A]\n  colour: red\n",
    )
    problems = schema_problems(document, "sessions")
    assert [(problem.line, problem.message) for problem in problems] == [(6, "plan: unknown key 'colour'")]


def _texts(data: object) -> object:
    """Every scalar as the text that a person reads in the file."""
    if isinstance(data, dict):
        return {key: _texts(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_texts(value) for value in data]
    return str(data).lower() if isinstance(data, bool) else str(data)
