"""All that the practice LMS remembers, behind one lock, and its file when it has one."""

import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lms_plugin.rehearsal.course import LineItem, ResourceLink
from lms_plugin.rehearsal.enrolments import Enrolments
from lms_plugin.rehearsal.gradebook import Grade, PostedScore
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.tools import Tool

_FORMAT = 1


@dataclass
class Memory:
    """The remembered things; `posted`, `forgery` and `enrolments` live only as long as the process."""

    keys: KeyRing
    profile: str
    tools: dict[str, Tool] = field(default_factory=dict)
    links: dict[str, ResourceLink] = field(default_factory=dict)
    line_items: dict[str, LineItem] = field(default_factory=dict)
    grades: dict[tuple[str, str], Grade] = field(default_factory=dict)
    used_registration_tokens: list[str] = field(default_factory=list)
    posted: list[PostedScore] = field(default_factory=list)
    forgery: str | None = None
    enrolments: Enrolments = field(default_factory=Enrolments)

    def stored(self) -> dict[str, object]:
        return {
            "format": _FORMAT,
            "profile": self.profile,
            "keys": self.keys.stored(),
            "tools": [asdict(tool) for tool in self.tools.values()],
            "links": [asdict(link) for link in self.links.values()],
            "line_items": [asdict(item) for item in self.line_items.values()],
            "grades": [asdict(grade) for grade in self.grades.values()],
            "used_registration_tokens": self.used_registration_tokens,
        }

    @classmethod
    def from_stored(cls, document: dict[str, Any]) -> "Memory":
        if document.get("format") != _FORMAT:
            raise ValueError("the state file was written by another version: delete it to start afresh")
        grades = [Grade(**row) for row in document["grades"]]
        return cls(
            keys=KeyRing.from_stored(document["keys"]),
            profile=document["profile"],
            tools={row["client_id"]: Tool(**row) for row in document["tools"]},
            links={row["id"]: ResourceLink(**row) for row in document["links"]},
            line_items={row["id"]: LineItem(**row) for row in document["line_items"]},
            grades={(grade.line_item_id, grade.user_id): grade for grade in grades},
            used_registration_tokens=document["used_registration_tokens"],
        )


class Store:
    """Hands out the memory one thread at a time; what `changing` leaves behind is saved before it returns."""

    def __init__(self, memory: Memory, file: Path | None = None) -> None:
        self._memory = memory
        self._file = file
        self._lock = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[Memory]:
        with self._lock:
            yield self._memory

    @contextmanager
    def changing(self) -> Iterator[Memory]:
        with self._lock:
            yield self._memory
            if self._file is not None:
                write_atomically(self._file, self._memory.stored())


def read_memory(file: Path) -> Memory | None:
    """What an earlier run left in `file`, or None when there is no such file; raises ValueError."""
    if not file.exists():
        return None
    return Memory.from_stored(json.loads(file.read_text(encoding="utf-8")))


def write_atomically(file: Path, document: dict[str, object]) -> None:
    """Replace `file` whole; mkstemp makes it readable by its owner alone, for it holds private keys."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as writer:
            json.dump(document, writer, ensure_ascii=False, indent=1)
            writer.flush()
            os.fsync(writer.fileno())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
