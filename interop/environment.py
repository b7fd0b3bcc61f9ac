"""Software of others, pinned by hash, in environments of their own under var/: never beside ours."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def ready(name: str, requirements: Path) -> Path:
    """The Python of var/<name>, installed anew when the requirements changed.

    Raises CalledProcessError when it cannot be installed.
    """
    folder = ROOT / "var" / name
    stamp, digest = folder / "installed", hashlib.sha256(requirements.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == digest:
        return python
    print(f"installing {requirements.relative_to(ROOT)} into var/{name} ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*pip, "-r", requirements], check=True, stderr=subprocess.DEVNULL)
    stamp.write_text(digest)
    return python


def version_of(python: Path, package: str) -> str:
    """The installed version of a package."""
    ask = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True)
    return done.stdout.strip()
