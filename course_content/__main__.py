"""`python -m course_content check [FOLDER] [--strict] [--json]`: 0 sound, 1 problems, 2 wrong usage."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from course_content import EMBEDDED
from course_content.checks import check, to_review, warnings
from course_content.loader import programme_folders
from course_content.problems import ContentError, ContentErrors


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        folders = programme_folders(options.folder)
    except ContentErrors as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    today = datetime.now(UTC).date()
    found = tuple(_found(folder, today) for folder in folders)
    sys.stdout.write(as_json(found) if options.json else as_lines(found))
    if any(one.problems for one in found):
        return 1
    return 1 if options.strict and any(one.warnings or one.to_review for one in found) else 0


@dataclass(frozen=True)
class Found:
    """What was found in one programme."""

    problems: tuple[ContentError, ...]
    warnings: tuple[ContentError, ...]
    to_review: tuple[ContentError, ...]


def _found(folder: Path, today: date) -> Found:
    problems = check(folder, today)
    return Found(problems, () if problems else warnings(folder), to_review(folder, today))


def as_lines(found: Sequence[Found]) -> str:
    """One line per problem, or one that says how many programmes are sound; warnings and reviews after."""
    lines = [str(problem) for one in found for problem in one.problems]
    lines = lines or [f"{len(found)} programme(s): no problems"]
    lines += [f"warning: {warning}" for one in found for warning in one.warnings]
    lines += [f"to review: {due}" for one in found for due in one.to_review]
    return "".join(f"{line}\n" for line in lines)


def as_json(found: Sequence[Found]) -> str:
    """Problems, warnings and what is to be reviewed, as a JSON object."""
    kinds = ("problems", "warnings", "to_review")
    rows = {kind: [_row(row) for one in found for row in getattr(one, kind)] for kind in kinds}
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _row(problem: ContentError) -> dict[str, str | int]:
    return {"path": str(problem.path), "line": problem.line, "message": problem.message, "hint": problem.hint}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m course_content", description="Training programmes as data."
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("check", help="say what is wrong with a programme's files")
    command.add_argument("folder", nargs="?", type=Path, default=EMBEDDED, metavar="FOLDER")
    command.add_argument(
        "--strict", action="store_true", help="warnings and facts to be reviewed count as problems"
    )
    command.add_argument("--json", action="store_true", help="print the problems as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
