"""`make bench`: launches against PyLTI1p3 and statements on both databases, side by side in one run.

Rounds alternate the contenders, because the machine may be busy with other things: only ratios of medians of
one run mean something. Bounded to ten minutes. Writes var/bench/results.json and prints the tables of
docs/benchmarks.md.
"""

import argparse
import contextlib
import json
import os
import platform as machine
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from contenders import BENCH, DRIVER, ROOT, Contender, create_database, install_peer, ours, peer, platform
from measured_server import children_cpu_seconds, session_cpu_seconds
from report import launch_table, statement_table

from tests.services.postgresql import PostgresqlMissing, cluster

LONGEST_SECONDS = 600
ONE_RUN_SECONDS = 120
# name, statements in a request, connections, requests
PHASES = (
    ("single", 1, 1, 80),
    ("single over 4", 1, 4, 160),
    ("batch 100", 100, 1, 8),
    ("batch 500", 500, 1, 3),
)
Result = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where and how much is measured."""

    folder: Path
    rounds: int
    launches: int
    postmaster: int

    def measured(self, contender: Contender, script: str, *options: str) -> Result:
        """What one run of a load script says, with the CPU time it cost the server and the database."""
        before = self._cpu(contender)
        command = [sys.executable, str(BENCH / script), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=ONE_RUN_SECONDS, check=False)
        if done.returncode:
            raise RuntimeError(f"{contender.name}: {script} failed:\n{done.stderr[-2000:]}")
        server, database = (after - was for after, was in zip(self._cpu(contender), before, strict=True))
        return {**json.loads(done.stdout), "server_cpu_seconds": server, "database_cpu_seconds": database}

    def _cpu(self, contender: Contender) -> tuple[float, float]:
        return session_cpu_seconds(contender.process), children_cpu_seconds(self.postmaster)

    def launch_rounds(self, contenders: Sequence[Contender], jwks: str) -> dict[str, dict[str, list[Result]]]:
        """Results by crowd and contender: people who come again, and people never seen before."""
        for contender in contenders:
            self._launch(contender, "again")  # not counted: makes the people known, and warms up
        results: dict[str, dict[str, list[Result]]] = {"again": {}, "first": {}}
        for number in range(self.rounds):
            for kind, crowd in (("again", "again"), ("first", f"first-{number}")):
                for contender in contenders:
                    fetched = fetches(jwks)
                    result = self._launch(contender, crowd)
                    result["key_set_fetches"] = fetches(jwks) - fetched
                    results[kind].setdefault(contender.name, []).append(result)
        return results

    def _launch(self, contender: Contender, crowd: str) -> Result:
        places = ["--folder", str(self.folder), "--login", contender.login, "--launch", contender.launch]
        count = ["--launches", str(self.launches), "--crowd", crowd]
        return self.measured(contender, "lti_load.py", "run", *places, *count)

    def statement_rounds(self, contenders: Sequence[Contender]) -> dict[str, dict[str, list[Result]]]:
        """Results by contender and phase."""
        results: dict[str, dict[str, list[Result]]] = {contender.name: {} for contender in contenders}
        for contender in contenders:
            self._store(contender, 1, 4, 20)
        for _ in range(self.rounds):
            for name, batch, connections, requests in PHASES:
                for contender in contenders:
                    result = self._store(contender, batch, connections, requests)
                    results[contender.name].setdefault(name, []).append(result)
        return results

    def _store(self, contender: Contender, batch: int, connections: int, requests: int) -> Result:
        where = ["--base", f"{contender.address}/xapi", "--key", contender.key, "--secret", contender.secret]
        how = {"batch": batch, "connections": connections, "requests": requests}
        counts = [part for name, value in how.items() for part in (f"--{name}", str(value))]
        return self.measured(contender, "lrs_load.py", *where, *counts)


def fetches(jwks: str) -> int:
    with urllib.request.urlopen(f"{jwks}/fetches", timeout=5) as answer:  # noqa: S310 - our own server
        return int(answer.read())


def _postmaster(url: str) -> int:
    with psycopg.connect(url.replace(DRIVER, "postgresql://")) as connection:
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert row is not None
    return int(row[0].split()[0])


def measure(rounds: int, launches: int, *, statements: bool) -> Result:
    """Starts everything, measures, stops everything."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coalizione-bench-")))
        maintenance = stack.enter_context(cluster(durable=True))
        jwks = stack.enter_context(platform(folder))
        bench = Bench(folder, rounds, launches, _postmaster(maintenance))
        fetching_database, keeping_database, our_database = (
            create_database(maintenance, name) for name in ("fetching", "keeping", "ours")
        )
        begin = stack.enter_context
        on_postgresql = begin(ours("ours on PostgreSQL", our_database, jwks, folder))
        on_sqlite = begin(ours("ours on SQLite", f"sqlite:///{folder}/ours.db", jwks, folder))
        shipped = begin(peer("PyLTI1p3 as shipped", fetching_database, jwks, folder, keeps_key_sets=False))
        keeping = begin(peer("PyLTI1p3, key sets kept", keeping_database, jwks, folder, keeps_key_sets=True))
        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": _machine(),
            "launches": bench.launch_rounds((on_postgresql, shipped, keeping, on_sqlite), jwks),
            "statements": bench.statement_rounds((on_sqlite, on_postgresql)) if statements else None,
        }


def _machine() -> Result:
    return {
        "processors": os.cpu_count(),
        "system": machine.system(),
        "architecture": machine.machine(),
        "python": machine.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def main() -> int:
    """The command line; 1 when something is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--launches", type=int, default=160, help="in each round, of each tool and crowd")
    parser.add_argument("--launches-only", action="store_true", help="leave the statements out")
    chosen = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_long)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        install_peer()
        signal.alarm(LONGEST_SECONDS)
        results = measure(chosen.rounds, chosen.launches, statements=not chosen.launches_only)
    except (PostgresqlMissing, TimeoutError, RuntimeError, subprocess.SubprocessError) as problem:
        print(problem, getattr(problem, "stderr", None) or "", file=sys.stderr)
        return 1
    signal.alarm(0)
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    print(results["machine"])
    for kind, title in (("again", "people who come again"), ("first", "people never seen before")):
        print(f"\n{title}\n\n{launch_table(results['launches'][kind])}")
    if results["statements"]:
        print(f"\nstatements\n\n{statement_table(results['statements'])}")
    return 0


def _too_long(*_arguments: object) -> None:
    raise TimeoutError(f"stopped after {LONGEST_SECONDS} seconds: the machine is too busy to measure")


if __name__ == "__main__":
    sys.exit(main())
