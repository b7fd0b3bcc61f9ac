"""Mutated statements: templates of what xAPI allows, broken in one place or a few, as JSON text."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any
from uuid import UUID

from course_content.statement_examples import examples
from tests.lms_plugin.lrs.conftest import made
from tests.lms_plugin.lrs.valid_statements import AGENT, GROUP, REF, VALID, in_context

TWICE = "\ue000twice"  # ends a property name that is written as if it had no such end: so it comes twice
OURS = examples("https://formazione.example")  # one of each statement template of our profile
WITH_AGENTS = in_context(
    contextAgents=[{"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["https://x.example/t"]}],
    contextGroups=[{"objectType": "contextGroup", "group": GROUP}],
)
TEMPLATES: list[dict[str, Any]] = [*VALID.values(), *OURS.values(), made(object=REF), WITH_AGENTS]
ODD_TEXTS = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udc00\ud800", "\U0001f600", "e\u0301", "\u202e", "\ufeff",
    "\uffff", "a:b", "mailto:@", "MAILTO:a@b", "http://", "//x.example", "urn:uuid:x", "null", "true", "1",
    "P", "PT1,5S", "P1Y2W", "2026-11-23T09:00:00-00:00", "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+14:00", "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z",
    "2026-11-23T09:00:00.1234567890123456789Z", "en-US", "x-y", "è" * 3000, "Agent", "group", "Activity",
    "SubStatement", "StatementRef", "1.0.0", "2.0.0", "1.0.99999999999999999999", "0" * 40, "f" * 64,
    "http://adlnet.gov/expapi/verbs/voided", "12345678-1234-1234-1234-123456789ABC",
]  # fmt: skip
ODD_NUMBERS = [
    0, -0.0, 1, 1.0, -1, -1.0000001, 1e308, 5e-324, 1e-400, 0.1, 2**31, 2**53 + 1, 2**63, 2**64,
    -(2**63) - 1, 10**40, 10**400, 3.141592653589793, 100, 1e22,
]  # fmt: skip
NAMES = [
    "id", "objectType", "member", "mbox", "account", "name", "object", "actor", "verb", "context", "result",
    "extensions", "score", "interactionType", "choices", "contextActivities", "contextAgents", "authority",
    "stored", "version", "timestamp", "attachments", "display", "en", "x", "", "https://x.example/e",
]  # fmt: skip
RETYPED = (True, False, 5, 1.5, "text", [], {}, [None], {"x": 1}, "5")
Place = tuple[Any, Any]  # what holds the value, and under which name or number


def places(value: Any) -> Iterator[Place]:
    """Where everything inside is."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, inner in list(members):
        yield value, step
        yield from places(inner)


def nested(levels: int) -> Any:
    """Arrays and objects inside each other."""
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


class Mutator:
    """Makes statements from one seed, always the same."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.kinds: list[Callable[[dict[str, Any], Any, Any], None]] = [
            self._drop, self._null, self._retype, self._odd_text, self._odd_number, self._rename, self._case,
            self._nest, self._twice, self._transplant, self._swap, self._add, self._deep, self._unchanged,
        ]  # fmt: skip

    def template(self) -> dict[str, Any]:
        """A valid statement with an id of its own."""
        return deepcopy(self.random.choice(TEMPLATES)) | {"id": self.id()}

    def id(self) -> str:
        """A random UUID."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def statement(self) -> Any:
        """A statement broken in one place, sometimes in two or three."""
        statement = self.template()
        for _time in range(self.random.choice((1, 1, 1, 1, 1, 2, 3))):
            there = list(places(statement))
            if there:
                holder, step = self.random.choice(there)
                self.random.choice(self.kinds)(statement, holder, step)
        return statement

    def text(self, value: Any) -> bytes:
        """The value as JSON, in one of the ways there are to write it."""
        spaces = self.random.choice((None, None, None, 1))
        ascii_only = self.random.random() < 0.5
        written = json.dumps(value, ensure_ascii=ascii_only, indent=spaces)
        raw = written.replace(TWICE, "").replace(json.dumps(TWICE)[1:-1], "").encode("utf-8", "surrogatepass")
        return self._broken(raw) if self.random.random() < 0.02 else raw

    def _broken(self, raw: bytes) -> bytes:
        place = self.random.randrange(max(1, len(raw)))
        return self.random.choice((
            raw[:place],
            raw[:place] + bytes([self.random.randrange(256)]) + raw[place + 1 :],
            raw + b"]", b"\xef\xbb\xbf" + raw, raw.decode("utf-8", "replace").encode("utf-16"), b"",
            raw.replace(b":", b":NaN,", 1), raw.replace(b'"', b"'"), b"[" * 5000 + raw,
            raw.replace(b"}", b',"a:b":' + b"[" * 900 + b"]" * 900 + b"}", 1),
            raw.replace(b"}", b',"n":1e999}', 1), raw.replace(b"}", b',"n":' + b"9" * 5000 + b"}", 1),
        ))  # fmt: skip

    def _drop(self, _statement: Any, holder: Any, step: Any) -> None:
        del holder[step]

    def _null(self, _statement: Any, holder: Any, step: Any) -> None:
        holder[step] = None

    def _retype(self, _statement: Any, holder: Any, step: Any) -> None:
        holder[step] = deepcopy(self.random.choice(RETYPED))

    def _odd_text(self, _statement: Any, holder: Any, step: Any) -> None:
        holder[step] = self.random.choice(ODD_TEXTS)

    def _odd_number(self, _statement: Any, holder: Any, step: Any) -> None:
        holder[step] = self.random.choice(ODD_NUMBERS)

    def _rename(self, _statement: Any, holder: Any, step: Any) -> None:
        if isinstance(holder, dict):
            odd = self.random.choice(ODD_TEXTS)
            name = self.random.choice((step.upper(), step.title(), f"{step} ", step[:-1], odd))
            holder[name] = holder.pop(step)

    def _case(self, _statement: Any, holder: Any, step: Any) -> None:
        if isinstance(holder[step], str):
            holder[step] = self.random.choice(
                (holder[step].upper(), holder[step].lower(), holder[step].swapcase())
            )

    def _nest(self, _statement: Any, holder: Any, step: Any) -> None:
        holder[step] = self.random.choice(
            ([holder[step]], {"id": holder[step]}, [holder[step], holder[step]])
        )

    def _twice(self, _statement: Any, holder: Any, step: Any) -> None:
        if isinstance(holder, dict):
            holder[f"{step}{TWICE}"] = deepcopy(holder[step])

    def _transplant(self, _statement: Any, holder: Any, step: Any) -> None:
        other = self.template()
        donor, there = self.random.choice(list(places(other)))
        holder[step] = donor[there]

    def _swap(self, statement: Any, holder: Any, step: Any) -> None:
        other, there = self.random.choice(list(places(statement)))
        one, another = deepcopy(holder[step]), deepcopy(other[there])
        holder[step] = another
        other[there] = one

    def _add(self, _statement: Any, holder: Any, step: Any) -> None:
        inside = holder[step] if isinstance(holder[step], dict) else holder
        if isinstance(inside, dict):
            inside[self.random.choice(NAMES)] = self.random.choice((1, "x", {}, [], deepcopy(AGENT), True))

    def _deep(self, _statement: Any, holder: Any, step: Any) -> None:
        holder[step] = {"https://x.example/deep": nested(self.random.choice((3, 50, 98, 99, 100, 101, 150)))}

    def _unchanged(self, _statement: Any, holder: Any, step: Any) -> None:
        """Some stay valid, so that storing and reading back are tried on all that is allowed."""
