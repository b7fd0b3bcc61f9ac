"""Where bookings are kept: the protocol, and one JSON file for use without the application."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from webinar_connector.webinars import BookedWebinar


class Store(Protocol):
    """What `apply` needs to survive a crash at any instant. Each method is durable when it returns."""

    def booked(self) -> tuple[BookedWebinar, ...]:
        """Every booking, in no particular order."""

    def intend(self, webinar_id: str, step: str, now: datetime) -> None:
        """Note that a call to the provider is about to be made."""

    def intents(self) -> Mapping[str, str]:
        """Webinar id to step, for calls whose outcome was never noted: a crash happened in between."""

    def save(self, booked: BookedWebinar) -> None:
        """Keep a booking and close its intent."""

    def remove(self, webinar_id: str) -> None:
        """Forget a booking and close its intent."""

    def abandon(self, webinar_id: str) -> None:
        """Close an intent that came to nothing: the provider certainly did not act."""


class StoreError(Exception):
    """The file cannot be read as a store; it was left as it is."""


class JsonFileStore:
    """A store in one file, replaced atomically: a reader sees the old or the new, never half."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """Keep other processes from writing meanwhile; StoreError when one is writing already."""
        with self._path.with_name(f".{self._path.name}.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreError(f"another process is working on {self._path.name}") from None
            yield

    def booked(self) -> tuple[BookedWebinar, ...]:
        return tuple(_booking(row) for row in self._read()["booked"].values())

    def intend(self, webinar_id: str, step: str, now: datetime) -> None:
        content = self._read()
        content["intents"][webinar_id] = {"step": step, "at": now.isoformat()}
        self._write(content)

    def intents(self) -> Mapping[str, str]:
        return {webinar_id: intent["step"] for webinar_id, intent in self._read()["intents"].items()}

    def save(self, booked: BookedWebinar) -> None:
        content = self._read()
        content["booked"][booked.id] = asdict(booked) | {"booked_at": booked.booked_at.isoformat()}
        content["intents"].pop(booked.id, None)
        self._write(content)

    def remove(self, webinar_id: str) -> None:
        content = self._read()
        content["booked"].pop(webinar_id, None)
        content["intents"].pop(webinar_id, None)
        self._write(content)

    def abandon(self, webinar_id: str) -> None:
        content = self._read()
        content["intents"].pop(webinar_id, None)
        self._write(content)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            content = json.loads(self._path.read_text("utf-8"))
            for row in content["booked"].values():
                _booking(row)
            return {"booked": dict(content["booked"]), "intents": dict(content["intents"])}
        except FileNotFoundError:
            return {"booked": {}, "intents": {}}
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise StoreError(
                f"{self._path.name} is not a store of bookings ({type(wrong).__name__})"
            ) from None

    def _write(self, content: Mapping[str, Any]) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _booking(row: Mapping[str, str]) -> BookedWebinar:
    booked_at = datetime.fromisoformat(row["booked_at"])
    return BookedWebinar(row["id"], row["provider"], row["external_id"], row["fingerprint"], booked_at)
