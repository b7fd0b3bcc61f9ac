"""The services over HTTP: access tokens, grade book, roster."""

import json
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from lms_plugin.rehearsal import line_items, roster
from lms_plugin.rehearsal.course import COURSE
from lms_plugin.rehearsal.failing import failing
from lms_plugin.rehearsal.gradebook import Grade
from lms_plugin.rehearsal.here import here
from lms_plugin.rehearsal.line_items import LineItemRefused
from lms_plugin.rehearsal.paging import page_of
from lms_plugin.rehearsal.scores import log_refusal, post_score
from lms_plugin.rehearsal.service_gate import GateClosed, body_of, require_accept, require_scope
from lms_plugin.rehearsal.tokens import TokenRefused, grant_token
from lms_plugin.rehearsal.vocabulary import (
    LINE_ITEM_READ_SCOPE,
    LINE_ITEM_SCOPE,
    LINE_ITEM_TYPE,
    LINE_ITEMS_TYPE,
    RESULT_SCOPE,
    RESULTS_TYPE,
    ROSTER_SCOPE,
    ROSTER_TYPE,
    SCORE_SCOPE,
    SCORE_TYPE,
)

services = Blueprint("services", __name__)
_COURSE = f"/services/{COURSE.id}"
_ITEM = f"{_COURSE}/lineitems/<line_item_id>/lineitem"
_READ = (LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE)


@services.post("/token")
@failing("token")
def token() -> ResponseReturnValue:
    """OAuth 2 token end point; the content type must be the form type and nothing else."""
    profile = here().profile
    try:
        answer = grant_token(here(), request.content_type, request.form)
    except TokenRefused as refusal:
        body = {"error": refusal.error, "error_description": refusal.description}
        status = min(refusal.status, profile.token_refusal_status)  # Moodle knows no 401 here
        return _json(body, profile.token_media_type, status)
    return _json(answer, profile.token_media_type)


@services.get(f"{_COURSE}/lineitems")
@failing("lineitems")
def list_line_items() -> ResponseReturnValue:
    grant = require_scope(*_READ)
    require_accept(LINE_ITEMS_TYPE)
    found = line_items.matching(here(), grant.client_id, request.args.to_dict())
    page = page_of(found, _own_address(), largest=here().settings.page_size)
    body = [line_items.as_json(here(), item) for item in page.items]
    return _linked(_json(body, LINE_ITEMS_TYPE), here().profile.line_item_links(page.links))


@services.post(f"{_COURSE}/lineitems")
@failing("lineitems")
def create_line_item() -> ResponseReturnValue:
    grant = require_scope(LINE_ITEM_SCOPE)
    item = line_items.create(here(), grant.client_id, body_of(LINE_ITEM_TYPE))
    return _json(line_items.as_json(here(), item), LINE_ITEM_TYPE, 201)


@services.get(_ITEM)
@failing("lineitems")
def show_line_item(line_item_id: str) -> ResponseReturnValue:
    grant = require_scope(*_READ)
    item = line_items.find(here(), grant.client_id, line_item_id)
    return _json(line_items.as_json(here(), item), LINE_ITEM_TYPE)


@services.put(_ITEM)
@failing("lineitems")
def change_line_item(line_item_id: str) -> ResponseReturnValue:
    grant = require_scope(LINE_ITEM_SCOPE)
    item = line_items.change(here(), grant.client_id, line_item_id, body_of(LINE_ITEM_TYPE))
    return _json(line_items.as_json(here(), item), LINE_ITEM_TYPE)


@services.delete(_ITEM)
@failing("lineitems")
def delete_line_item(line_item_id: str) -> ResponseReturnValue:
    grant = require_scope(LINE_ITEM_SCOPE)
    line_items.delete(here(), grant.client_id, line_item_id)
    return "", 204


@services.post(f"{_ITEM}/scores")
@failing("scores")
def score(line_item_id: str) -> ResponseReturnValue:
    try:
        grant = require_scope(SCORE_SCOPE)
        line_items.find(here(), grant.client_id, line_item_id)
        body = body_of(SCORE_TYPE)
    except (GateClosed, LineItemRefused) as refusal:
        log_refusal(here(), line_item_id, refusal.status, refusal.reason)
        raise
    posted = post_score(here(), line_item_id, body)
    return _json({} if posted.accepted else {"reason": posted.reason}, SCORE_TYPE, posted.status)


@services.get(f"{_ITEM}/results")
@failing("results")
def results(line_item_id: str) -> ResponseReturnValue:
    grant = require_scope(RESULT_SCOPE)
    line_items.find(here(), grant.client_id, line_item_id)
    if "limit" in request.args and not here().profile.pages_results:
        raise GateClosed(404, "Moodle answers a limit with a page that does not exist")
    only = request.args.get("user_id")
    with here().store.reading() as memory:
        grades = [grade for (item_id, _), grade in memory.grades.items() if item_id == line_item_id]
    wanted = [grade for grade in grades if only is None or grade.user_id == only]
    page = page_of(wanted, _own_address(), largest=here().settings.page_size)
    body = [_result(grade, filtered=only is not None) for grade in page.items]
    return _linked(_json(body, RESULTS_TYPE), here().profile.roster_links(page.links))


@services.get(f"{_COURSE}/memberships")
@failing("roster")
def memberships() -> ResponseReturnValue:
    grant = require_scope(ROSTER_SCOPE)
    require_accept(ROSTER_TYPE, "*/*")
    try:
        everybody = roster.members(here(), grant.client_id, request.args.to_dict())
    except roster.UnknownResourceLink as error:
        raise GateClosed(404, "rlid names no link of this tool") from error
    largest = here().settings.page_size
    if here().profile.big_roster_needs_limit and len(everybody) > largest and "limit" not in request.args:
        raise GateClosed(403, "above_response_limit")
    page = page_of(everybody, _own_address(), largest=largest)
    body = roster.container(here(), list(page.items))
    return _linked(_json(body, ROSTER_TYPE), here().profile.roster_links(page.links))


@services.errorhandler(GateClosed)
@services.errorhandler(LineItemRefused)
def refused(refusal: GateClosed | LineItemRefused) -> Response:
    response = _json({"status": refusal.status, "reason": refusal.reason}, "application/json", refusal.status)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="practice-lms", error="invalid_token"'
    return response


@services.errorhandler(ValueError)
def wrong_number(error: ValueError) -> Response:
    return _json({"status": 400, "reason": str(error)}, "application/json", 400)


def _own_address() -> str:
    """The address of this call under our public name, whatever host it was reached by."""
    return f"{here().settings.url}{request.full_path.rstrip('?')}"


def _result(grade: Grade, *, filtered: bool) -> dict[str, object]:
    address = here().line_item_address(grade.line_item_id)
    base, _, query = address.partition("?")
    own = "&".join(part for part in (query, f"user_id={grade.user_id}") if part)
    shown = {"resultScore": grade.value, "comment": grade.comment or None}
    if filtered and here().profile.hides_comment_for_one_user:
        shown["comment"] = None
    return {
        "id": f"{base}/results?{own}",
        "scoreOf": address,
        "userId": grade.user_id,
        "resultMaximum": grade.maximum,
        "timestamp": grade.timestamp,
        **{name: value for name, value in shown.items() if value is not None},
    }


def _json(body: object, content_type: str, status: int = 200) -> Response:
    return make_response(json.dumps(body, ensure_ascii=False), status, {"Content-Type": content_type})


def _linked(response: Response, header: str) -> Response:
    if header:
        response.headers["Link"] = header
    return response
