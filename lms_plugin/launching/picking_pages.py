"""The picker of deep linking: choose, say the details, and the signed answer that goes back to the LMS.

Choosing and details are read only (GET), so filters and steps work without JavaScript and with the back
button; what the LMS asked for stays in its row and is compared with everything that comes in.
"""

from collections.abc import Iterable, Mapping

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.launching import picking
from lms_plugin.launching.details_form import Details, chosen_item, proposed, read_details
from lms_plugin.launching.offer import Group, Kind, Offered, all_items, narrowed, offer
from lms_plugin.launching.picking_table import PickingRequest
from lms_plugin.lti.content_items import writer_for
from lms_plugin.lti.deep_linking import Answer, sign_answer
from lms_plugin.lti.origins import origin_of
from lms_plugin.lti.tool_keys import ensure_signing_key
from lms_plugin.people.role import COURSE_STAFF
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programmes, settings
from lms_plugin.web.headers import allow_form_targets
from lms_plugin.web.problems import explain
from lms_plugin.web.visit import current_visit
from lms_plugin.web.visit_urls import chosen_language, visit_blueprint

blueprint = visit_blueprint("deep_linking", __name__)
FEW = 4  # items whose details are shown open at once
LONGEST_SEARCH = 100


class ItemNotOffered(Refusal):
    """Something was chosen that is not on offer to this person, or not ready."""

    code = "item_not_offered"


class OnlyOneItem(Refusal):
    """Several items were chosen where the LMS takes one."""

    code = "only_one_item"


class LinksNotTaken(Refusal):
    """The LMS takes no activities here."""

    code = "links_not_taken"


explain(
    {
        "picking_unknown": lazy_gettext(
            "Questa pagina si apre solo quando aggiungi attività a un corso. Torna nel tuo LMS e scegli di"
            " aggiungere un'attività da questo strumento."
        ),
        "picking_expired": lazy_gettext(
            "La scelta è rimasta aperta troppo a lungo. Torna nel tuo LMS e scegli di nuovo di aggiungere"
            " attività."
        ),
        "picking_answered": lazy_gettext(
            "Questa scelta è già stata inviata al tuo LMS. Per aggiungere altro, ricomincia dal corso."
        ),
        "item_not_offered": lazy_gettext(
            "Una delle attività scelte non è fra quelle proposte, o non è ancora pronta. Torna alla scelta e"
            " ricarica la pagina."
        ),
        "only_one_item": lazy_gettext(
            "Il tuo LMS accetta una sola attività alla volta. Torna alla scelta e indicane una."
        ),
        "links_not_taken": lazy_gettext(
            "In questo punto il tuo LMS non accetta attività di uno strumento. Torna al corso e scegli"
            " «attività» o «strumento esterno»."
        ),
    }
)


def _asked() -> PickingRequest:
    return picking.open_request(db.session(), current_visit(), now())


def _groups(asked: PickingRequest) -> tuple[Group, ...]:
    return offer(programmes(), chosen_language(), records=asked.offers_records)


@blueprint.get("/deep-linking")
@visitors(*COURSE_STAFF)
def choose() -> str:
    """What can be picked, filtered by the address, with what is picked so far."""
    asked = _asked()
    groups = _groups(asked)
    items = all_items(groups)
    picked = _picked_so_far(items, asked)
    words, kind = request.args.get("q", "")[:LONGEST_SEARCH], request.args.get("kind", "")
    shown = list(narrowed(groups, words, kind))
    visible = all_items(shown)
    return render_template(
        "launching/picker.html",
        asked=asked,
        groups=shown,
        picked=picked,
        hidden_picks=[items[key] for key in picked if key not in visible],
        words=words,
        kind=kind,
        kinds=_kinds(items.values()),
        whole=[] if not asked.accept_multiple else _whole_programmes(groups),
        missing=request.args.get("missing") == "1",
    )


def _picked_so_far(items: Mapping[str, Offered], asked: PickingRequest) -> list[str]:
    """The keys in the address that can be picked; `all` picks all modules and webinars of a programme."""
    keys = dict.fromkeys(request.args.getlist("item"))
    if asked.accept_multiple and request.args.get("all"):
        wanted = (Kind.MODULE, Kind.WEBINAR)
        prefix = f"{request.args['all']}."
        keys |= dict.fromkeys(
            key for key, one in items.items() if one.kind in wanted and key.startswith(prefix)
        )
    ready = [key for key in keys if key in items and items[key].ready]
    return ready if asked.accept_multiple else ready[:1]


def _kinds(items: Iterable[Offered]) -> list[tuple[str, str]]:
    there = {one.kind for one in items}
    names = {
        Kind.PROGRAMME: _("Programmi interi"),
        Kind.MODULE: _("Moduli"),
        Kind.FINAL_ASSESSMENT: _("Verifiche finali"),
        Kind.WEBINAR: _("Webinar"),
        Kind.CALENDAR: _("Calendari"),
        Kind.RECORDS: _("Registro"),
    }
    return [("", _("Tutto")), *((kind.value, words) for kind, words in names.items() if kind in there)]


def _whole_programmes(groups: Iterable[Group]) -> list[tuple[str, str]]:
    """For each programme its id and what its quick choice picks, in words."""
    items = list(all_items(groups).values())
    found: list[tuple[str, str]] = []
    for programme in (one for one in items if one.kind is Kind.PROGRAMME):
        parts = [one for one in items if one.ready and one.key.startswith(f"{programme.key}.")]
        counted = {kind: sum(one.kind is kind for one in parts) for kind in (Kind.MODULE, Kind.WEBINAR)}
        if sum(counted.values()) > 1:
            found.append((programme.key, _quick_words(programme.title, counted)))
    return found


def _quick_words(title: str, counted: Mapping[Kind, int]) -> str:
    modules, webinars = counted[Kind.MODULE], counted[Kind.WEBINAR]
    parts = [
        ngettext("%(num)s modulo pronto", "%(num)s moduli pronti", modules) if modules else "",
        ngettext("%(num)s webinar", "%(num)s webinar", webinars) if webinars else "",
    ]
    return str(_("Scegli tutto di %(title)s: %(parts)s", title=title, parts=", ".join(filter(None, parts))))


@blueprint.get("/deep-linking/details")
@visitors(*COURSE_STAFF)
def details() -> ResponseReturnValue:
    """Title, column, dates and window of what was picked; back to the choice when nothing was."""
    asked = _asked()
    picked = _chosen(asked, request.args.getlist("item"))
    if not picked:
        return _nothing_picked(asked)
    return _details_page(asked, [proposed(one, asked) for one in picked])


def _nothing_picked(asked: PickingRequest) -> ResponseReturnValue:
    groups = _groups(asked)
    page = render_template(
        "launching/picker.html",
        asked=asked,
        groups=groups,
        picked=[],
        hidden_picks=[],
        words="",
        kind="",
        kinds=_kinds(all_items(groups).values()),
        whole=[] if not asked.accept_multiple else _whole_programmes(groups),
        missing=True,
    )
    return page, 422


def _chosen(asked: PickingRequest, keys: list[str]) -> list[Offered]:
    """The items of these keys; raises LinksNotTaken, OnlyOneItem, ItemNotOffered."""
    if keys and not asked.takes_links:
        raise LinksNotTaken
    items = all_items(_groups(asked))
    wanted = list(dict.fromkeys(keys))
    if any(key not in items or not items[key].ready for key in wanted):
        raise ItemNotOffered
    if len(wanted) > 1 and not asked.accept_multiple:
        raise OnlyOneItem
    return [items[key] for key in wanted]


def _details_page(asked: PickingRequest, chosen: list[Details]) -> str:
    errors = [
        (f"{one.title or one.offered.title}: {words}", f"campo-{one.name(part)}")
        for one in chosen
        for part, words in one.errors.items()
    ]
    return render_template(
        "launching/picker_details.html", asked=asked, chosen=chosen, errors=errors, few=len(chosen) <= FEW
    )


@blueprint.get("/deep-linking/answer")
@visitors(*COURSE_STAFF)
def back_to_the_choice() -> ResponseReturnValue:
    """A page that a form made has no address of its own: changing its language begins the choice again."""
    return redirect(url_for("deep_linking.choose"), code=303)


@blueprint.post("/deep-linking/answer")
@visitors(*COURSE_STAFF)
def answer() -> ResponseReturnValue:
    """Sends what was chosen back to the LMS, or nothing when cancelled; once."""
    asked = _asked()
    if request.form.get("action") == "cancel":
        return _send(asked, _cancelled(asked))
    picked = _chosen(asked, request.form.getlist("item"))
    if not picked:
        return _nothing_picked(asked)
    chosen = [read_details(one, asked, request.form) for one in picked]
    if any(one.errors for one in chosen):
        return _details_page(asked, chosen), 422
    writer = writer_for(asked.product_family)
    items = [writer.write(chosen_item(one, settings().public_url)) for one in chosen]
    words = ngettext("Aggiunta %(num)s attività.", "Aggiunte %(num)s attività.", len(items))
    return _send(asked, Answer(items, message=words))


def _cancelled(asked: PickingRequest) -> Answer:
    if asked.takes_links:
        return Answer(())
    return Answer((), error=_("CO-AliZIONE Formazione offre solo attività, che qui l'LMS non accetta."))


def _send(asked: PickingRequest, said: Answer) -> Response:
    """Uses the request up, then signs with no transaction open, and has the browser carry the answer."""
    database, moment = db.session(), now()
    whom, data, address = picking.recipient(asked), picking.opaque_data(asked), asked.return_url
    key = ensure_signing_key(database, settings().secret_key, moment)
    with writing(database):
        picking.use_up(database, asked.id, moment)
    token = sign_answer(said, whom, data, key, moment)
    allow_form_targets(origin_of(address))
    return make_response(render_template("launching/picker_answer.html", address=address, token=token))
