"""Packages of npm, pinned by a lock file, in a folder of their own under var/: never beside ours."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from interop.environment import ROOT


def ready_packages(name: str, source: Path) -> Path:
    """The folder var/<name> with what the lock file in `source` names, installed anew when that changed.

    Runs no scripts of the packages. Raises CalledProcessError when they cannot be installed.
    """
    folder, files = ROOT / "var" / name, [source / "package.json", source / "package-lock.json"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == digest:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        shutil.copy(path, folder)
    print(f"installing {source.relative_to(ROOT)} into var/{name} ...", file=sys.stderr)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(digest)
    return folder
