"""Statements for any xAPI LRS: so many requests of so many statements over so many connections.

  lrs_load.py --base http://host/xapi --key K --secret S [--requests 100] [--batch 1] [--connections 1]

5,000 people of ten LMSs, 20 courses of ten modules, four verbs; seeded, so that two stores get the same (the
ids differ). Statements are written out before the clock starts. Prints one JSON line.
"""

import argparse
import base64
import functools
import http.client
import json
import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

VERB = "http://adlnet.gov/expapi/verbs/"
ACTIVITY = "http://adlnet.gov/expapi/activities/"
TOOL = "https://tool.bench.example"
TIMEOUT_SECONDS = 60


def statement(chance: random.Random) -> dict[str, Any]:
    """A statement such as a course would send."""
    person, course, module = chance.randrange(5000), chance.randrange(20), chance.randrange(10)
    verb = chance.choice(("completed", "passed", "initialized", "progressed"))
    homepage = f"https://lms{person % 10}.bench.example"
    course_id = f"{TOOL}/c/{course}"
    return {
        "id": str(uuid.uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": homepage, "name": f"person-{person}"}},
        "verb": {"id": VERB + verb, "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"{course_id}/m/{module}",
            "definition": {"type": ACTIVITY + "module", "name": {"en": f"Module {module} of {course}"}},
        },
        "result": {"completion": True, "success": True, "score": {"scaled": 0.8}, "duration": "PT12M30S"},
        "context": {
            "registration": str(uuid.UUID(int=(8 << 60) | (4 << 76) | (person << 8) | course)),
            "platform": "bench",
            "language": "en",
            "contextActivities": {
                "parent": [{"id": course_id, "definition": {"type": ACTIVITY + "course"}}],
                "category": [{"id": f"{TOOL}/xapi/profile/v1"}],
            },
        },
        "timestamp": f"2026-03-{chance.randrange(1, 29):02}T10:00:00.000Z",
    }


def request_body(chance: random.Random, batch: int) -> bytes:
    """One request's JSON: a statement, or a list of many."""
    statements = [statement(chance) for _ in range(batch)]
    return json.dumps(statements if batch > 1 else statements[0]).encode()


class Client:
    """Keeps one connection for each thread."""

    def __init__(self, base: str, key: str, secret: str) -> None:
        parts = urlsplit(base)
        self.address, self.path = parts.netloc, f"{parts.path}/statements"
        credentials = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": "1.0.3"}
        self.headers["Content-Type"] = "application/json"
        self.local = threading.local()

    def post(self, batch: int, body: bytes) -> tuple[float, str]:
        """Seconds, and what went wrong; the answer must name every statement."""
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection(self.address, timeout=TIMEOUT_SECONDS)
        started = time.perf_counter()
        self.local.connection.request("POST", self.path, body, self.headers)
        response = self.local.connection.getresponse()
        answer = response.read()
        seconds = time.perf_counter() - started
        stored = len(json.loads(answer)) if response.status == 200 else 0
        return seconds, "" if stored == batch else f"{response.status}: {answer[:100]!r}"


def run(client: Client, requests: int, batch: int, connections: int) -> dict[str, Any]:
    """How many statements were stored in a second."""
    chance = random.Random(42)
    bodies = [request_body(chance, batch) for _ in range(requests)]
    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        answers = list(pool.map(functools.partial(client.post, batch), bodies))
    wall = time.perf_counter() - started
    failures = [failure for _seconds, failure in answers if failure]
    times = sorted(seconds for seconds, _failure in answers)
    stored = (requests - len(failures)) * batch
    return {
        "stored": stored,
        "failed": len(failures),
        "failures": failures[:3],
        "statements_per_second": stored / wall,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("base", "key", "secret"):
        parser.add_argument(f"--{name}", required=True)
    for name, default in (("requests", 100), ("batch", 1), ("connections", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    client = Client(chosen.base, chosen.key, chosen.secret)
    print(json.dumps(run(client, chosen.requests, chosen.batch, chosen.connections)))


if __name__ == "__main__":
    main()
