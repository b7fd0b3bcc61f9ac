"""Holds the code to its budget: short functions and files, no inline imports, no odds-and-ends drawers."""

import ast
import statistics
import sys
from pathlib import Path

HOUSES = ("course_content", "webinar_connector", "lms_plugin")
LONGEST_FILE, LONGEST_FUNCTION, LONG_FUNCTION = 300, 50, 25
DRAWERS = {"utils", "common", "helpers", "misc"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 2


def _file_faults(path: Path, tree: ast.Module, lines: int) -> list[str]:
    faults = [f"{path}: {lines} lines, at most {LONGEST_FILE}"] if lines > LONGEST_FILE else []
    if path.stem in DRAWERS or path.parent.name in DRAWERS:
        faults.append(f"{path}: a drawer for odds and ends")
    if ast.get_docstring(tree) is None:
        faults.append(f"{path}: no module docstring")
    return faults


def _function_faults(path: Path, tree: ast.Module) -> tuple[list[str], list[int]]:
    faults, lengths = [], []
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            lengths.append(_length(node))
            if lengths[-1] > LONGEST_FUNCTION:
                faults.append(f"{path}:{node.lineno} {node.name} has {lengths[-1]} lines")
            if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)):
                faults.append(f"{path}:{node.lineno} {node.name} imports inside")
    return faults, lengths


def main() -> int:
    """Prints every fault; returns 1 if there is one."""
    faults: list[str] = []
    lengths: list[int] = []
    for path in sorted(path for house in HOUSES for path in Path(house).rglob("*.py")):
        source = path.read_text()
        tree = ast.parse(source)
        faults += _file_faults(path, tree, source.count("\n"))
        found, measured = _function_faults(path, tree)
        faults += found
        lengths += measured
    p95 = sorted(lengths)[int(len(lengths) * 0.95)]
    if p95 > LONG_FUNCTION:
        faults.append(f"one function in twenty has more than {p95} lines, at most {LONG_FUNCTION}")
    print(
        "\n".join(faults)
        or f"sizes: {len(lengths)} functions, median {statistics.median(lengths)}, p95 {p95}"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
