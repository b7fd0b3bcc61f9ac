"""Addresses under /v/<visit>/: views never see the visit's name, `url_for` adds it by itself."""

from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, g, request

from lms_plugin.web.open_visit import OpenVisit

LANGUAGES = ("it", "en")
STANDING_IN = "visit_standing_in"  # in `g`: the name of nobody's visit, while a page is made to be kept
VISIT_ENDPOINTS = "endpoints_of_visits"


def visit_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose addresses all begin with /v/<visit>."""
    blueprint = Blueprint(name, import_name, url_prefix="/v/<visit>")
    blueprint.url_value_preprocessor(_take_visit_name)
    return blueprint


def _take_visit_name(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values:
        g.visit_name = values.pop("visit")


def install_url_defaults(app: Flask) -> None:
    """Makes `url_for` keep the visit and the language that was chosen; after the last blueprint."""
    rules = app.url_map.iter_rules()
    app.extensions[VISIT_ENDPOINTS] = frozenset(rule.endpoint for rule in rules if "visit" in rule.arguments)
    app.url_defaults(_add_defaults)


def _add_defaults(endpoint: str, values: dict[str, Any]) -> None:
    visit, language = g.get(STANDING_IN) or g.get("visit_name"), kept_in_addresses()
    if visit and endpoint in current_app.extensions[VISIT_ENDPOINTS]:
        values.setdefault("visit", visit)
    if language:
        values.setdefault("lang", language)


def kept_in_addresses() -> str | None:
    """The language that every address of this page keeps: the one that was chosen, if one was."""
    if "kept_in_addresses" not in g:
        asked = request.args.get("lang")
        g.kept_in_addresses = asked if asked in LANGUAGES else None
    return cast("str | None", g.kept_in_addresses)


def in_other_language(language: str) -> str:
    """The address of this very page in another language, its filters kept."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    path = request.path
    if STANDING_IN in g:
        path = path.replace(f"/v/{g.visit_name}/", f"/v/{g.get(STANDING_IN)}/", 1)
    return f"{path}?{urlencode([*kept, ('lang', language)])}"


def chosen_language() -> str:
    """The language of this page: the address's, else the visit's, else Italian."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    asked, visit = request.args.get("lang"), g.get("visit")
    if asked in LANGUAGES:
        return asked
    language = visit.language[:2] if visit is not None else "it"
    return language if language in LANGUAGES else "it"


def enter(visit: OpenVisit) -> None:
    """From here on the page is this visit's, and in its language."""
    g.visit = visit
    for kept in ("language", "catalogue"):
        g.pop(kept, None)
