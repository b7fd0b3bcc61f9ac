"""`python -m course_content check [FOLDER] [--json]`: exit status 0 sound, 1 problems, 2 wrong usage."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from course_content import EMBEDDED
from course_content.checks import check
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
    problems = tuple(problem for folder in folders for problem in check(folder))
    sys.stdout.write(as_json(problems) if options.json else as_lines(problems, len(folders)))
    return 1 if problems else 0


def as_lines(problems: Sequence[ContentError], folders: int) -> str:
    """One line per problem, or one that says how many programmes are sound."""
    if not problems:
        return f"{folders} programme(s): no problems\n"
    return "".join(f"{problem}\n" for problem in problems)


def as_json(problems: Sequence[ContentError]) -> str:
    """The problems as a JSON object."""
    rows = [
        {"path": str(problem.path), "line": problem.line, "message": problem.message, "hint": problem.hint}
        for problem in problems
    ]
    return json.dumps({"problems": rows}, ensure_ascii=False, indent=2) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m course_content", description="Training programmes as data."
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("check", help="say what is wrong with a programme's files")
    command.add_argument("folder", nargs="?", type=Path, default=EMBEDDED, metavar="FOLDER")
    command.add_argument("--json", action="store_true", help="print the problems as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
