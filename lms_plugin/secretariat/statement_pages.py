"""The statements of the LRS as the secretariat reads them: search, one statement, files."""

import contextlib
import json
import logging
from collections.abc import Generator, Iterator
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Engine

from course_content.profile import VERBS
from course_content.programme import text_in
from lms_plugin.extensions import db
from lms_plugin.people.role import STAFF_ROLES
from lms_plugin.records.statement_filter import StatementFilter
from lms_plugin.secretariat import words
from lms_plugin.secretariat.blueprint import blueprint
from lms_plugin.secretariat.dossier import evidence_of, pretty
from lms_plugin.secretariat.export import Tally
from lms_plugin.secretariat.filter_values import FiltersWrong, Wrong
from lms_plugin.secretariat.queries import RecordUnknown
from lms_plugin.secretariat.statement_deliveries import deliveries_of_statement
from lms_plugin.secretariat.statement_export import ndjson_blocks, statement_csv_blocks
from lms_plugin.secretariat.statement_queries import (
    find,
    one_page,
    record_of,
    statement_filter,
    stream,
    voiding,
    whom,
)
from lms_plugin.secretariat.statement_search import StatementSearch, read_search
from lms_plugin.secretariat.statement_summary import summary
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import ROME, now
from lms_plugin.web.configuration import settings
from lms_plugin.web.request_log import request_id
from lms_plugin.web.visit import current_visit
from lms_plugin.web.visit_urls import chosen_language

log = logging.getLogger("coalizione.export")


@blueprint.route("/statements")
@visitors(*STAFF_ROLES)
def statements() -> str:
    """A page of the statements that the search in the address finds."""
    search, database, language = read_search(request.args), db.session(), chosen_language()
    meant = whom(database, search)
    found = None
    if not (meant.unknown or meant.candidates):
        found = one_page(database, statement_filter(search, meant, settings().public_url), search.cursor)
    return render_template(
        "secretariat/statements.html",
        search=search,
        meant=meant,
        rows=[summary(body, language) for body in found.bodies] if found else [],
        next=found.cursor if found else None,
        verb_options=_verb_options(search, language),
        words=words,
        address=_address,
    )


def _verb_options(search: StatementSearch, language: str) -> list[tuple[str, str]]:
    """Our verbs, and the one that was asked for when it is another."""
    ours = [(name, text_in(verb.display, language)) for name, verb in VERBS.items()]
    other = [(search.verb, search.verb)] if search.verb and search.verb not in VERBS else []
    return [("", gettext("Tutti")), *ours, *other]


def _address(search: StatementSearch, **changes: Any) -> str:
    values: dict[str, Any] = search.query(**changes)
    return url_for("secretariat.statements", **values)


@blueprint.route("/statements/<uuid:statement_id>")
@visitors(*STAFF_ROLES)
def statement(statement_id: UUID) -> str:
    """One statement: what it says, its evidence, what voided it."""
    database = db.session()
    found = find(database, statement_id)
    if found is None:
        raise RecordUnknown
    record_id = record_of(database, statement_id)
    return render_template(
        "secretariat/statement.html",
        statement=found,
        shown=summary(found.body, chosen_language()),
        record_id=record_id,
        evidence=evidence_of(database, record_id)[0] if record_id else [],
        voiding=list(voiding(database, found)),
        deliveries=deliveries_of_statement(database, found),
        has_attachments="attachments" in json.loads(found.body),
        words=words,
        pretty=pretty,
    )


@blueprint.route("/statements/<uuid:statement_id>.json")
@visitors(*STAFF_ROLES)
def one_statement_json(statement_id: UUID) -> Response:
    """The statement exactly as the LRS gives it out."""
    found = find(db.session(), statement_id)
    if found is None:
        raise RecordUnknown
    return _file(found.body, "application/json", f"statement_{found.id}.json")


@blueprint.route("/statements.ndjson")
@visitors(*STAFF_ROLES)
def statements_ndjson() -> Response:
    """All statements that the search finds, one on each line."""
    blocks = _blocks(ndjson_blocks)
    return _file(blocks, "application/x-ndjson", f"coalizione_statement_{_today()}.ndjson")


@blueprint.route("/statements.csv")
@visitors(*STAFF_ROLES)
def statements_csv() -> Response:
    """All statements that the search finds as a table; `excel=1` for the variant with `;`."""
    given, language = request.args.get("excel", "0"), chosen_language()
    if given not in {"0", "1"}:
        raise FiltersWrong((Wrong("excel", words.EXCEL_ADVICE),))

    def write(bodies: Iterator[str], tally: Tally) -> Generator[bytes, None, None]:
        return statement_csv_blocks(bodies, language, tally, excel=given == "1")

    return _file(_blocks(write), "text/csv", f"coalizione_statement_{_today()}.csv")


def _today() -> str:
    return f"{now().astimezone(ROME):%Y%m%d}"


def _file(body: str | Iterator[bytes], kind: str, name: str) -> Response:
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _blocks(write: Any) -> Iterator[bytes]:
    """The file's blocks. What needs the request is taken here: blocks are made after it is over."""
    search = read_search(request.args)
    meant = whom(db.session(), search)
    if meant.unknown or meant.candidates:
        raise FiltersWrong((Wrong("who", words.ONE_PERSON_ADVICE),), {"who"})
    wanted = statement_filter(search, meant, settings().public_url)
    facts = {"request_id": request_id(), "staff": str(current_visit().staff_id), "filter": _parts(search)}
    return _written(db.engine, wanted, write, facts)


def _parts(search: StatementSearch) -> list[str]:
    # Only which filters there were: their values may be somebody's name.
    return sorted(search.query())


def _written(engine: Engine, wanted: StatementFilter, write: Any, facts: dict[str, Any]) -> Iterator[bytes]:
    tally = Tally()
    try:
        with contextlib.closing(stream(engine, wanted)) as bodies:
            yield from write(bodies, tally)
    finally:
        facts |= {"rows": tally.rows, "complete": tally.complete, "sha256": tally.digest.hexdigest()}
        log.info("statements exported", extra={"facts": facts})
