"""Many scores for several LMSs, and what became of them: for the failure test and the benchmark.

The LMSs are practice LMSs in processes of their own, which answer 429, 5xx, 409 and nothing at all by chance;
a dead one takes connections and never says a word.
"""

import contextlib
import json
import os
import random
import signal
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import requests
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms_plugin.lti.ags import LINE_ITEM_SCOPE, SCORE_SCOPE
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.lti.tool_keys import ensure_signing_key, public_key_set
from lms_plugin.people.learner import Learner
from lms_plugin.records.canonical import canonical_json
from lms_plugin.records.naming import outbox_id_of
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.rehearsal.application import make_lms
from lms_plugin.rehearsal.course import COURSE
from lms_plugin.rehearsal.settings import LmsSettings
from lms_plugin.storage import writing
from tests.services.serving import free_port, server_on

TOOL_URL = "https://formazione.example"
FAULT_SEED = "scores"


def mix(timeout_seconds: float, *, timeouts: float = 0.005) -> list[dict[str, object]]:
    """What goes wrong with about a quarter of the scores; half of it after the LMS has taken the score in."""
    only = {"services": ["scores"], "seed": FAULT_SEED}
    slow = {**only, "delay_seconds": timeout_seconds, "status": 504}
    return [
        {**only, "rate": 0.08, "status": 429, "retry_after_seconds": 1},
        {**only, "rate": 0.04, "status": 503},
        {**only, "rate": 0.04, "status": 500, "lose_answer": True},
        # What one that has taken the score says to whoever is not sure.
        {**only, "rate": 0.04, "status": 409, "lose_answer": True},
        {**slow, "rate": timeouts / 2},
        {**slow, "rate": timeouts / 2, "lose_answer": True},
    ]


@dataclass
class Lms:
    """A platform of the tool: its address, and its rows in the tool's database."""

    name: str
    url: str
    platform_id: UUID = field(default_factory=uuid4)
    placements: list[UUID] = field(default_factory=list)

    def ask(self, path: str, body: object = None) -> Any:
        """Turns or reads a switch of the practice LMS."""
        url = f"{self.url}/rehearsal/{path}"
        answer = requests.get(url, timeout=60) if body is None else requests.post(url, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()


@contextlib.contextmanager
def practice_lms(name: str, tool_keys: object, people: int) -> Iterator[Lms]:
    """A practice LMS in a process of its own, with so many invented learners and no column yet."""
    port = free_port()
    lms = Lms(name, f"http://127.0.0.1:{port}")
    app = make_lms(LmsSettings(url=lms.url, tool_url=TOOL_URL, client_id=name), fetch=lambda _: tool_keys)
    server = server_on(app, port)
    child = os.fork()
    if child == 0:
        with contextlib.suppress(KeyboardInterrupt), open(os.devnull, "w") as nothing:  # noqa: PTH123
            os.dup2(nothing.fileno(), 2)  # one line for each request is of no use here
            server.serve_forever()
        os._exit(0)
    server.server_close()
    try:
        lms.ask("roster", {"extra": people})
        yield lms
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@contextlib.contextmanager
def dead_lms(name: str) -> Iterator[Lms]:
    """One that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        yield Lms(name, f"http://127.0.0.1:{listener.getsockname()[1]}")


def tool_keys(database: Session, secret: str) -> dict[str, Any]:
    """The tool's public keys, made if there are none."""
    ensure_signing_key(database, secret, datetime.now(UTC))
    return public_key_set(database)


def enrol(database: Session, lms: Lms, people: int, now: datetime) -> None:
    """Registers the LMS, with one link whose column is still to be made, and so many learners behind it."""
    deployment, link = uuid4(), uuid4()
    with writing(database):
        database.add(
            Platform(
                id=lms.platform_id, name=lms.name, issuer=lms.url, client_id=lms.name, auth_login_url=lms.url,
                auth_token_url=f"{lms.url}/token", jwks_url=lms.url, actor_home_page=lms.url, created_at=now,
            )
        )  # fmt: skip
        database.flush()
        database.add(
            Deployment(id=deployment, platform_id=lms.platform_id, deployment_id="1", created_at=now)
        )
        database.flush()
        database.add(
            ResourceLink(
                id=link, deployment_id=deployment, resource_link_id="link-m1", title="Modulo 1",
                programme_id="co-alizione", activity_id="m1",
            )
        )  # fmt: skip
        database.flush()
        learners = [uuid4() for _ in range(people)]
        lms.placements = [uuid4() for _ in range(people)]
        database.execute(insert(Learner), [_learner(lms, one, n, now) for n, one in enumerate(learners, 1)])
        rows = [
            _placement(lms, link, *both, number, now)
            for number, both in enumerate(zip(lms.placements, learners, strict=True), 1)
        ]
        database.execute(insert(Placement), rows)


def _learner(lms: Lms, one: UUID, number: int, now: datetime) -> dict[str, Any]:
    name = {"name": f"Persona {number}", "email": ""}
    return {"id": one, "home_page": lms.url, "account_name": _subject(number), "created_at": now, **name}


def _placement(lms: Lms, link: UUID, one: UUID, learner: UUID, number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": one, "learner_id": learner, "resource_link_id": link, "subject": _subject(number), "roles": [],
        "scopes": [SCORE_SCOPE, LINE_ITEM_SCOPE], "last_launch_at": now, "line_item_url": None,
        "line_items_url": f"{lms.url}/services/{COURSE.id}/lineitems",
    }  # fmt: skip


def _subject(number: int) -> str:
    return f"extra-{number:05}"


def add_scores(
    database: Session, placements: Sequence[UUID], points: int, position: int, at: datetime
) -> None:
    """One more score for each of these, as the recorder would leave it."""
    rows = [_row(placement, points, position, at) for placement in placements]
    with writing(database):
        database.execute(insert(OutboxItem), rows)


def _row(placement: UUID, points: int, position: int, at: datetime) -> dict[str, Any]:
    payload = canonical_json(
        {
            "placement_id": str(placement), "programme_id": "co-alizione", "activity_id": "m1",
            "score_given": points, "score_maximum": 100, "activity_progress": "InProgress",
            "grading_progress": "FullyGraded", "comment": "",
            "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
    )  # fmt: skip
    return {
        "id": outbox_id_of("ags", payload), "target": "ags", "lane": placement, "position": position,
        "completion_id": placement, "payload": payload, "created_at": at, "due_at": at, "status": "waiting",
        "attempts": 0,
    }  # fmt: skip


def learn_more(database: Session, lms: Lms, share: float, position: int, chance: random.Random) -> int:
    """New scores for some while older ones are on their way, a second later at least; returns how many."""
    some = [one for one in lms.placements if chance.random() < share]
    add_scores(database, some, 60 + position, position, datetime.now(UTC) + timedelta(seconds=1))
    return len(some)


def waiting(database: Session, lms: Lms) -> int:
    """How many scores of this LMS are not settled yet."""
    database.rollback()
    lanes = OutboxItem.lane.in_(select(Placement.id).join(ResourceLink).join(Deployment).where(
        Deployment.platform_id == lms.platform_id
    ))  # fmt: skip
    rows = select(func.count()).select_from(OutboxItem).where(OutboxItem.status == "waiting", lanes)
    number = database.scalar(rows) or 0
    database.rollback()  # a reader that stays would keep SQLite's log from ever starting anew
    return number


@dataclass(frozen=True)
class Seen:
    """What the LMS saw: how often each status, and what is wrong with it."""

    statuses: Counter[int]
    columns: int
    wrong: list[str]


def seen_by(database: Session, lms: Lms) -> Seen:
    """Compares what arrived at a practice LMS, post by post, with the newest score of each learner here."""
    posts = lms.ask("scores.json")["scores"]
    newest = _newest(database, lms)
    by_person: dict[str, list[dict[str, Any]]] = {}
    for post in posts:
        by_person.setdefault(post["user_id"], []).append(post)
    wrong = [f"{person}: nothing arrived" for person in newest.keys() - by_person.keys()]
    for person, arrived in by_person.items():
        told = [(one["timestamp"], one["score"]["scoreGiven"]) for one in arrived]
        if told != sorted(told):
            wrong.append(f"{person}: out of order {told}")
        accepted = [one["score"]["scoreGiven"] for one in arrived if one["accepted"]]
        if accepted[-1:] != [newest.get(person)]:
            wrong.append(f"{person}: shows {accepted[-1:]} and not {newest.get(person)}")
    columns = {post["line_item_id"] for post in posts}
    return Seen(Counter(post["status"] for post in posts), len(columns), wrong)


def _newest(database: Session, lms: Lms) -> dict[str, int]:
    database.rollback()
    subjects = {
        row.id: row.subject
        for row in database.execute(
            select(Placement.id, Placement.subject).join(ResourceLink).join(Deployment).where(
                Deployment.platform_id == lms.platform_id
            )
        )
    }  # fmt: skip
    items = select(OutboxItem.lane, OutboxItem.payload).where(OutboxItem.target == "ags")
    newest: dict[str, int] = {}
    for lane, payload in database.execute(items.order_by(OutboxItem.position)):
        if lane in subjects:
            newest[subjects[lane]] = json.loads(payload)["score_given"]
    return newest
