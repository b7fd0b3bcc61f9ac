"""The addresses that statements name: the profile, activities, LMSs, extensions; for machines and for people.

A profile answers with its JSON-LD; an activity with its definition, which is what an LRS looks for behind an
activity's id (xAPI 1.0.3 Data 2.4.4.1). Whoever asks for a page gets one. Nothing here is about a person, nor
does it tell which LMSs are connected.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from course_content.profile import (
    ACTIVITY_TYPES,
    CURRENT_PROFILE,
    LINK_TYPE,
    LMS_TYPE,
    activity_iri,
    profile_version_iri,
)
from course_content.profile_document import EXTENSIONS, VERSIONS, profile_document
from course_content.statement_examples import examples
from course_content.templates import templates_of
from lms_plugin.information.activity_definitions import definition_of
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.configuration import programme, settings

blueprint = Blueprint("vocabulary", __name__, url_prefix="/xapi")
JSON, JSON_LD, PAGE = "application/json", "application/ld+json", "text/html"
# What a path below /xapi/platform is about, by its last part but one.
PLATFORM_PARTS: Mapping[str, tuple[str, str, str]] = {
    "context": (ACTIVITY_TYPES["course"], "Corso di una piattaforma (LMS)", "Course of an LMS"),
    "link": (LINK_TYPE, "Collegamento in una piattaforma (LMS)", "Link in an LMS"),
    "": (LMS_TYPE, "Piattaforma di formazione (LMS)", "Learning platform (LMS)"),
}


@blueprint.get("/profile")
@open_to(Door.PUBLIC)
def current_profile() -> ResponseReturnValue:
    """The profile as a whole: its newest version."""
    return _profile(CURRENT_PROFILE)


@blueprint.get("/profile/v<int:number>")
@open_to(Door.PUBLIC)
def profile(number: int) -> ResponseReturnValue:
    """One version of the profile; 404 when there is no such version."""
    if number not in {one.number for one in VERSIONS}:
        abort(404)
    return _profile(number)


def _profile(version: int) -> ResponseReturnValue:
    base = settings().public_url
    document = profile_document(base, version)
    if _wants(JSON_LD, JSON) != PAGE:
        return _for_machines(document, JSON_LD if _wants(JSON_LD, JSON) == JSON_LD else JSON)
    shown = examples(base) if version == CURRENT_PROFILE else {}
    page = render_template(
        "information/profile.html",
        document=document,
        version=version,
        versions=[one.number for one in VERSIONS],
        emitted={
            f"{profile_version_iri(base, version)}#{one.name}": one.emitted for one in templates_of(version)
        },
        examples={
            name: json.dumps(one, ensure_ascii=False, indent=2, sort_keys=True) for name, one in shown.items()
        },
        short=_short,
    )
    return _varying(make_response(page))


@blueprint.get("/ext/<name>")
@open_to(Door.PUBLIC)
def extension(name: str) -> ResponseReturnValue:
    """The key of an extension leads to its place in the profile; 404 for one that is not ours."""
    if name not in {one.name for one in EXTENSIONS}:
        abort(404)
    return redirect(url_for("vocabulary.profile", number=CURRENT_PROFILE, _anchor=f"ext-{name}"), 303)


@blueprint.get("/activities/<programme_id>")
@open_to(Door.PUBLIC)
def course(programme_id: str) -> ResponseReturnValue:
    """A programme as an activity."""
    return _activity(programme_id, None)


@blueprint.get("/activities/<programme_id>/<activity_id>")
@open_to(Door.PUBLIC)
def activity(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """An activity of a programme; 404 when it has none of this id."""
    return _activity(programme_id, activity_id)


def _activity(programme_id: str, activity_id: str | None) -> ResponseReturnValue:
    found = programme(programme_id)
    definition = definition_of(found, activity_id)
    if definition is None:
        abort(404)
    iri = activity_iri(settings().public_url, programme_id, activity_id)
    return _definition(iri, definition, programme=found)


@blueprint.get("/platform/<path:platform>")
@open_to(Door.PUBLIC)
def platform(platform: str) -> ResponseReturnValue:
    """An LMS, a course or a link of one: what kind of thing it is, for any: nobody learns which there are."""
    part = re.search(r"/deployment/.+/(context|link)/", platform)
    kind, italian, english = PLATFORM_PARTS[part[1] if part else ""]
    definition = {"type": kind, "name": {"it": italian, "en": english}}
    return _definition(f"{settings().public_url}{request.path}", definition, programme=None)


def _definition(iri: str, definition: Mapping[str, Any], **shown: object) -> ResponseReturnValue:
    if _wants(JSON) != PAGE:
        return _for_machines(definition, JSON)
    page = render_template("information/activity.html", iri=iri, definition=definition, **shown)
    return _varying(make_response(page))


def _wants(*machines: str) -> str:
    """What the caller would rather have; who does not care gets the first."""
    return request.accept_mimetypes.best_match([*machines, PAGE], default=machines[0])


def _for_machines(value: Mapping[str, Any], content_type: str) -> Response:
    answer = Response(json.dumps(value, ensure_ascii=False), content_type=content_type)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return _varying(answer)


def _varying(answer: Response) -> Response:
    answer.vary.add("Accept")
    return answer


def _short(iri: str) -> str:
    """The end of an IRI of ours: what people call the thing."""
    return re.split(r"[#/]", iri)[-1]
