"""Opens, finds and ends visits; the only place that knows the visit's cookie."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from flask import Response, g, request
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session, joinedload

from lms_plugin.errors import Refusal
from lms_plugin.people.role import STAFF_ROLES, Role
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit
from lms_plugin.web.visit_urls import enter

LONGEST_VISIT = timedelta(hours=8)
LONGEST_PAUSE = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=5)  # how stale `seen_at` may get: not every page view is a write
VISITS = cast("Table", Visit.__table__)
ENTER = insert(VISITS)
STAFF_VISIT = "staff"  # the secretariat's pages have one address for everybody, so one cookie name too


class VisitMissing(Refusal):
    """Nobody known is here: never came by a launch or sign-in, or stayed away too long."""

    code = "visit_missing"
    status = 401


class VisitForbidden(Refusal):
    """Somebody known is here who may not do this."""

    code = "visit_forbidden"
    status = 403


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who begins a visit: a learner who was launched, or staff who signed in."""

    role: Role
    learner_id: UUID | None = None
    staff_id: UUID | None = None
    deployment_id: UUID | None = None
    placement_id: UUID | None = None
    frame_ancestors: tuple[str, ...] = field(default=())
    return_url: str = ""
    language: str = "it"
    # Tells this visit from others of the same person: something begun here is finished here only.
    purpose: str = ""


def hashed(secret: str) -> str:
    """What is stored of a secret that comes back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin_visit(
    database: Session, arrival: Arrival, *, reads_records: bool, now: datetime
) -> tuple[Visit, str]:
    """A new visit and its secret; call inside `writing`, then `set_visit_cookie` on the answer."""
    secret = secrets.token_urlsafe(32)
    visit = Visit(
        id=uuid4(),
        name=STAFF_VISIT if reads_records else _name(arrival),
        secret_hash=hashed(secret),
        role=arrival.role,
        learner_id=arrival.learner_id,
        staff_id=arrival.staff_id,
        deployment_id=arrival.deployment_id,
        placement_id=arrival.placement_id,
        frame_ancestors=" ".join(arrival.frame_ancestors),
        return_url=arrival.return_url,
        language=arrival.language,
        created_at=now,
        seen_at=now,
        expires_at=now + LONGEST_VISIT,
    )
    # Without the ORM's unit of work: at nine in the morning everybody arrives at once.
    given = {column.name: getattr(visit, column.name) for column in VISITS.columns}
    database.flush()
    database.connection().execute(ENTER, {name: value for name, value in given.items() if value is not None})
    return visit, secret


def _name(arrival: Arrival) -> str:
    # The same person coming again in the same part replaces their own cookie, so cookies do not pile up.
    identity = f"{arrival.learner_id}|{arrival.deployment_id}|{arrival.role}"
    if arrival.purpose:
        identity += f"|{arrival.purpose}"
    return hashlib.sha256(identity.encode()).hexdigest()[:10]


def _cookie(name: str) -> str:
    return f"__Host-visit-{name}"


def set_visit_cookie(response: Response, visit: Visit, secret: str) -> None:
    """Puts the secret in a cookie that also works inside another site's frame (CHIPS)."""
    response.set_cookie(
        _cookie(visit.name),
        secret,
        max_age=LONGEST_VISIT,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def end_visit(database: Session, visit: Visit, response: Response) -> None:
    """Signs out: the row goes and so does the cookie."""
    with writing(database):
        database.execute(delete(Visit).where(Visit.id == visit.id))
    response.delete_cookie(_cookie(visit.name), secure=True, httponly=True, samesite="None", partitioned=True)


def find_visit(database: Session, name: str, *, now: datetime) -> Visit | None:
    """The live visit whose cookie came with this request, if any."""
    secret = request.cookies.get(_cookie(name), "")
    if not secret:
        return None
    question = select(Visit).where(Visit.secret_hash == hashed(secret), Visit.name == name)
    visit = database.scalar(question.options(joinedload(Visit.learner)))  # every page shows who is here
    if visit is None or now >= visit.expires_at or now - visit.seen_at >= LONGEST_PAUSE:
        return None
    if visit.staff is not None and visit.staff.suspended_at is not None:
        return None
    if now - visit.seen_at >= SEEN_EVERY:
        with writing(database):
            visit.seen_at = now
    return visit


def load_visit(database: Session, *, now: datetime) -> Visit:
    """The visit this address is about, kept in `g`; raises VisitMissing."""
    visit = find_visit(database, g.get("visit_name", STAFF_VISIT), now=now)
    if visit is None:
        raise VisitMissing
    enter(visit)
    return visit


def current_visit() -> Visit:
    """The visit of this request; only on routes whose access asks for one."""
    return cast("Visit", g.visit)


def placement_for(visit: Visit, programme_id: str, activity_id: str) -> UUID | None:
    """The LMS link of this visit if it is one to this very activity: only then its grade is about it."""
    placement = visit.placement
    if placement is None:
        return None
    link = placement.resource_link
    return placement.id if (link.programme_id, link.activity_id) == (programme_id, activity_id) else None


def is_staff(visit: Visit) -> bool:
    """Whether the visitor belongs to the secretariat rather than to an LMS."""
    return visit.role in STAFF_ROLES
