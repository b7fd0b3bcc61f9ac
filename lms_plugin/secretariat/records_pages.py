"""The register: filters, table, pages, and the same rows as a file."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Engine

from lms_plugin.delivery.forwarding.standing import State, all_targets, standing_of
from lms_plugin.extensions import db
from lms_plugin.people.role import RECORD_READERS, Role
from lms_plugin.proofs.lag import sealing_lag
from lms_plugin.secretariat import words
from lms_plugin.secretariat.activities import Names
from lms_plugin.secretariat.blueprint import blueprint
from lms_plugin.secretariat.export import Tally, csv_blocks, register_file_name
from lms_plugin.secretariat.filter_form import FilterForm
from lms_plugin.secretariat.filter_values import FiltersWrong, Wrong
from lms_plugin.secretariat.filters import Order, RecordFilter, read_filter
from lms_plugin.secretariat.queries import PAGE_SIZE, count, deployments, one_page, stream
from lms_plugin.secretariat.scope import Scope, scope_of
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programmes, settings
from lms_plugin.web.forwarding_words import about_target
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.request_log import request_id
from lms_plugin.web.sealing_words import late_seals
from lms_plugin.web.visit import current_visit
from lms_plugin.web.visit_urls import chosen_language

log = logging.getLogger("coalizione.export")


@blueprint.route("")
@blueprint.route("/records")
@visitors(*RECORD_READERS)
def records() -> str:
    """The table of records that pass the filters in the address."""
    chosen, scope = read_filter(request.args), scope_of(current_visit())
    database = db.session()
    total = count(database, chosen, scope)
    return render_template(
        "secretariat/records.html",
        chosen=chosen,
        total=total,
        pages=-(-total // PAGE_SIZE),
        rows=one_page(database, chosen, scope),
        form=FilterForm(chosen, _names(), deployments(database, scope)),
        names=_names(),
        words=words,
        address=_address,
        troubles=_troubles(current_visit()),
        Order=Order,
    )


def _troubles(visit: OpenVisit) -> list[tuple[str, str]]:
    """What is behind, a title and a sentence each, for who can do something: other archives, seals."""
    if visit.role not in {Role.SECRETARY, Role.ADMINISTRATOR}:
        return []
    database = db.session()
    standings = [(one, standing_of(database, one, now())) for one in all_targets(database)]
    lag = sealing_lag(database, now(), stamps=bool(settings().tsa_url))
    untold = [about_target(one, standing) for one, standing in standings if standing.state is not State.WELL]
    return [
        *((_("Invio ad altri archivi"), sentence) for sentence in untold),
        *((_("Sigilli delle prove"), sentence) for sentence in late_seals(lag, now())),
    ]


def _names() -> Names:
    return Names(programmes(), chosen_language())


def _address(chosen: RecordFilter, **changes: Any) -> str:
    return url_for("secretariat.records", **chosen.query(**changes))


@blueprint.errorhandler(FiltersWrong)
def filters_wrong(refusal: FiltersWrong) -> tuple[str, int]:
    """Names each filter that cannot be used, and what to write instead."""
    page = render_template("secretariat/filters_wrong.html", wrongs=refusal.wrongs, words=words)
    return page, refusal.status


@blueprint.route("/records.csv")
@visitors(*RECORD_READERS)
def records_csv() -> Response:
    """The same rows, all pages, as a file sent while it is read; `excel=1` for the variant with `;`."""
    chosen, scope, excel = read_filter(request.args), scope_of(current_visit()), _wants_excel()
    blocks = _logged(_reader(current_visit()), chosen, scope, excel=excel)
    answer = Response(blocks, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{register_file_name(now())}"'
    return answer


def _wants_excel() -> bool:
    given = request.args.get("excel", "0")
    if given not in {"0", "1"}:
        raise FiltersWrong((Wrong("excel", words.EXCEL_ADVICE),))
    return given == "1"


def _reader(visit: OpenVisit) -> dict[str, str | None]:
    ids = {"staff": visit.staff_id, "learner": visit.learner_id, "deployment": visit.deployment_id}
    return {"role": visit.role, **{name: str(value) for name, value in ids.items() if value}}


def _logged(
    reader: dict[str, str | None], chosen: RecordFilter, scope: Scope, *, excel: bool
) -> Iterator[bytes]:
    # Everything that needs the request is taken here: the blocks are made after it is over.
    return _blocks(
        db.engine, chosen, scope, _names(), {"request_id": request_id(), "reader": reader, "excel": excel}
    )


def _blocks(
    engine: Engine, chosen: RecordFilter, scope: Scope, names: Names, facts: dict[str, Any]
) -> Iterator[bytes]:
    tally = Tally()
    try:
        with contextlib.closing(stream(engine, chosen, scope)) as found:
            yield from csv_blocks(found, names, tally, excel=facts["excel"])
    finally:
        facts |= {"filter": _without_text(chosen), "rows": tally.rows, "complete": tally.complete}
        log.info("register exported", extra={"facts": facts | {"sha256": tally.digest.hexdigest()}})


def _without_text(chosen: RecordFilter) -> dict[str, Any]:
    # What was searched for may be somebody's name: the log says only that there was a search.
    query = chosen.query()
    return query | ({"q": "(given)"} if "q" in query else {})
