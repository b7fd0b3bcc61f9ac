"""Routes of the room `health`: /livez and /readyz, as JSON or plain text, without secrets; and /metrics."""

from flask import Response, jsonify, make_response, request

from lms_plugin.extensions import db
from lms_plugin.health import metrics, parts
from lms_plugin.health.blueprint import blueprint
from lms_plugin.health.parts import Finding
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings

__all__ = ["blueprint", "metrics"]
OK, UNAVAILABLE = 200, 503


@blueprint.get("/livez")
@open_to(Door.PUBLIC)
def livez() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@open_to(Door.PUBLIC)
def readyz() -> Response:
    """200 while pages can be served, 503 otherwise; every part is listed either way."""
    findings = _findings()
    status = UNAVAILABLE if any(finding.essential and not finding.works for finding in findings) else OK
    if request.accept_mimetypes.best_match(["application/json", "text/plain"]) == "text/plain":
        lines = [
            f"{finding.part}: {'ok' if finding.works else 'FAILS'} ({finding.words})\n"
            for finding in findings
        ]
        return Response("".join(lines), status, mimetype="text/plain")
    listed = {finding.part: {"ok": finding.works, "detail": finding.words} for finding in findings}
    return make_response(jsonify(ready=status == OK, parts=listed), status)


def _findings() -> list[Finding]:
    session = db.session()
    found = [parts.database(session)]
    if not found[0].works:
        return found
    found.append(parts.migrations(db.engine))
    if found[1].works:
        found += [parts.queue(session, now()), parts.lrs_targets(session, now())]
        found.append(parts.sealing(session, settings(), now()))
    session.rollback()  # the probe below goes over the network: no transaction waits for it
    return [*found, parts.video_platform(settings())]
