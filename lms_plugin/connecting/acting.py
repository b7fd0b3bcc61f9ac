"""What every action of an administrator shares: a locked platform, a log line, a notice on the next page."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.connecting.words import DONE, FAULTS, PARTS, STATUS
from lms_plugin.extensions import db
from lms_plugin.lti.administering import PlatformMissing, deployment_in, locked_platform, told
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.storage import writing
from lms_plugin.web.visit import current_visit


@contextlib.contextmanager
def acting_on(platform_id: UUID) -> Iterator[Platform]:
    """The platform, locked until what is done inside is committed; raises PlatformMissing."""
    with writing(db.session()) as database:
        yield locked_platform(database, platform_id)


def shown(platform_id: UUID) -> Platform:
    """The platform, only to be read; raises PlatformMissing."""
    platform = db.session().get(Platform, platform_id)
    if platform is None:
        raise PlatformMissing
    return platform


def shown_deployment(platform_id: UUID, deployment_id: UUID) -> Deployment:
    """The same for a deployment, by the id of its row."""
    return deployment_in(shown(platform_id), deployment_id)


def note(what: str, **which: Any) -> None:
    """One log line: who of the staff did what, to which."""
    told(current_visit().staff_email or "", what, which)


def named(platform: Platform, deployment: Deployment | None = None) -> dict[str, Any]:
    """What a log line says of a platform or deployment."""
    facts: dict[str, Any] = {
        "platform": platform.id,
        "issuer": platform.issuer,
        "client_id": platform.client_id,
    }
    return facts | ({"deployment": deployment.deployment_id} if deployment is not None else {})


def back_to(endpoint: str, done: str, **values: Any) -> Response:
    """To a page (303, so that reloading repeats nothing), which says what was done."""
    return redirect(url_for(endpoint, done=done, **values), 303)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What the room's templates need besides their own values."""
    notice = DONE.get(request.args.get("done", ""), "")
    return {"notice": notice, "status_words": STATUS, "fault_words": FAULTS, "part_words": PARTS}
