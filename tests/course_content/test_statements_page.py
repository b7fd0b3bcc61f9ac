"""docs/statements.md shows every kind of statement as the builder makes it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_vocabulary_says() -> None:
    subprocess.run([sys.executable, "tools/statements_page.py", "--check"], cwd=ROOT, check=True)
