"""Sends mutated statements to /xapi, and holds every answer to what was promised.

Never a fault of ours; a refusal names path and rule and stores nothing; what is accepted comes back the same.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from lms_plugin.records.statement_form import read_instant
from tests.lms_plugin.lrs.conftest import STATEMENTS, Lrs
from tests.lms_plugin.lrs.mutations import Mutator

OWNED = ("stored", "authority", "version", "timestamp", "id")
JSON = {"Content-Type": "application/json"}


class Broken(AssertionError):
    """A promise that was not kept, with what was sent."""


class Fuzzer:
    """Statements from one seed against one LRS; `stored` says how many statements it has."""

    def __init__(self, lrs: Lrs, stored: Callable[[], int], seed: int) -> None:
        self.lrs, self.stored, self.mutator = lrs, stored, Mutator(seed)
        self.random = self.mutator.random
        self.outcomes: Counter[str] = Counter()
        self.count = stored()

    def one(self) -> None:
        """One mutated statement: alone by POST or PUT, or among good ones."""
        self.lrs.version = self.random.choice(("1.0.3", "2.0.0"))
        statement = self.mutator.statement()
        send = self.random.choices((self._post, self._put, self._batch), (6, 2, 2))[0]
        send(statement)

    def _post(self, statement: Any) -> None:
        self._judge("post", self.mutator.text(statement), "POST", STATEMENTS)

    def _put(self, statement: Any) -> None:
        given = statement.get("id") if isinstance(statement, dict) else None
        one = given if isinstance(given, str) and self.random.random() < 0.9 else self.mutator.id()
        path = f"{STATEMENTS}?statementId={quote(one, errors='replace')}"
        self._judge("put", self.mutator.text(statement), "PUT", path)

    def _batch(self, statement: Any) -> None:
        batch = [self.mutator.template() for _place in range(self.random.randrange(1, 6))]
        batch.insert(self.random.randrange(len(batch) + 1), statement)
        self._judge("batch", self.mutator.text(batch), "POST", STATEMENTS)

    def _judge(self, kind: str, raw: bytes, method: str, path: str) -> None:
        answer = self.lrs.call(method, path, data=raw, headers=JSON)
        self.outcomes[f"{kind} {answer.status_code}"] += 1
        before, self.count = self.count, self.stored()
        try:
            if answer.status_code in {200, 204}:
                self._accepted(raw, answer, path, self.count - before)
            else:
                _refused(answer, self.count - before)
        except AssertionError as error:
            raise Broken(f"{error}\n{method} {path} {self.lrs.version}\n{raw!r}\n{answer.text}") from error

    def _accepted(self, raw: bytes, answer: Any, path: str, more: int) -> None:
        sent = json.loads(raw)
        statements = sent if isinstance(sent, list) else [sent]
        ids = answer.json if answer.status_code == 200 else [path.partition("=")[2].lower()]
        assert len(ids) == len(statements), "an id for each"
        assert 0 <= more <= len(statements), f"{more} more are stored"
        if more < len(statements):
            return  # what was there keeps its own definitions and displays (Data 2.3.1)
        for one, statement in zip(ids, statements, strict=True):
            _same(statement, self._kept(one))

    def _kept(self, one: str) -> Any:
        answer = self.lrs.get(statementId=one)
        if answer.status_code == 404:
            answer = self.lrs.get(voidedStatementId=one)
        assert answer.status_code == 200, f"{one} cannot be read: {answer.status_code}"
        return json.loads(answer.data)


def _refused(answer: Any, more: int) -> None:
    assert answer.status_code in {400, 409}, "a refusal is 400, or 409 where the id is taken"
    assert more == 0, f"refused, but {more} more are stored"
    said = answer.json
    assert {"code", "rule", "request_id"} <= said.keys(), "a refusal names its rule"
    assert said["rule"], "a refusal names its rule"
    assert answer.status_code == 409 or said["path"].startswith("$"), "a refusal names the path"
    assert "`" not in said["rule"], "the words are ours"


def _same(sent: Any, kept: Any) -> None:
    """What came back is what was sent, but for what the LRS owns and the arrays that Data 2.4.6.2 wants."""
    if "timestamp" in sent:
        assert read_instant(sent["timestamp"]) == read_instant(kept["timestamp"]), "another instant"
    given = {name: value for name, value in sent.items() if name not in OWNED}
    came = {name: value for name, value in kept.items() if name not in OWNED}
    for holder in (given, given["object"]):
        activities = holder.get("context", {}).get("contextActivities", {})
        for kind, value in activities.items():
            activities[kind] = value if isinstance(value, list) else [value]
    # As text, because in Python 1 == 1.0 == True.
    assert json.dumps(given, sort_keys=True) == json.dumps(came, sort_keys=True), f"came back as {came}"
