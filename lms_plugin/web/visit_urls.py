"""Addresses under /v/<visit>/: views never see the visit's name, `url_for` adds it by itself."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, g, request

LANGUAGES = ("it", "en")


def visit_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose addresses all begin with /v/<visit>."""
    blueprint = Blueprint(name, import_name, url_prefix="/v/<visit>")
    blueprint.url_value_preprocessor(_take_visit_name)
    return blueprint


def _take_visit_name(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values:
        g.visit_name = values.pop("visit")


def install_url_defaults(app: Flask) -> None:
    """Makes `url_for` keep the visit and the language that was chosen in the address."""
    app.url_defaults(_add_defaults)


def _add_defaults(endpoint: str, values: dict[str, Any]) -> None:
    if "visit_name" in g and current_app.url_map.is_endpoint_expecting(endpoint, "visit"):
        values.setdefault("visit", g.visit_name)
    if request.args.get("lang") in LANGUAGES:
        values.setdefault("lang", request.args["lang"])


def in_other_language(language: str) -> str:
    """The address of this very page in another language, its filters kept."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', language)])}"


def chosen_language() -> str:
    """The language of this page: the address's, else the visit's, else Italian."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    visit = g.get("visit")
    language = visit.language[:2] if visit is not None else "it"
    return language if language in LANGUAGES else "it"
