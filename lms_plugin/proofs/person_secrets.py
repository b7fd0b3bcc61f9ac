"""The secrets with which persons are committed to: one for each, destroyed when the person is erased."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.sealing import SealBroken, Sealer
from lms_plugin.proofs.pack_format import IDENTITY, Json, canonical
from lms_plugin.proofs.tables import PersonSecret

PURPOSE = "person secrets"
BYTES = 32
TABLE = cast("Table", PersonSecret.__table__)
IDENTIFIERS = IDENTITY[1:]  # a name alone says nothing certain


class SecretUnreadable(Refusal):
    """A person's secret was sealed under another COALIZIONE_SECRET_KEY."""

    code = "person_secret_unreadable"
    status = 500


def person_of(agent: Json) -> str:
    """The name under which the secret of an agent is kept: a hash of what identifies them."""
    return hashlib.sha256(canonical({name: agent[name] for name in IDENTIFIERS if name in agent})).hexdigest()


def record_key(secret: bytes, kind: str, record_id: UUID | str) -> bytes:
    """The key for one record: who is shown it can open this record and no other of the person's."""
    return hmac.new(secret, f"{kind}:{record_id}".encode(), hashlib.sha256).digest()


def known_secrets(database: Session, secret_key: str, persons: Iterable[str]) -> dict[str, bytes]:
    """The secrets of those persons who have one. Raises SecretUnreadable."""
    sealer = Sealer(secret_key, PURPOSE)
    rows = database.execute(
        select(PersonSecret.person, PersonSecret.sealed).where(PersonSecret.person.in_(sorted(set(persons))))
    )
    try:
        return {person: sealer.unseal(sealed) for person, sealed in rows}
    except SealBroken as error:
        raise SecretUnreadable(
            "a person's secret was sealed under another COALIZIONE_SECRET_KEY: put the old one back;"
            " without it nothing can be sealed or exported, what is sealed already stays valid"
        ) from error


def add_secrets(database: Session, secret_key: str, persons: Iterable[str]) -> None:
    """Makes secrets for persons who have none, inside the caller's `writing`; those there already stay."""
    sealer = Sealer(secret_key, PURPOSE)
    rows = [
        {"person": one, "sealed": sealer.seal(secrets.token_bytes(BYTES))} for one in sorted(set(persons))
    ]
    if not rows:
        return
    insert = sqlite.insert if database.get_bind().dialect.name == "sqlite" else postgresql.insert
    database.connection().execute(insert(TABLE).on_conflict_do_nothing(), rows)


def keys_for(
    agents: Mapping[str, Json], known: Mapping[str, bytes], kind: str, record_id: UUID | str
) -> dict[str, bytes]:
    """The key of each agent of a record whose secret is known, by where the agent is."""
    persons = {at: person_of(agent) for at, agent in agents.items()}
    return {at: record_key(known[one], kind, record_id) for at, one in persons.items() if one in known}
