"""The chain of one learner's evidence: the hash of a row covers every member of it and the hash before."""

import hashlib

from lms_plugin.records.canonical import canonical_instant, canonical_json
from lms_plugin.records.evidence import Evidence

BEGINNING = "0" * 64
"""`previous_hash` of a learner's first row."""


def canonical_form(row: Evidence) -> str:
    """What is hashed: canonical JSON of every member but `hash`; `payload` as the text that is stored."""
    return canonical_json(
        {
            "activity_id": row.activity_id,
            "id": str(row.id),
            "key": row.key,
            "kind": row.kind,
            "learner_id": str(row.learner_id),
            "occurred_at": canonical_instant(row.occurred_at),
            "payload": row.payload,
            "placement_id": str(row.placement_id) if row.placement_id else None,
            "previous_hash": row.previous_hash,
            "programme_id": row.programme_id,
            "recorded_at": canonical_instant(row.recorded_at),
            "sequence": row.sequence,
            "source": row.source,
        }
    )


def row_hash(row: Evidence) -> str:
    """SHA-256 of the canonical form in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical_form(row).encode()).hexdigest()


def break_in(row: Evidence, sequence: int, previous_hash: str) -> str | None:
    """What is wrong with `row` as number `sequence` after `previous_hash`; None when it is sound."""
    if row.sequence != sequence:
        return f"row {sequence} is missing"
    if row.previous_hash != previous_hash:
        return "previous_hash is not the hash of the row before"
    if row.hash != row_hash(row):
        return "the content is not what was hashed"
    return None
