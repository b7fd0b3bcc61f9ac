"""Opens, finds and ends visits; the only place that knows the visit's secret and how a browser proves it.

A cookie proves it. A visit that was begun where no cookie lives (platform storage, LTI reference §2.3) is
*carried* instead: our own pages send its secret along in a header or a form field, and to open an address
they exchange it for a ticket, which is good for one page and one minute. Only such a visit is believed
without a cookie, so the secret in a cookie never stands on a page. See docs/decisions, "Platform storage".
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Response, g, request
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict

from lms_plugin.errors import Refusal
from lms_plugin.lti.sealing import Sealer
from lms_plugin.people.role import STAFF_ROLES, Role
from lms_plugin.storage import session_factory, writing
from lms_plugin.web.configuration import settings
from lms_plugin.web.cookies import give_cookie, take_cookie
from lms_plugin.web.open_visit import VISITS, OpenVisit
from lms_plugin.web.open_visit import open_visit as read_visit
from lms_plugin.web.visit_table import Visit, VisitTicket
from lms_plugin.web.visit_urls import enter

LONGEST_VISIT = timedelta(hours=8)
LONGEST_PAUSE = timedelta(hours=1)
TICKET_LIFETIME = timedelta(seconds=60)
SECRET_FIELD, TICKET = "visit_secret", "ticket"
PURPOSE = "visit tickets"
SEEN_EVERY = timedelta(minutes=5)  # how stale `seen_at` may get: not every page view is a write
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
    # No cookie lives where this visit begins.
    carried: bool = False


def hashed(secret: str) -> str:
    """What is stored of a secret that comes back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_visit(arrival: Arrival, *, reads_records: bool, now: datetime) -> tuple[OpenVisit, str]:
    """A visit that is not written down yet, and its secret."""
    secret = secrets.token_urlsafe(32)
    visit = OpenVisit(
        id=uuid4(),
        name=STAFF_VISIT if reads_records else _name(arrival),
        role=arrival.role,
        learner_id=arrival.learner_id,
        staff_id=arrival.staff_id,
        deployment_id=arrival.deployment_id,
        placement_id=arrival.placement_id,
        frame_ancestors=" ".join(arrival.frame_ancestors),
        return_url=arrival.return_url,
        language=arrival.language,
        carried=arrival.carried,
        created_at=now,
        seen_at=now,
        expires_at=now + LONGEST_VISIT,
    )
    return visit, secret


def begin_visit(
    database: Session, arrival: Arrival, *, reads_records: bool, now: datetime
) -> tuple[OpenVisit, str]:
    """A new visit and its secret; call inside `writing`, then `hand_over` with the answer."""
    visit, secret = new_visit(arrival, reads_records=reads_records, now=now)
    database.flush()
    database.connection().execute(ENTER, visit_row(visit, secret))
    return visit, secret


def visit_row(visit: OpenVisit, secret: str) -> dict[str, Any]:
    """The row of a visit that begins."""
    return {**visit.columns(), "secret_hash": hashed(secret)}


def _name(arrival: Arrival) -> str:
    # The same person coming again in the same part replaces their own cookie, so cookies do not pile up.
    identity = f"{arrival.learner_id}|{arrival.deployment_id}|{arrival.role}"
    if arrival.purpose:
        identity += f"|{arrival.purpose}"
    return hashlib.sha256(identity.encode()).hexdigest()[:10]


def _cookie(name: str) -> str:
    return f"__Host-visit-{name}"


def hand_over(response: Response, visit: OpenVisit, secret: str) -> None:
    """Gives the secret to the browser: in a cookie that also works inside another site's frame (CHIPS).

    The answer that begins a carried visit is a redirect, to which `carrying` adds a ticket.
    """
    if visit.carried:
        g.visit, g.visit_secret = visit, secret
        return
    give_cookie(response, _cookie(visit.name), secret, LONGEST_VISIT)


def end_visit(database: Session, visit: OpenVisit, response: Response) -> None:
    """Signs out: the row goes and so does the cookie."""
    with writing(database):
        database.execute(delete(VisitTicket).where(VisitTicket.visit_id == visit.id))
        database.execute(delete(Visit).where(Visit.id == visit.id))
    g.pop("visit_secret", None)
    take_cookie(response, _cookie(visit.name))


def find_visit(engine: Engine, name: str, *, now: datetime) -> OpenVisit | None:
    """The live visit that this request proves, by what our page sent along or else by its cookie."""
    visit = _carried_visit(engine, name, now)
    if visit is None:
        visit = _live(engine, name, request.cookies.get(_cookie(name), ""), now)
    if visit is not None and now - visit.seen_at >= SEEN_EVERY:
        with session_factory(engine)() as database, writing(database):
            database.execute(update(VISITS).where(VISITS.c.id == visit.id).values(seen_at=now))
    return visit


def _live(engine: Engine, name: str, secret: str, now: datetime) -> OpenVisit | None:
    visit = read_visit(engine, name, hashed(secret)) if secret else None
    if visit is None or now >= visit.expires_at or now - visit.seen_at >= LONGEST_PAUSE:
        return None
    return visit


def _carried_visit(engine: Engine, name: str, now: datetime) -> OpenVisit | None:
    secret = _sent_along(engine, now)
    visit = _live(engine, name, secret, now)
    if visit is None or not visit.carried:
        return None
    g.visit_secret = secret
    return visit


def _sent_along(engine: Engine, now: datetime) -> str:
    """The secret that one of our own pages sent with this request; empty when another site's did.

    Otherwise a stranger could have somebody work in the stranger's visit. A header of one's own needs no such
    look: browsers let no other site send it (no CORS here).
    """
    bearer = request.authorization
    if bearer is not None and bearer.type == "bearer":
        return bearer.token or ""
    if from_our_page() and SECRET_FIELD in request.form:
        return request.form[SECRET_FIELD]
    ticket = _ticket_in_address()
    followed = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return _redeem(engine, ticket, now) if ticket and followed and request.method == "GET" else ""


def _ticket_in_address() -> str:
    """The ticket, taken out of what views see: the addresses that they build must not repeat it."""
    ticket = request.args.get(TICKET, "")
    if not ticket:
        return ""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != TICKET]
    request.args = ImmutableMultiDict(kept)
    return ticket


def from_our_page() -> bool:
    """Whether the browser says that a page of ours sent this form."""
    return request.headers.get("Origin") == settings().origin


def issue_ticket(database: Session, visit: OpenVisit, now: datetime) -> str:
    """A ticket for one page of the carried visit of this request; call inside `writing`."""
    ticket = secrets.token_urlsafe(32)
    sealed = Sealer(ticket, PURPOSE).seal(carried_secret().encode())
    database.add(
        VisitTicket(
            ticket_hash=hashed(ticket), visit_id=visit.id, sealed=sealed, expires_at=now + TICKET_LIFETIME
        )
    )
    return ticket


def _redeem(engine: Engine, ticket: str, now: datetime) -> str:
    """The secret behind a ticket, which is used up; empty for one that is spent or over."""
    mine = VisitTicket.ticket_hash == hashed(ticket)
    wanted = select(VisitTicket.sealed, VisitTicket.expires_at).where(mine)
    with session_factory(engine)() as database:
        if database.execute(wanted).first() is None:  # invented ones cost no write
            return ""
        with writing(database):
            found = database.execute(wanted.with_for_update()).first()
            database.execute(delete(VisitTicket).where(mine))
    if found is None or now >= found.expires_at:
        return ""
    return Sealer(ticket, PURPOSE).unseal(found.sealed).decode()


def carried_secret() -> str:
    """The secret that the page we are making must carry on; empty when a cookie does."""
    return str(g.get("visit_secret", ""))


def load_visit(engine: Engine, *, now: datetime) -> OpenVisit:
    """The visit this address is about, kept in `g`; raises VisitMissing."""
    name = g.get("visit_name", STAFF_VISIT)
    visit = find_visit(engine, name, now=now)
    if visit is None:
        g.visit_missing = name
        raise VisitMissing
    enter(visit)
    return visit


def current_visit() -> OpenVisit:
    """The visit of this request; only on routes whose access asks for one."""
    return cast("OpenVisit", g.visit)


def placement_for(visit: OpenVisit, programme_id: str, activity_id: str) -> UUID | None:
    """The LMS link of this visit if it is one to this very activity: only then its grade is about it."""
    opens = (visit.link_programme_id, visit.link_activity_id)
    return visit.placement_id if opens == (programme_id, activity_id) else None


def is_staff(visit: OpenVisit) -> bool:
    """Whether the visitor belongs to the secretariat rather than to an LMS."""
    return visit.role in STAFF_ROLES
