"""Every named forgery sent to our tool and to PyLTI1p3 over HTTP, in one run; writes docs/forgeries.md.

  python -m interop.forgeries             compare, print the counts, write the page
  python -m interop.forgeries --dry-run   the same without writing

Before each forgery the same tool lets an honest launch in; a run in which it does not ends with an
error. Exit status 1 if our tool accepts one, breaks on it, or answers with another code than
the table's.
"""

import argparse
import contextlib
import logging
import platform
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interop.browser import Browser
from interop.contenders import Answer, Contender, NotRefused, ours, pylti1p3
from interop.deep_linking_forgeries import DEEP_LINKING_FORGERIES
from interop.environment import ROOT, ready, version_of
from interop.forgery_page import Row, Run, page
from interop.sequences import SEQUENCES, WrongSequence
from lms_plugin.rehearsal.drafting import Forgery
from lms_plugin.rehearsal.forging import FORGERIES

WORDS = Path(__file__).with_name("forgeries.tsv")
PAGE = ROOT / "docs" / "forgeries.md"
# These publish a key: they do it before the tools first read the keys, for a key that is not known yet
# is refused for that reason alone.
ODD_KEYS = ("key_weak", "key_for_encryption", "kid_ambiguous", "key_elliptic", "alg_hs256_published")


@dataclass(frozen=True)
class Case:
    """One row of the table before it is tried."""

    name: str
    words: str
    asked_by: str
    check: int
    code: str
    attempt: Callable[[Contender], Answer]


def cases() -> Iterator[Case]:
    """Every wrong message and every wrong sequence, in the order of the checks."""
    words = dict(line.split("\t", 1) for line in WORDS.read_text().splitlines())
    for forgery in FORGERIES.values():
        said, asked_by = words[forgery.name].split("\t")
        yield Case(forgery.name, said, asked_by, forgery.check, forgery.code, _forged(forgery))
    for each in (*SEQUENCES, *DEEP_LINKING_FORGERIES):
        yield _sequence(each)


def _sequence(each: WrongSequence) -> Case:
    return Case(each.name, each.words, each.asked_by, each.check, each.code, each.attempt)


def _forged(forgery: Forgery) -> Callable[[Contender], Answer]:
    """The forgery, in a browser that has just launched honestly."""

    def attempt(tool: Contender) -> Answer:
        browser = Browser()
        tool.honest_launch(browser)
        return tool.post(browser, tool.answer(browser, tool.lms.login_initiation(forge=forgery.name)))

    return attempt


def prepare(tool: Contender) -> None:
    """Publishes the odd keys, then lets somebody in from each of the two LMSs."""
    for name in ODD_KEYS:
        tool.answer(Browser(), tool.lms.login_initiation(forge=name))
    tool.honest_launch(Browser(), tool.neighbour)
    tool.honest_launch(Browser())


def compare(tools: Sequence[Contender]) -> list[Row]:
    """Each case against each tool; raises NotRefused when an honest launch is not let in."""
    for tool in tools:
        prepare(tool)
    rows = []
    for case in sorted(cases(), key=lambda case: case.check):
        answers = []
        for tool in tools:
            tool.honest_launch(Browser())
            answers.append(case.attempt(tool))
        rows.append(Row(case.name, case.words, case.asked_by, case.check, case.code, answers[0], answers[1]))
    return rows


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    chosen = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the practice LMSs would log each fetch of keys
    python = ready("bench-venv", ROOT / "bench" / "requirements.txt")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coalizione-forgeries-")))
        tools = (stack.enter_context(ours(folder)), stack.enter_context(pylti1p3(python, folder)))
        try:
            rows = compare(tools)
        except NotRefused as problem:
            print(problem, file=sys.stderr)
            return 1
    versions = {name: version_of(python, name) for name in ("pylti1p3", "flask", "pyjwt", "jwcrypto")}
    run = Run(datetime.now(UTC).date(), platform.python_version(), _revision(), versions, rows)
    if not chosen.dry_run:
        PAGE.write_text(page(run))
    return report(rows)


def report(rows: Sequence[Row]) -> int:
    """Prints counts and faults of ours; 1 if there is one."""
    for name, kinds in (
        ("ours", [row.ours.kind for row in rows]),
        ("PyLTI1p3", [row.theirs.kind for row in rows]),
    ):
        print(f"{name:10}", dict(Counter(kinds)))
    faults = [row for row in rows if row.ours.kind != "refused" or row.ours.words != row.code]
    for row in faults:
        print(f"OURS: {row.name}: {row.ours.status} {row.ours.words or '?'}, expected {row.code}")
    return 1 if faults else 0


def _revision() -> str:
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "?"


if __name__ == "__main__":
    sys.exit(main())
