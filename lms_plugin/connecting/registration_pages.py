"""Dynamic registration inside the LMS's frame or window: shown, confirmed, posted, closed."""

import logging
from urllib.parse import urlencode, urlsplit

from flask import Response, make_response, render_template, request, url_for

from lms_plugin.connecting.registration_blueprint import blueprint, outbound, tool_facts
from lms_plugin.connecting.registration_forms import PURPOSE, Confirmation, personal_data, seal, unseal
from lms_plugin.connecting.registration_sentences import SENTENCES, advice
from lms_plugin.connecting.registration_words import (
    AFTER_THERE,
    MESSAGE_WORDS,
    PERSONAL_WORDS,
    PRODUCT_NAMES,
    SCOPE_WORDS,
)
from lms_plugin.errors import Refusal
from lms_plugin.extensions import csrf, db
from lms_plugin.lti import dynamic_registration_errors as errors
from lms_plugin.lti.dynamic_registration import Answered, Kept, keep_registration, post_registration
from lms_plugin.lti.dynamic_registration_products import Product, product_of
from lms_plugin.lti.dynamic_registration_reading import (
    PlatformConfiguration,
    count_keys,
    fetch_configuration,
    require_callable,
)
from lms_plugin.lti.invitations import (
    RegistrationInvitation,
    claim_form,
    count_try,
    let_go,
    look_at_invitation,
    show_form,
)
from lms_plugin.lti.sealing import Sealer
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.headers import allow_framing
from lms_plugin.web.problems import explain, problem, sentence
from lms_plugin.web.request_log import request_id

log = logging.getLogger("coalizione.connecting")
explain(SENTENCES)


@blueprint.get("/register/<secret>")
@open_to(Door.ONE_TIME_LINK)
def register(secret: str) -> Response:
    """Shows what will be registered; writes nothing but a try on the invitation's account."""
    address = request.args.get("openid_configuration", "")
    if not address:
        return _page("connecting/registration_invitation.html", link=_link(secret), invitation=_open(secret))
    with writing(db.session()) as database:
        invitation = count_try(database, secret, now())
        form = show_form(database, invitation)
    token = request.args.get("registration_token", "")
    configuration = fetch_configuration(outbound(), address, token)
    require_callable(outbound(), configuration.token_endpoint)
    keys = count_keys(outbound(), configuration.jwks_uri)
    confirmation = seal(_sealer(), Confirmation(form, token, now(), configuration))
    return _confirmation_page(secret, invitation, configuration, keys, confirmation)


@blueprint.post("/register/<secret>")
@open_to(Door.ONE_TIME_LINK)
def confirm(secret: str) -> Response:
    """Registers us in the LMS and the LMS here; the invitation is used up only when both are done."""
    confirmation = unseal(_sealer(), request.form.get("confirmation", ""), now())
    with writing(db.session()) as database:
        invitation = claim_form(database, secret, confirmation.form, now())
    configuration = confirmation.configuration
    product = product_of(configuration.product_family)
    body = product.registration(tool_facts(), configuration, personal_data(request.form))
    try:
        answered = post_registration(outbound(), configuration, confirmation.token, body)
        with writing(db.session()) as database:
            kept = keep_registration(
                database, invitation, configuration, answered, settings().public_url, now()
            )
    except Refusal as refusal:
        with writing(db.session()) as database:
            let_go(database, invitation.id)
        return _problem_page(refusal, again=_again(secret, confirmation))
    return _done_page(product, configuration, answered, kept)


def _open(secret: str) -> RegistrationInvitation:
    return look_at_invitation(db.session(), secret, now())


def _sealer() -> Sealer:
    return Sealer(settings().secret_key, PURPOSE)


def _link(secret: str) -> str:
    return settings().public_url + url_for("registration.register", secret=secret, lang=None)


def _again(secret: str, confirmation: Confirmation) -> str:
    query = {"openid_configuration": confirmation.configuration.url}
    if confirmation.token:
        query["registration_token"] = confirmation.token
    return f"{_link(secret)}?{urlencode(query)}"


def _confirmation_page(
    secret: str,
    invitation: RegistrationInvitation,
    configuration: PlatformConfiguration,
    keys: int,
    confirmation: str,
) -> Response:
    product = product_of(configuration.product_family)
    messages = product.messages(tool_facts(), configuration)
    return _page(
        "connecting/registration_confirm.html",
        action=url_for("registration.confirm", secret=secret),
        configuration=configuration,
        invitation=invitation,
        keys=keys,
        confirmation=confirmation,
        lms=_lms_name(product, configuration),
        scopes=[SCOPE_WORDS[scope] for scope in product.scopes(configuration.scopes)],
        messages=[MESSAGE_WORDS[kind] for kind in dict.fromkeys(message["type"] for message in messages)],
        personal=PERSONAL_WORDS,
        after_there=AFTER_THERE.get(product.name),
    )


def _done_page(
    product: Product, configuration: PlatformConfiguration, answered: Answered, kept: Kept
) -> Response:
    log.info("registered", extra={"facts": {"issuer": configuration.issuer, "client_id": answered.client_id}})
    asked = product.scopes(configuration.scopes)
    denied = [scope for scope in asked if answered.scopes is not None and scope not in answered.scopes]
    parts = urlsplit(configuration.url)
    return _page(
        "connecting/registration_done.html",
        platform=kept.platform,
        new=kept.new,
        answered=answered,
        denied=[SCOPE_WORDS[scope] for scope in denied],
        after_there=AFTER_THERE.get(product.name),
        lms=_lms_name(product, configuration),
        # Canvas frames us at the school's own host, which nobody tells us; the message is a constant.
        close_origin="*" if product.framed_by_others else f"{parts.scheme}://{parts.netloc}",
    )


def _lms_name(product: Product, configuration: PlatformConfiguration) -> str:
    name = PRODUCT_NAMES.get(product.name, configuration.product_family)
    return f"{name} {configuration.version}".strip() or "LMS"


@blueprint.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Why nothing was registered, and what to do."""
    return _problem_page(refusal)


def _problem_page(refusal: Refusal, again: str = "") -> Response:
    facts = {"code": refusal.code, "detail": refusal.detail}
    log.warning("registration refused", extra={"facts": facts})
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return problem(refusal.code, refusal.status)
    by_lms = refusal if isinstance(refusal, errors.LmsRefused) else None
    page = _page(
        "connecting/registration_problem.html",
        sentence=sentence(refusal.code),
        about=refusal.about if isinstance(refusal, errors.RegistrationRefusal) else "",
        words=by_lms.words if by_lms else (),
        lms_status=by_lms.lms_status if by_lms else None,
        advice=advice(by_lms) if by_lms else "",
        again=again,
        code=refusal.code,
        request_id=request_id(),
    )
    page.status_code = refusal.status
    return page


def _page(template: str, **facts: object) -> Response:
    # An LMS that we do not know yet frames this page from an origin that we do not know either. Whoever wants
    # to trick somebody into clicking here needs the secret in the address, and with it needs nobody's click.
    allow_framing("*")
    page = make_response(render_template(template, **facts))
    # The address holds a secret: no other site may learn it from a Referer header.
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


# The sealed confirmation is this form's token: a cookie may not come back inside the LMS's frame.
csrf.exempt(confirm)
