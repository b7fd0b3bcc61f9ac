"""LMSs without dynamic registration: our values to copy (public), theirs to paste (administrators)."""

from uuid import UUID

from flask import Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms_plugin.connecting.blueprint import blueprint as administration
from lms_plugin.connecting.manual_form import FIELDS, ManualForm, read_form, try_addresses
from lms_plugin.connecting.manual_products import PRODUCTS, ManualProduct, values_of
from lms_plugin.connecting.registration_blueprint import blueprint, outbound, tool_facts
from lms_plugin.connecting.registration_words import PERSONAL_WORDS, SCOPE_WORDS
from lms_plugin.extensions import db
from lms_plugin.lti.dynamic_registration_hosts import hides_its_host, split
from lms_plugin.lti.dynamic_registration_products import SCOPES, PersonalData
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.registering import find_registration, register
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, open_to, visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.visit import current_visit

UNPROCESSABLE = 422


@blueprint.get("/configuration")
@open_to(Door.PUBLIC)
def configuration() -> str:
    """Every value an LMS asks for, in the words of each product."""
    tool = tool_facts()
    return render_template(
        "connecting/manual_configuration.html",
        products=[(product, product.rows(tool)) for product in PRODUCTS.values()],
        scopes=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES],
        personal=PERSONAL_WORDS,
    )


@blueprint.get("/configuration.json")
@open_to(Door.PUBLIC)
def configuration_json() -> Response:
    """The same for machines."""
    tool = tool_facts()
    products = {product.name: dict(product.rows(tool)) for product in PRODUCTS.values()}
    described = values_of(tool) | {"scopes": list(SCOPES), "claims": list(PersonalData().claims)}
    return jsonify(described | {"lti_version": "1.3.0", "algorithm": "RS256", "products": products})


@administration.get("/connect")
@visitors(Role.ADMINISTRATOR)
def connect() -> str:
    """Two ways to connect an LMS: an invitation, or by hand."""
    return render_template("connecting/manual_choice.html", products=PRODUCTS.values())


@administration.get("/connect/<product_name>")
@visitors(Role.ADMINISTRATOR)
def connect_by_hand(product_name: str) -> str:
    """The form, filled in as far as the product's values are known; `?root=` is the LMS's own address."""
    product, root = _product(product_name), request.args.get("root", "").strip()
    wrong = bool(root) and split(root) is None
    known = dict.fromkeys(FIELDS, "") | product.known("" if wrong else root)
    return _form_page(product, ManualForm(known), root=root, root_wrong=wrong)


@administration.post("/connect/<product_name>")
@visitors(Role.ADMINISTRATOR)
def save_by_hand(product_name: str) -> BaseResponse:
    """Registers the LMS once its addresses are right and its keys could be read."""
    product, form = _product(product_name), read_form(request.form)
    by = current_visit().staff_email or ""
    db.session().rollback()  # nobody waits for a lock while the LMS is asked
    try_addresses(form, outbound())
    if form.errors:
        return make_response(_form_page(product, form), UNPROCESSABLE)
    platform = _save(form, product, by)
    saved = url_for("connecting.connected", platform_id=platform.id, keys=form.keys)
    return redirect(saved, 303)


@administration.get("/connected/<uuid:platform_id>")
@visitors(Role.ADMINISTRATOR)
def connected(platform_id: UUID) -> str:
    """What was saved, and what remains to be done in the LMS."""
    platform = db.session().get(Platform, platform_id)
    if platform is None:
        abort(404)
    keys = request.args.get("keys", 0, type=int)
    return render_template(
        "connecting/manual_saved.html",
        platform=platform,
        keys=keys,
        hides_its_host=hides_its_host(platform.issuer, platform.extra_origins),
    )


def _product(name: str) -> ManualProduct:
    if name not in PRODUCTS:
        abort(404)
    return PRODUCTS[name]


def _save(form: ManualForm, product: ManualProduct, by: str) -> Platform:
    told = form.registration()
    with writing(db.session()) as database:
        new = find_registration(database, told.issuer, told.client_id) is None
        platform, _changed = register(database, told, form.deployment_ids, settings().public_url, now())
        if new:
            platform.registered_by = by
            platform.product_family = product.family
    return platform


def _form_page(product: ManualProduct, form: ManualForm, root: str = "", *, root_wrong: bool = False) -> str:
    return render_template(
        "connecting/manual_form.html",
        product=product,
        rows=product.rows(tool_facts()),
        form=form,
        root=root,
        root_wrong=root_wrong,
    )
