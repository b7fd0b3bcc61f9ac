"""Staff come in by a one-time link and go out by a button; who is not in is told how to get in."""

from flask import Response, make_response, redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms_plugin.extensions import db
from lms_plugin.people.role import RECORD_READERS, Role
from lms_plugin.people.sign_in import (
    SignInLinkExpired,
    SignInLinkUnknown,
    SignInLinkUsed,
    StaffSuspended,
    look_at_link,
    use_link,
)
from lms_plugin.secretariat.blueprint import blueprint
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, open_to, visitors
from lms_plugin.web.clock import now
from lms_plugin.web.problems import explain
from lms_plugin.web.visit import (
    STAFF_VISIT,
    Arrival,
    VisitForbidden,
    VisitMissing,
    begin_visit,
    current_visit,
    end_visit,
    find_visit,
    hand_over,
)

explain(
    {
        SignInLinkUnknown.code: _(
            "Questo collegamento non vale: forse è stato copiato a metà, o ne hai ricevuto uno più nuovo."
            " Apri l'ultimo che hai ricevuto, o chiedine un altro a chi gestisce il servizio."
        ),
        SignInLinkUsed.code: _(
            "Questo collegamento è già stato usato, e vale una volta sola."
            " Chiedi a chi gestisce il servizio un nuovo collegamento di accesso."
        ),
        SignInLinkExpired.code: _(
            "Questo collegamento è scaduto: vale 24 ore."
            " Chiedi a chi gestisce il servizio un nuovo collegamento di accesso."
        ),
        StaffSuspended.code: _(
            "Il tuo accesso è sospeso. Se pensi che sia un errore, scrivi a chi gestisce il servizio."
        ),
    }
)


@blueprint.route("/sign-in/<secret>")
@open_to(Door.ONE_TIME_LINK)
def sign_in(secret: str) -> BaseResponse:
    """Shows a button and uses nothing up: mail scanners follow links before people do."""
    database = db.session()
    try:
        staff = look_at_link(database, secret, now())
    except SignInLinkUsed:
        visit = find_visit(db.engine, STAFF_VISIT, now=now())
        if visit is None:
            raise
        return redirect(_first_page(visit.role), 303)
    page = render_template("secretariat/sign_in.html", staff=staff, secret=secret)
    return _without_referrer(make_response(page))


@blueprint.route("/sign-in/<secret>", methods=["POST"])
@open_to(Door.ONE_TIME_LINK)
def use_sign_in_link(secret: str) -> BaseResponse:
    """Uses the link up and begins the visit."""
    with writing(db.session()) as database:
        staff = use_link(database, secret, now())
        arrival = Arrival(role=Role(staff.role), staff_id=staff.id)
        visit, cookie = begin_visit(database, arrival, reads_records=True, now=now())
    answer = make_response(redirect(_first_page(staff.role), 303))
    hand_over(answer, visit, cookie)
    return _without_referrer(answer)


def _first_page(role: str) -> str:
    # The connected LMSs for who administers, the records for who reads them.
    return url_for("connecting.platforms" if role == Role.ADMINISTRATOR else "secretariat.records")


def _without_referrer(answer: Response) -> Response:
    # The address holds a secret: no other site may learn it from a Referer header.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.route("/sign-out", methods=["POST"])
@visitors(*RECORD_READERS)
def sign_out() -> BaseResponse:
    """Ends the visit."""
    answer = make_response(redirect(url_for("secretariat.signed_out"), 303))
    end_visit(db.session(), current_visit(), answer)
    return answer


@blueprint.route("/signed-out")
@open_to(Door.PUBLIC)
def signed_out() -> str:
    """Says that the visit is over and how to come back."""
    return render_template("secretariat/signed_out.html")


@blueprint.errorhandler(VisitMissing)
def not_signed_in(refusal: VisitMissing) -> tuple[str, int]:
    """Says how to get in."""
    return render_template("secretariat/sign_in_needed.html"), refusal.status


@blueprint.errorhandler(VisitForbidden)
def not_for_this_role(refusal: VisitForbidden) -> tuple[str, int]:
    """Says who may read the records."""
    return render_template("secretariat/not_for_this_role.html"), refusal.status
