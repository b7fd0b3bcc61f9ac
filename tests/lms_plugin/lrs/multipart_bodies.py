"""Multipart requests as clients write them."""

import hashlib
from typing import Any

BOUNDARY = "cut"
TYPE = f"multipart/mixed; boundary={BOUNDARY}"


def described(data: bytes, **changes: Any) -> dict[str, Any]:
    """The attachment of a statement that announces this data."""
    return {
        "usageType": "https://x.example/use",
        "display": {"it": "Attestato"},
        "contentType": "application/pdf",
        "length": len(data),
        "sha2": hashlib.sha256(data).hexdigest(),
    } | changes


def part(data: bytes, **headers: str | None) -> bytes:
    """A part with its headers; `None` leaves out one that is usually there."""
    usual = {
        "Content-Type": "application/pdf",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(data).hexdigest(),
    }
    given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}\r\n".encode() for name, value in given.items() if value is not None]
    return b"".join(lines) + b"\r\n" + data


def json_part(raw: bytes, kind: str = "application/json") -> bytes:
    """The first part."""
    return f"Content-Type: {kind}\r\n\r\n".encode() + raw


def joined(*parts: bytes, boundary: str = BOUNDARY) -> bytes:
    """The body of these parts."""
    cut = b"--" + boundary.encode()
    return b"".join(cut + b"\r\n" + one + b"\r\n" for one in parts) + cut + b"--\r\n"
