"""The Statement Resource (xAPI 1.0.3 Communication 2.1)."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from lms_plugin.extensions import db
from lms_plugin.lrs import answers
from lms_plugin.lrs.attachment_answer import in_parts
from lms_plugin.lrs.blueprint import blueprint
from lms_plugin.lrs.client import current_client
from lms_plugin.lrs.credential import DEFINE, WRITE
from lms_plugin.lrs.formats import activities_of, canonical, ids_only
from lms_plugin.lrs.limits import OutOfReach
from lms_plugin.lrs.query_parameters import Presentation, Wanted, read_query, single_values, write_cursor
from lms_plugin.lrs.statement_request import Sent, read_batch, read_one
from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.records.attachment import store_attachments
from lms_plugin.records.known_activities import canonical_definitions
from lms_plugin.records.statement_order import consistent_through
from lms_plugin.records.statement_query import find_page, find_statement
from lms_plugin.records.statement_reach import Reach
from lms_plugin.records.statement_store import store_statements
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings


@blueprint.put("/statements")
@open_to(Door.LRS_CREDENTIAL)
def put_statement() -> Response:
    """Stores one statement under the id in the query."""
    current_client().require(WRITE)
    values = single_values(request.args, ("statementId",))
    if "statementId" not in values:
        raise Invalid("is required").below("statementId")
    _store(read_one(g.xapi_version, values["statementId"]))
    return Response(status=204)


@blueprint.post("/statements")
@open_to(Door.LRS_CREDENTIAL)
def post_statements() -> Response:
    """Stores one statement or many, all or none, and answers their ids in order."""
    current_client().require(WRITE)
    single_values(request.args, ())
    sent = read_batch(g.xapi_version)
    _store(sent)
    return answers.json_answer([statement["id"].lower() for statement in sent.statements])


def _store(sent: Sent) -> None:
    client = current_client()
    voided = client.limits.check_statements(sent.statements)
    with writing(db.session()) as database:
        g.consistent_through = store_statements(
            database,
            sent.statements,
            authority=client.authority(settings().public_url),
            origin="client",
            now=now(),
            learns=client.limits.reach if DEFINE in client.rights else None,
        )
        _require_within(database, voided, client.limits.reach)
        store_attachments(database, sent.data, sent.linked())


def _require_within(database: Session, voided: Sequence[UUID], reach: Reach) -> None:
    """Raises OutOfReach when a client of one programme or platform voids what it could not read."""
    for one in voided:
        if find_statement(database, one, voided=True, reach=reach) is None:
            raise OutOfReach(f"must not void {one}: it is not a statement that this credential could read")


@blueprint.get("/statements")
@open_to(Door.LRS_CREDENTIAL)
def get_statements() -> Response:
    """One statement by id, or a page of those that match."""
    client = current_client()
    wanted = read_query(request.args, client.sees_only(settings().public_url), client.limits.reach)
    g.consistent_through = consistent_through(db.session(), now())
    return _page(wanted) if wanted.statement_id is None else _single(wanted.statement_id, wanted)


def _single(one: UUID, wanted: Wanted) -> Response:
    whose, reach = wanted.filter.authority, wanted.filter.reach
    found = find_statement(db.session(), one, voided=wanted.voided, authority=whose, reach=reach)
    if found is None:
        raise NotFound("there is no such statement, or it is voided")
    stored, body = found
    answer = _answer(_presented([body], wanted.presentation)[0], [body], wanted.presentation)
    answer.last_modified = stored
    return answer


def _page(wanted: Wanted) -> Response:
    page = find_page(db.session(), wanted.filter, wanted.limit, wanted.cursor, g.consistent_through)
    more = ""
    if page.cursor is not None:
        parameters = request.args.to_dict() | {"cursor": write_cursor(page.cursor)}
        more = f"{url_for('lrs.get_statements')}?{urlencode(parameters)}"
    bodies = ",".join(_presented(page.bodies, wanted.presentation))
    answer = f'{{"statements":[{bodies}],"more":{json.dumps(more)}}}'
    return _answer(answer, page.bodies, wanted.presentation)


def _presented(bodies: Sequence[str], presentation: Presentation) -> Sequence[str]:
    if presentation.format == "exact":
        return bodies
    statements = [json.loads(body) for body in bodies]
    if presentation.format == "ids":
        changed = [ids_only(statement) for statement in statements]
    else:
        definitions = canonical_definitions(db.session(), activities_of(statements))
        liked = [tag for tag, _quality in request.accept_languages]
        changed = [canonical(statement, definitions, liked) for statement in statements]
    return [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in changed]


def _answer(answer: str, bodies: Sequence[str], presentation: Presentation) -> Response:
    if presentation.attachments:
        return in_parts(db.session(), answer, bodies)
    return Response(answer, content_type="application/json")
