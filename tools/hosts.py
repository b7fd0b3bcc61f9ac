"""Refuses committed files that name a package registry's host or a path of one machine."""

import re
import subprocess
import sys
from pathlib import Path

WRONG = re.compile(
    r"registry\.npmjs|pypi\.(?:org|python)|pythonhosted|\"resolved\":|--(?:extra-)?index-url\s+http|(?<![\w./])/(?:work|farm)/"
)
LARGEST = 3_000_000


def main() -> int:
    """Prints every line that is wrong; returns 1 if there is one."""
    names = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    faults = []
    for path in map(Path, names):
        if not path.is_file() or path.stat().st_size > LARGEST or path.name == "hosts.py":
            continue
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1):
            if WRONG.search(line):
                faults.append(f"{path}:{number}: names a registry's host or a path of one machine")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
