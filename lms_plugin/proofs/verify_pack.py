"""Verifies a pack of proofs without the program that made it: `python verify_pack.py pack.zip`.

Needs Python 3.11 and `cryptography`, no network, and nothing else. Every fault is printed with the file, line
and record it is in; the exit status is 0 when there is none, 1 when there are some, 2 when nothing could be
read. `--keys FILE` takes the public keys from a key set that you fetched yourself instead of the pack's;
`--tsa-roots FILE` (PEM) has the authorities of time stamps lead to a root certificate that you trust.
"""

import argparse
import base64
import functools
import hashlib
import json
import struct
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lms_plugin.proofs.pack_format import (
    BEGINNING,
    Fault,
    Json,
    agrees,
    canonical,
    form_of,
    leaf_hash,
    parsed,
    root_by_path,
    sha256,
    verified_payload,
)
from lms_plugin.proofs.time_stamp_token import TimeStampWrong, check_token
from lms_plugin.proofs.time_stamp_trust import Roots, read_roots, require_trusted

MANIFEST, KEYS, DAYS, RECORDS = "manifest.jws", "keys.json", "days.jsonl", "records.jsonl"
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
FIRST_DATE = 0x21  # 1 January 1980, for every file: a pack says itself when it was made
PART_WRONG = (Fault, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
OWN_KEYS = (
    "the keys are those in the pack, which say nothing of who made it: fetch them yourself, and give them"
    " with --keys"
)
UNTESTED_AUTHORITY = " (not checked: give the root certificates that you trust with --tsa-roots)"


def local_header(name: str, crc: int, size: int) -> bytes:
    """What stands before the bytes of a file in a pack (ZIP, stored)."""
    raw = name.encode()
    return struct.pack("<4s5H3I2H", LOCAL, 20, 0, 0, 0, FIRST_DATE, crc, size, size, len(raw), 0) + raw


def central_entry(name: str, crc: int, size: int, offset: int) -> bytes:
    """The entry of a file in the list at the end of a pack."""
    raw = name.encode()
    numbers = (20, 20, 0, 0, 0, FIRST_DATE, crc, size, size, len(raw), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", CENTRAL, *numbers) + raw


def end_record(files: int, size: int, offset: int) -> bytes:
    """The last bytes of a pack."""
    return struct.pack("<4s4H2IH", END, 0, 0, files, files, size, offset, 0)


def read_container(data: bytes) -> tuple[dict[str, bytes], list[str]]:
    """The files of a pack, and what is wrong with the ZIP around them: it has one way to be written."""
    files: dict[str, bytes] = {}
    at, headers, central, offset = 0, b"", b"", 0
    while data[at : at + 4] == LOCAL and at + 30 <= len(data):
        size, length = (
            struct.unpack_from("<I4xH", data, at + 18)[0],
            struct.unpack_from("<H", data, at + 26)[0],
        )
        name = data[at + 30 : at + 30 + length].decode("utf-8", "replace")
        start = at + 30 + length
        content = data[start : start + size]
        crc = zlib.crc32(content)
        central += central_entry(name, crc, len(content), at)
        if data[at:start] != local_header(name, crc, len(content)):
            headers += name.encode() + b"\n"
        files[name] = content
        at = offset = start + size
    faults = [
        f"container: what stands before {name!r}, or its content, was changed"
        for name in headers.decode().split()
    ]
    if data[offset:] != central + end_record(len(files), len(central), offset):
        faults.append("container: the list of files at the end was changed, or the pack was cut")
    return files, faults


class Verification:
    """Reads one pack; `faults` is what is wrong with it, `notes` what a reader should know besides."""

    def __init__(self, data: bytes, trusted: bytes | None = None, roots: Roots = ()) -> None:
        self.roots = roots
        self.files, self.faults = read_container(data)
        self.notes: list[str] = []
        self.days: dict[str, Json] = {}
        self.counted: Counter[str] = Counter()
        self.places: set[tuple[str, int]] = set()
        self.chains: dict[str, list[Json]] = defaultdict(list)
        self.about: Json = {}
        self.keys = self._guard(KEYS, lambda: self._read_keys(trusted)) or {}
        self._guard(MANIFEST, self._read_manifest)
        self._days()
        self._records()
        self._guard(RECORDS, self._evidence)
        self._guard(MANIFEST, self._whole_day)
        if trusted is None:
            self.notes.append(OWN_KEYS)

    def _guard(self, where: str, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except TimeStampWrong as error:
            self.faults.append(f"{where}: time stamp: {error}")
        except PART_WRONG as error:
            said = str(error) if isinstance(error, Fault) else f"a member is missing or wrong ({error})"
            self.faults.append(f"{where}: {said}")
        return None

    def _lines(self, name: str) -> Iterator[tuple[str, bytes]]:
        content = self.files.get(name, b"")
        if content and not content.endswith(b"\n"):
            self.faults.append(f"{name}: cut short")
        for number, line in enumerate(content.split(b"\n")[:-1], 1):
            yield f"{name}, line {number}", line

    def _read_keys(self, trusted: bytes | None) -> dict[str, Json]:
        inside = parsed(self.files[KEYS])["keys"]
        found = {one["kid"]: one for one in (json.loads(trusted)["keys"] if trusted else inside)}
        for one in found.values():
            if one["kid"] != sha256(one["n"].encode())[:20]:
                raise Fault(f"{one['kid']} is not the name of its key")
        return found

    def _read_manifest(self) -> None:
        said = parsed(verified_payload(self.files[MANIFEST].decode("ascii"), self.keys))
        self.about = said
        if set(self.files) != {MANIFEST, *said["files"]}:
            self.faults.append(f"{MANIFEST}: lists other files than are in the pack")
        for name, digest in said["files"].items():
            if name in self.files and sha256(self.files[name]) != digest:
                self.faults.append(f"{name}: not the bytes that the manifest was signed for")

    def _days(self) -> None:
        before: Json | None = None
        for where, line in self._lines(DAYS):
            day = self._guard(where, functools.partial(self._day, line, before))
            before = day or before

    def _day(self, line: bytes, before: Json | None) -> Json:
        said = parsed(line)
        header: Json = said["header"]
        if verified_payload(said["signature"], self.keys) != canonical(header):
            raise Fault("the signature is of another day")
        if before is not None and header["previous"] != sha256(canonical(before)):
            raise Fault("does not continue the day before")
        if before is not None and date.fromisoformat(header["day"]) - date.fromisoformat(
            before["day"]
        ) != timedelta(1):
            raise Fault("a day is missing before it")
        if header["number"] == 1 and header["previous"] != BEGINNING:
            raise Fault("the first day follows nothing")
        self.days[header["day"]] = header
        self._stamp(said, header)
        return header

    def _stamp(self, said: Json, header: Json) -> None:
        if said["time_stamp"] is not None:
            token = base64.b64decode(said["time_stamp"], validate=True)
            found = check_token(token, hashlib.sha256(canonical(header)).digest())
            if self.roots:
                require_trusted(found, self.roots)
            says = f"day {header['day']} existed on {found.at}, says {found.authority}"
            self.notes.append(says if self.roots else says + UNTESTED_AUTHORITY)

    def _records(self) -> None:
        for where, line in self._lines(RECORDS):
            self._guard(self._named(where, line), functools.partial(self._record, line))

    def _named(self, where: str, line: bytes) -> str:
        try:
            said = json.loads(line)
            return f"{where} ({said['kind']} {said['id']})"
        except PART_WRONG:
            return where

    def _record(self, line: bytes) -> None:
        said = parsed(line)
        keys = {at: bytes.fromhex(key) for at, key in said["keys"].items()}
        form = said["form"] or form_of(said["kind"], said["content"], keys)
        if said["form"] and said["content"] and not agrees(said["kind"], form, said["content"], keys):
            raise Fault("what is kept is not what was sealed")
        self._require_named(said, form)
        day = self.days.get(said["day"])
        if day is None:
            raise Fault(f"its day {said['day']} is not among the sealed days")
        if (
            root_by_path(leaf_hash(said["kind"], form), said["position"], day["leaves"], said["path"])
            != day["root"]
        ):
            raise Fault(f"is not what was sealed on {said['day']} at position {said['position']}")
        # Else one record twice could stand for another that was left out.
        if (said["day"], said["position"]) in self.places:
            raise Fault("is in the pack twice")
        self.places.add((said["day"], said["position"]))
        self.counted[said["day"]] += 1
        if said["kind"] == "evidence":
            self.chains[form["learner_id"]].append(form)

    def _require_named(self, said: Json, form: Json) -> None:
        if form["id"] != said["id"]:
            raise Fault("is called otherwise than what was sealed")

    def _evidence(self) -> None:
        for learner, rows in self.chains.items():
            before: Json | None = None
            for row in sorted(rows, key=lambda one: one["sequence"]):
                fault = self._chain_fault(row, before)
                if fault:
                    self.faults.append(f"{RECORDS} (evidence {row['id']} of learner {learner}): {fault}")
                before = row

    def _chain_fault(self, row: Json, before: Json | None) -> str | None:
        if sha256(canonical({name: value for name, value in row.items() if name != "hash"})) != row["hash"]:
            return "the hash is of another content"
        follows = before is not None and row["sequence"] == before["sequence"] + 1
        if follows and row["previous_hash"] != before["hash"]:  # type: ignore[index]
            return "does not continue the row before"
        if "learner" in self.about.get("about", {}) and not follows and row["sequence"] != 1:
            return "rows before it are missing"
        return None

    def _whole_day(self) -> None:
        day = self.about.get("about", {}).get("day")
        if day in self.days and self.counted[day] != self.days[day]["leaves"]:
            self.faults.append(
                f"{RECORDS}: {self.counted[day]} records of {self.days[day]['leaves']} sealed on {day}"
            )


def main(arguments: list[str] | None = None) -> int:
    """Verifies the pack that is named and prints what is wrong; returns the exit status."""
    asked = argparse.ArgumentParser(description="Verify a pack of proofs.")
    asked.add_argument("pack", type=Path)
    asked.add_argument("--keys", type=Path, help="a key set that you trust, instead of the one in the pack")
    asked.add_argument("--tsa-roots", type=Path, help="root certificates (PEM) for time stamps")
    chosen = asked.parse_args(arguments)
    try:
        data, trusted = chosen.pack.read_bytes(), chosen.keys.read_bytes() if chosen.keys else None
        roots = read_roots(chosen.tsa_roots.read_bytes()) if chosen.tsa_roots else ()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = Verification(data, trusted, roots)
    for line in (*(f"WRONG {fault}" for fault in found.faults), *found.notes):
        sys.stdout.write(f"{line}\n")
    keys = ", ".join(found.keys) or "no key"
    sys.stdout.write(
        f"{sum(found.counted.values())} records in {len(found.days)} sealed days; signed by {keys}\n"
    )
    sys.stdout.write("something is wrong: see above\n" if found.faults else "sound\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
