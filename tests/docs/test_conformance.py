"""docs/lti-conformance.md cannot rot: what it names as proof exists."""

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "lti-conformance.md"
PROOF = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
DUTY = re.compile(r"^\| (?!section|document|---)(.+?) \| (.+) \| (.+) \|$", re.MULTILINE)


@functools.cache
def functions_of(path: str) -> frozenset[str]:
    """The test functions of a file below tests/lms_plugin, or tests; none when there is no such file."""
    places = (ROOT / "tests" / "lms_plugin" / path, ROOT / "tests" / path)
    file = next((place for place in places if place.exists()), None)
    if file is None:
        return frozenset()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.parse(file.read_text()).body if isinstance(node, functions))


def test_every_proof_exists() -> None:
    named = PROOF.findall(PAGE.read_text())
    assert [(path, name) for path, name in named if name not in functions_of(path)] == []


def test_every_duty_has_a_proof_or_says_why_not() -> None:
    duties = DUTY.findall(PAGE.read_text())
    assert len(duties) > 80
    bare = [row for row in duties if not PROOF.search(row[2]) and not (row[2] == "—" and "no:" in row[1])]
    assert bare == []
