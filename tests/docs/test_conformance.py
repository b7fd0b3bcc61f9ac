"""docs/lti-conformance.md and docs/xapi-conformance.md cannot rot: what they name as proof exists."""

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "lti-conformance.md"
XAPI_PAGE = ROOT / "docs" / "xapi-conformance.md"
TEST_FILE = re.compile(r"`((?:records/)?test_\w+\.py)`")
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


def test_every_file_of_xapi_tests_exists() -> None:
    named = set(TEST_FILE.findall(XAPI_PAGE.read_text()))
    there = {
        f"{prefix}{file.name}"
        for room, prefix in (("lrs", ""), ("records", "records/"))
        for file in (ROOT / "tests" / "lms_plugin" / room).glob("test_*.py")
    }
    assert len(named) > 15
    assert named - there == set()
