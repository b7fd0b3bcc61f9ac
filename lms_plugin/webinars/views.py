"""The page of a webinar: learners wait and join, trainers open, watch and end."""

from uuid import UUID

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as AnyResponse

from course_content.programme import UnknownActivity, Webinar
from lms_plugin.delivery.score_news import score_news
from lms_plugin.extensions import db
from lms_plugin.lti.origins import origin_of
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import LAUNCHED_ROLES, Role
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import UnknownProgramme, programme, settings
from lms_plugin.web.headers import allow_camera_and_microphone
from lms_plugin.web.problems import explain
from lms_plugin.web.visit import current_visit, placement_for
from lms_plugin.web.visit_urls import visit_blueprint
from lms_plugin.webinars import roster, tickets
from lms_plugin.webinars.booking import WebinarSitting
from lms_plugin.webinars.room import VideoPlatformFailed, make_provider
from lms_plugin.webinars.sittings import (
    WebinarNotBooked,
    WebinarNotOpen,
    as_known,
    booking,
    close,
    open_sitting,
    remember,
    sittings,
)
from webinar_connector.providers.errors import ProviderError
from webinar_connector.schedule import wanted
from webinar_connector.webinars import Person

blueprint = visit_blueprint("webinars", __name__)
PAGE = "/programmes/<programme_id>/webinars/<webinar_id>"
explain(
    {
        "no_video_platform": _("Qui manca ancora una piattaforma video. Avvisa la segreteria."),
        "video_platform_failed": _(
            "La piattaforma video non risponde come dovrebbe. Riprova tra un minuto; se non basta,"
            " avvisa la segreteria."
        ),
        "webinar_not_booked": _("Il webinar non è in calendario. Chiedi alla segreteria di confermarlo."),
        "webinar_not_open": _("Il webinar non è in corso. La sua pagina dice quando inizia."),
        "join_link_spent": _(
            "Questo ingresso è già stato usato o è scaduto. Torna alla pagina del webinar e premi"
            " di nuovo «Entra nel webinar»."
        ),
    }
)


@blueprint.before_request
def _let_the_room_be_seen_and_heard() -> None:
    allow_camera_and_microphone(origin_of(settings().bbb_url))


def _find(programme_id: str, webinar_id: str) -> Webinar:
    try:
        return programme(programme_id).webinar(webinar_id)
    except UnknownActivity as error:
        raise UnknownProgramme from error


@blueprint.get(PAGE)
@visitors(*LAUNCHED_ROLES)
def webinar(programme_id: str, webinar_id: str) -> str:
    """What the webinar is, its state, and the way in."""
    found, database, visit = _find(programme_id, webinar_id), db.session(), current_visit()
    booked = booking(database, programme_id, webinar_id)
    going_on = open_sitting(database, booked)
    is_trainer = visit.role == Role.TRAINER
    mine = None if is_trainer else visit.learner_id
    activity = (programme_id, webinar_id)
    return render_template(
        "webinars/webinar.html",
        programme=programme(programme_id),
        webinar=found,
        booked=booked,
        sitting=going_on,
        is_trainer=is_trainer,
        may_join=visit.role in {Role.LEARNER, Role.TRAINER},
        present=roster.present(database, going_on) if going_on else [],
        register=roster.attended(database, booked, mine) if booked else [],
        was_held=bool(booked and sittings(database, booked)),
        grade=score_news(database, visit.learner_id, activity, now(), placement_for(visit, *activity)),
        resent="resent" in request.args,
        place={"programme_id": programme_id, "webinar_id": webinar_id},
    )


@blueprint.get(f"{PAGE}/state.json")
@visitors(*LAUNCHED_ROLES)
def state(programme_id: str, webinar_id: str) -> Response:
    """What the page's script asks for now and then: has anything changed?"""
    _find(programme_id, webinar_id)
    database = db.session()
    booked = booking(database, programme_id, webinar_id)
    going_on = open_sitting(database, booked)
    people = roster.present(database, going_on) if going_on else []
    settled = roster.attended(database, booked) if booked else []
    return jsonify(open=going_on is not None, present=len(people), settled=len(settled))


@blueprint.post(f"{PAGE}/start")
@visitors(Role.TRAINER)
def start(programme_id: str, webinar_id: str) -> str:
    """Opens the room on the platform and takes the trainer in."""
    found, database = _find(programme_id, webinar_id), db.session()
    booked = booking(database, programme_id, webinar_id)
    if booked is None:
        raise WebinarNotBooked
    wish = wanted(programme_id, found)
    database.rollback()  # the platform is called with no transaction open
    try:
        opened = make_provider(settings()).open_sitting(wish)
    except ProviderError as error:
        raise VideoPlatformFailed(error.code) from error
    with writing(database):
        sitting = remember(database, booked, opened)
        database.flush()
        secret = tickets.issue(database, sitting.id, _bearer(programme_id, webinar_id), now())
    return _go_in(secret)


@blueprint.post(f"{PAGE}/join")
@visitors(Role.LEARNER, Role.TRAINER)
def join(programme_id: str, webinar_id: str) -> str:
    """Hands out a one-use link bound to this person, and follows it."""
    _find(programme_id, webinar_id)
    with writing(db.session()) as database:
        sitting = open_sitting(database, booking(database, programme_id, webinar_id))
        if sitting is None:
            raise WebinarNotOpen
        secret = tickets.issue(database, sitting.id, _bearer(programme_id, webinar_id), now())
    return _go_in(secret)


def _bearer(programme_id: str, webinar_id: str) -> tickets.Bearer:
    visit = current_visit()
    part = "moderator" if visit.role == Role.TRAINER else "viewer"
    return tickets.Bearer(_learner_id(), part, placement_for(visit, programme_id, webinar_id))


def _learner_id() -> UUID:
    learner_id = current_visit().learner_id
    if learner_id is None:
        raise WebinarNotOpen("a visit without a person cannot join")
    return learner_id


def _go_in(secret: str) -> str:
    # A page and not a redirect: CSP's form-action would have to name every host the platform redirects to.
    return render_template("webinars/going_in.html", secret=secret)


@blueprint.get("/webinars/enter/<secret>")
@visitors(Role.LEARNER, Role.TRAINER)
def enter(secret: str) -> AnyResponse:
    """Spends the link and sends its person to the room; the room's address is made now and never kept."""
    with writing(db.session()) as database:
        ticket = tickets.spend(database, secret, _learner_id(), now())
        sitting = database.get_one(WebinarSitting, ticket.sitting_id)
        if sitting.ended_at is not None:
            raise WebinarNotOpen
        known, learner = as_known(sitting), database.get_one(Learner, ticket.learner_id)
    person = Person(
        id=str(learner.id),
        name=learner.name or str(_("Partecipante")),
        role="moderator" if ticket.role == "moderator" else "viewer",
        language=current_visit().language[:2],
    )
    response = redirect(make_provider(settings()).join_url(known, person), 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.post(f"{PAGE}/end")
@visitors(Role.TRAINER)
def end(programme_id: str, webinar_id: str) -> AnyResponse:
    """Ends the sitting for everybody."""
    _find(programme_id, webinar_id)
    database = db.session()
    sitting = open_sitting(database, booking(database, programme_id, webinar_id))
    if sitting is None:
        raise WebinarNotOpen
    known, sitting_id = as_known(sitting), sitting.id
    database.rollback()
    try:
        make_provider(settings()).end(known)
    except ProviderError as error:
        raise VideoPlatformFailed(error.code) from error
    with writing(database):
        close(database.get_one(WebinarSitting, sitting_id, with_for_update=True), now(), now())
    return redirect(url_for("webinars.webinar", **(request.view_args or {})), 303)
