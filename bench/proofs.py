"""How long sealing takes and how it treats writers; and whether every changed byte of a pack is named.

    .venv/bin/python -m bench.proofs seal [postgresql URL of an empty, migrated database]
    .venv/bin/python -m bench.proofs flip

The first fills a day with 100,000 statements of clients and seals it, while another process stores one
statement after the other, and says what that did to it. The second changes each byte of a small pack.
"""

import io
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from lms_plugin.migration import migrate
from lms_plugin.proofs.days import Sealing, close_day, fill_day
from lms_plugin.proofs.inclusion import Paths
from lms_plugin.proofs.keys import ensure_proof_key
from lms_plugin.proofs.pack import write_pack
from lms_plugin.proofs.selection import of_day
from lms_plugin.proofs.verify_pack import Verification
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import make_engine, session_factory, writing

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEALING = Sealing("https://formazione.example", "a secret for the benchmark only, long enough")
CLIENT = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "client"}}
MANY, BATCH, PERSONS = 100_000, 500, 20_000


def statement(number: int) -> dict[str, Any]:
    """About a kilobyte, as modules and clients send them."""
    who = {"homePage": "https://moodle.example", "name": str(number % PERSONS)}
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "name": f"Persona {number % PERSONS}", "account": who},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"it": "ha vissuto"}},
        "object": {
            "id": f"https://elsewhere.example/activity/{number % 500}",
            "definition": {
                "name": {"it": "Lezione " * 20},
                "type": "http://adlnet.gov/expapi/activities/lesson",
            },
        },
        "context": {"registration": str(uuid4()), "language": "it", "platform": "Moodle"},
        "result": {"completion": True, "response": "testo " * 30, "duration": "PT12M"},
    }


def fill(url: str, many: int) -> None:
    """So many statements on one day, in batches."""
    with session_factory(make_engine(url))() as database:
        for first in range(0, many, BATCH):
            batch = [statement(first + place) for place in range(BATCH)]
            with writing(database):
                at = NOON + timedelta(milliseconds=first)
                store_statements(database, batch, authority=CLIENT, origin="client", now=at)


def write_on(url: str, seconds: float, told: Any) -> None:
    """Stores single statements for a while, 20 a second, and tells how long each took."""
    took, end = [], time.monotonic() + seconds
    with session_factory(make_engine(url))() as database:
        while time.monotonic() < end:
            began = time.monotonic()
            with writing(database):
                store_statements(
                    database, [statement(1)], authority=CLIENT, origin="client", now=NOON + timedelta(days=9)
                )
            took.append(time.monotonic() - began)
            time.sleep(0.05)
    told.put(sorted(took))


def say_writers(title: str, took: list[float]) -> None:
    """Median, p95 and longest in milliseconds."""
    part = (took[len(took) // 2], took[int(len(took) * 0.95)], took[-1])
    print(
        f"{title}: " + " / ".join(f"{1000 * one:.1f}" for one in part) + f" ms (p50/p95/max of {len(took)})"
    )


def measure_writer(url: str, seconds: float) -> Any:
    """A process that writes, and where it tells."""
    told: Any = multiprocessing.Queue()
    process = multiprocessing.Process(target=write_on, args=(url, seconds, told))
    process.start()
    return told


def seal(url: str) -> None:
    """Prints how long it takes, the memory, and the writers before and during."""
    began = time.monotonic()
    fill(url, MANY)
    print(f"{MANY} statements stored in {time.monotonic() - began:.0f} s")
    say_writers("a writer alone", measure_writer(url, 10).get())
    with session_factory(make_engine(url))() as database:
        key = ensure_proof_key(database, SEALING.secret_key, NOON)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        told, began = measure_writer(url, 20), time.monotonic()
        assert fill_day(database, SEALING.secret_key, DAY)
        filled = time.monotonic()
        assert close_day(database, SEALING, key, DAY, NOON + timedelta(days=1))
        done = time.monotonic()
        say_writers("a writer while the day is sealed", told.get())
        print(f"leaves {filled - began:.1f} s, root and signature {done - filled:.1f} s")
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"memory grew by {grown:.0f} MB")
        began = time.monotonic()
        for _ in range(100):
            Paths(database).path_of(DAY, random.randrange(MANY), MANY)
        print(f"a path: {10 * (time.monotonic() - began):.1f} ms")


def flip() -> None:
    """Prints how many bytes were changed, and those whose change nobody named."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/flip.db"
        engine = make_engine(url)
        migrate(engine)
        with session_factory(engine)() as database:
            with writing(database):
                batch = [statement(number) for number in range(3)]
                store_statements(database, batch, authority=CLIENT, origin="client", now=NOON)
            key = ensure_proof_key(database, SEALING.secret_key, NOON)
            fill_day(database, SEALING.secret_key, DAY)
            close_day(database, SEALING, key, DAY, NOON + timedelta(days=1))
            out = io.BytesIO()
            write_pack(database, SEALING, of_day(DAY), out, NOON + timedelta(days=2))
    pack = out.getvalue()
    assert Verification(pack).faults == []
    began, missed = time.monotonic(), []
    for at in range(len(pack)):
        changed = bytearray(pack)
        changed[at] ^= 1 << at % 8
        if not Verification(bytes(changed)).faults:
            missed.append(at)
    facts = {"bytes": len(pack), "not named": missed, "seconds": round(time.monotonic() - began)}
    print(json.dumps(facts))


def main() -> None:
    """What was asked for."""
    if sys.argv[1:2] == ["flip"]:
        flip()
        return
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'seal.db'}"
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        seal(url)


if __name__ == "__main__":
    main()
