"""The second half of `make fuzz`: schemathesis sends odd requests to all that /xapi/openapi.json names.

A failure is any answer of 500 or more, and any that the description does not promise: another status, another
media type, an error in another form. Not asked: that all that fits the schemas is accepted, as rules between
several members (a voiding verb with its reference, two ids of one statement) are more than a schema can say.
"""

import argparse
import hashlib
import logging
import subprocess
import sys
import tempfile
from pathlib import Path

from fuzz import application, client

from tests.services.databases import fresh_sqlite, migrated_sqlite
from tests.services.serving import free_port, serving

BENCH = Path(__file__).parent
VENV = BENCH.parent / "var" / "fuzz-venv"
NOT_ASKED = "positive_data_acceptance"
LONGEST_SECONDS = "600"


def main() -> int:
    """Runs schemathesis against an application that is really served; returns its exit status."""
    options = _options()
    _install()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        port, place = free_port(), Path(folder)
        url = fresh_sqlite(migrated_sqlite(place), place)
        app = application(url, f"http://localhost:{port}")
        lrs = client(app, url)
        with serving(app, port) as address:
            command = [
                VENV / "bin" / "st", "run", f"{address}/xapi/openapi.json",
                "--auth", f"{lrs.key}:{lrs.secret}", "--max-time", LONGEST_SECONDS,
                "--phases", "coverage,fuzzing",
                "--exclude-checks", NOT_ASKED, "--continue-on-failure",
                "--max-examples", options.examples, "--seed", options.seed, "--no-color",
                "--generation-database", ":memory:",
            ]  # fmt: skip
            return subprocess.run(command, check=False, cwd=folder).returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", default="100", help="requests for each operation, in each phase")
    parser.add_argument("--seed", default="4")
    return parser.parse_args()


def _install() -> None:
    """Puts the pinned schemathesis into an environment of its own, once."""
    requirements = BENCH / "fuzz_requirements.txt"
    stamp, digest = VENV / "installed", hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("installing schemathesis into var/fuzz-venv ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", requirements], check=True)
    stamp.write_text(digest)


if __name__ == "__main__":
    sys.exit(main())
