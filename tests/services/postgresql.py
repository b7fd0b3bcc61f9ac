"""A throw-away PostgreSQL cluster for the tests, as the `postgres` user when we are root."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


class PostgresqlMissing(RuntimeError):
    """No PostgreSQL server is installed here."""


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise PostgresqlMissing("PostgreSQL is missing: run `apt-get install postgresql`")
    return found[0].parent if found else Path(str(on_path)).parent


def _run(command: list[str]) -> None:
    # The server refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Starts a cluster and yields the URL of its maintenance database; it listens in its own folder only.

    `durable` waits for the disk at every commit, as a real one does; tests need not.
    """
    folder = Path(tempfile.mkdtemp(prefix="coalizione-pg-"))
    binaries = _binaries()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    try:
        _run([str(binaries / "initdb"), *f"-D {data} -U postgres -A trust -E UTF8 --no-sync".split()])
        options = f"-h '' -k {folder} -c fsync={'on' if durable else 'off'} -c max_connections=200"
        _run([str(binaries / "pg_ctl"), "-D", data, "-o", options, "-w", "-l", str(folder / "log"), "start"])
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            _run([str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
