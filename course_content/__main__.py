"""`python -m course_content check [FOLDER] [--strict] [--json]`: 0 sound, 1 problems, 2 wrong usage."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from course_content import EMBEDDED
from course_content.checks import check, to_review
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
    problems = tuple(problem for folder in folders for problem in check(folder, today))
    due = tuple(problem for folder in folders for problem in to_review(folder, today))
    sys.stdout.write(as_json(problems, due) if options.json else as_lines(problems, due, len(folders)))
    return 1 if problems or (due and options.strict) else 0


def as_lines(problems: Sequence[ContentError], due: Sequence[ContentError], folders: int) -> str:
    """One line per problem, or one that says how many programmes are sound; then what is to be reviewed."""
    found = "".join(f"{problem}\n" for problem in problems)
    return (found or f"{folders} programme(s): no problems\n") + "".join(f"to review: {one}\n" for one in due)


def as_json(problems: Sequence[ContentError], due: Sequence[ContentError]) -> str:
    """The problems, and what is to be reviewed, as a JSON object."""
    rows = {"problems": [_row(one) for one in problems], "to_review": [_row(one) for one in due]}
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
    command.add_argument("--strict", action="store_true", help="facts to be reviewed count as problems")
    command.add_argument("--json", action="store_true", help="print the problems as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
