"""`make fuzz`: mutated statements through the whole application, every answer held to what was promised.

Each process has a database and a seed of its own; the same seeds make the same statements. Stops at the first
promise that is broken, with what was sent. See docs/xapi-validation.md.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from lms_plugin.app import create_app
from lms_plugin.lrs.credential import add_credential
from lms_plugin.records.statement import Statement
from lms_plugin.settings import read_settings
from lms_plugin.storage import make_engine, session_factory, writing
from tests.conftest import SECRET
from tests.lms_plugin.lrs.conftest import Lrs
from tests.lms_plugin.lrs.fuzzing import Fuzzer
from tests.services.databases import PostgresqlDatabases, fresh_sqlite, migrated_sqlite
from tests.services.postgresql import cluster

COUNT = select(func.count()).select_from(Statement)


def main() -> int:
    """Runs all of it; returns 0 when every promise was kept."""
    options = _options()
    started = time.monotonic()
    with ExitStack() as stack:
        urls = _databases(options.database, options.processes, stack)
        share = options.statements // options.processes
        jobs = [(url, share, options.seed + place) for place, url in enumerate(urls)]
        with ProcessPoolExecutor(options.processes) as pool:
            outcomes = sum(pool.map(run, *zip(*jobs, strict=True)), Counter[str]())
    for outcome, times in sorted(outcomes.items()):
        print(f"{outcome:>12} {times:>8}")
    seconds = time.monotonic() - started
    print(
        f"{outcomes.total()} mutated statements in {seconds:.0f} s, every promise kept ({options.database})"
    )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def _databases(kind: str, number: int, stack: ExitStack) -> list[str]:
    if kind == "sqlite":
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        template = migrated_sqlite(folder)
        return [fresh_sqlite(template, folder) for _place in range(number)]
    databases = PostgresqlDatabases(stack.enter_context(cluster()), ahead=number)
    stack.callback(databases.close)
    return [databases.fresh() for _place in range(number)]


def run(url: str, statements: int, seed: int) -> Counter[str]:
    """Sends so many statements to an application of its own and returns how often it gave which answer."""
    logging.disable(logging.WARNING)
    app = application(url, "https://formazione.example")
    engine = make_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def stored() -> int:
            return connection.scalar(COUNT) or 0

        fuzzer = Fuzzer(client(app, url), stored, seed)
        for _time in range(statements):
            fuzzer.one()
    return fuzzer.outcomes


def application(url: str, public_url: str) -> Flask:
    """The whole application on this database."""
    return create_app(read_settings({
        "COALIZIONE_SECRET_KEY": SECRET,
        "COALIZIONE_PUBLIC_URL": public_url,
        "COALIZIONE_DATABASE_URL": url,
        "COALIZIONE_TRUSTED_HOSTS": "127.0.0.1,localhost",
    }))  # fmt: skip


def client(app: Flask, url: str) -> Lrs:
    """A client of its LRS that may do everything."""
    engine = make_engine(url)
    with session_factory(engine)() as database, writing(database):
        credential, secret = add_credential(database, f"fuzz {time.time_ns()}", (), datetime.now(UTC))
        key = credential.key
    browser = app.test_client()
    browser.environ_base.update({"wsgi.url_scheme": "https", "HTTP_HOST": "formazione.example"})
    return Lrs(browser, key, secret)


if __name__ == "__main__":
    sys.exit(main())
