"""Once an hour a statement about ourselves goes to each target and is read back: so it can be done."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.forwarding.leasing import locked_target
from lms_plugin.delivery.forwarding.outgoing import as_json
from lms_plugin.delivery.forwarding.posting import (
    LONGEST_ANSWER,
    Address,
    Meaning,
    Parcel,
    post_statements,
)
from lms_plugin.delivery.forwarding.sealed_secret import open_secret
from lms_plugin.delivery.forwarding.tables import ACTIVE, ForwardingTarget
from lms_plugin.outbound import Outbound, OutboundFailed, OutboundRefused
from lms_plugin.records.statement_equality import same_statement
from lms_plugin.records.statement_form import kept_form
from lms_plugin.storage import writing

EVERY = timedelta(hours=1)
NAMESPACE = UUID("0a3c8a5e-7a67-5a0b-8f5e-2a7a4f1b9d31")
DISPLAY = {"en": "checked", "it": "ha verificato"}
NAME = {"en": "Hourly check of forwarding", "it": "Verifica oraria dell'inoltro"}


class Song(StrEnum):
    """What came of a canary."""

    WELL = "well"
    NOT_WRITTEN = "not_written"
    NOT_READ = "not_read"
    CHANGED = "changed"


def canary_statement(target_id: UUID, public_url: str, now: datetime) -> dict[str, Any]:
    """The statement of this hour for one target, the same however often it is asked for.

    Actor, verb and activity are our own, so that nobody's reports count it.
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return {
        "id": str(uuid5(NAMESPACE, f"{target_id} {hour.isoformat()}")),
        "actor": {"objectType": "Agent", "account": {"homePage": public_url, "name": "forwarding-canary"}},
        "verb": {"id": f"{public_url}/xapi/verbs/checked", "display": DISPLAY},
        "object": {
            "objectType": "Activity",
            "id": f"{public_url}/xapi/activities/forwarding-canary",
            "definition": {"name": NAME},
        },
        "timestamp": hour.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


class Canary:
    """The periodic job; several workers may run it: each target is claimed first."""

    def __init__(self, outbound: Outbound, secret_key: str, public_url: str) -> None:
        self.outbound = outbound
        self.secret_key = secret_key
        self.public_url = public_url

    def run(self, sessions: sessionmaker[Session], now: datetime) -> None:
        """Sends those that are due."""
        with sessions() as database:
            due = or_(ForwardingTarget.canary_at.is_(None), ForwardingTarget.canary_at <= now - EVERY)
            wanted = (ForwardingTarget.status == ACTIVE, ForwardingTarget.canary.is_(True), due)
            ids = database.scalars(select(ForwardingTarget.id).where(*wanted)).all()
        for one in ids:
            if self._claim(sessions, one, now):
                self.sing(sessions, one, now)

    def _claim(self, sessions: sessionmaker[Session], target_id: UUID, now: datetime) -> bool:
        with sessions() as database, writing(database):
            target = locked_target(database, target_id)
            if target is None or (target.canary_at is not None and target.canary_at > now - EVERY):
                return False
            target.canary_at = now
            return True

    def sing(self, sessions: sessionmaker[Session], target_id: UUID, now: datetime) -> tuple[Song, str]:
        """Sends and reads back now, and keeps the result; no transaction is open meanwhile."""
        with sessions() as database:
            target = database.get_one(ForwardingTarget, target_id)
            secret = open_secret(self.secret_key, target.sealed_secret) or ""
            address = Address(target.url, target.version, target.key, secret)
        song, words = self._try(address, canary_statement(target_id, self.public_url, now), now)
        with sessions() as database, writing(database):
            row = locked_target(database, target_id)
            if row is not None:
                row.canary_at, row.canary_result, row.canary_answer = now, song, words
        return song, words

    def _try(self, to: Address, statement: dict[str, Any], now: datetime) -> tuple[Song, str]:
        parcel = Parcel([UUID(statement["id"])], as_json([statement]))
        reply = post_statements(self.outbound, to, parcel, now)
        if reply.meaning not in {Meaning.STORED, Meaning.CONFLICT}:
            return Song.NOT_WRITTEN, f"{reply.status or ''} {reply.words}".strip()
        try:
            answer = self.outbound.get(f"{to.url}/statements?statementId={statement['id']}", to.headers())
        except (OutboundRefused, OutboundFailed) as failure:
            return Song.NOT_READ, str(failure)
        words = answer.body.decode(errors="replace").replace("\x00", "")[:LONGEST_ANSWER]
        if answer.status != OK:
            return Song.NOT_READ, f"{answer.status} {words}"
        return (Song.WELL, "") if _is_same(statement, words) else (Song.CHANGED, words)


OK = 200


def _is_same(sent: Mapping[str, Any], read: str) -> bool:
    try:
        found = json.loads(read)
        moment = datetime(2000, 1, 1, tzinfo=UTC)
        kept = [kept_form(one, authority={}, stored=moment) for one in (sent, found)]
        return same_statement(kept[0], kept[1])
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
