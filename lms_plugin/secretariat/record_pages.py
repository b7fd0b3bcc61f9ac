"""One record opened down to its statement and its evidence, and both as raw JSON."""

import json
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request

from lms_plugin.delivery.forwarding.standing import Fate, fates_of
from lms_plugin.extensions import db
from lms_plugin.people.role import RECORD_READERS, Role
from lms_plugin.secretariat import words
from lms_plugin.secretariat.activities import Names
from lms_plugin.secretariat.attempts_shown import attempts_shown
from lms_plugin.secretariat.blueprint import blueprint
from lms_plugin.secretariat.dossier import (
    ChainState,
    chain_state,
    deliveries_of,
    evidence_as_json,
    evidence_of,
    other_facts,
    pretty,
    statement_of,
)
from lms_plugin.secretariat.queries import Record, RecordUnknown, find_record
from lms_plugin.secretariat.reasons import reasons
from lms_plugin.secretariat.resend_pages import may_resend
from lms_plugin.secretariat.scope import scope_of
from lms_plugin.secretariat.simulation_path import path_in_words
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programmes
from lms_plugin.web.visit import current_visit
from lms_plugin.web.visit_urls import chosen_language


@blueprint.route("/records/<uuid:record_id>")
@visitors(*RECORD_READERS)
def record(record_id: UUID) -> str:
    """Who did what when, why it counts, where it was sent, and every proof of it."""
    return show_record(_find(record_id))


def show_record(found: Record, *, reason: str = "", reason_wrong: bool = False) -> str:
    """The page of a record; `reason` was given for reopening its attempts and could not be used."""
    database = db.session()
    evidence, missing = evidence_of(database, found.id)
    return render_template(
        "secretariat/record.html",
        record=found,
        evidence=evidence,
        missing=missing,
        others=other_facts(database, found, evidence),
        chain=_chain(found, evidence),
        reasons=reasons(found.activity_kind, evidence),
        path=path_in_words(programmes(), evidence),
        statement=statement_of(database, found.statement_id),
        deliveries=deliveries_of(database, found.id),
        fates=_fates(found),
        may_resend=may_resend(current_visit(), now()),
        resent="resent" in request.args,
        shown=attempts_shown(database, current_visit(), found, programmes()),
        reopened=request.args.get("reopened", ""),
        reason=reason,
        reason_wrong=reason_wrong,
        names=Names(programmes(), chosen_language()),
        words=words,
        pretty=pretty,
    )


def _find(record_id: UUID) -> Record:
    return find_record(db.session(), record_id, scope_of(current_visit()))


def _fates(found: Record) -> list[Fate]:
    """What became of the statement in the archives of others: nothing that an LMS's administrator is told."""
    is_guest = current_visit().role == Role.LMS_ADMINISTRATOR
    return [] if is_guest else fates_of(db.session(), found.statement_id)


def _chain(found: Record, evidence: list[Any]) -> ChainState:
    through = max((row.sequence for row in evidence), default=0)
    return chain_state(db.session(), found.learner_id, through)


@blueprint.route("/records/<uuid:record_id>/statement.json")
@visitors(*RECORD_READERS)
def statement_json(record_id: UUID) -> Response:
    """The statement exactly as our LRS gives it out."""
    statement = statement_of(db.session(), _find(record_id).statement_id)
    if statement is None:
        raise RecordUnknown
    return _download(statement.body, f"statement_{statement.id}.json")


@blueprint.route("/records/<uuid:record_id>/evidence.json")
@visitors(*RECORD_READERS)
def evidence_json(record_id: UUID) -> Response:
    """The evidence of the record with all that its hashes cover, and whether the chain holds up to there."""
    found = _find(record_id)
    evidence, missing = evidence_of(db.session(), found.id)
    chain = _chain(found, evidence)
    body = {
        "record": str(found.id),
        "rule_version": found.rule_version,
        "chain": {"through": chain.through, "holds": chain.holds, "broken_at": chain.broken_at},
        "missing": missing,
        "evidence": list(evidence_as_json(evidence)),
        "other_facts": list(evidence_as_json(other_facts(db.session(), found, evidence))),
    }
    return _download(json.dumps(body, ensure_ascii=False, indent=1), f"evidence_{found.id}.json")


def _download(body: str, name: str) -> Response:
    answer = make_response(body)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
