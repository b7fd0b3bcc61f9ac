"""A learner's wish to have a score sent to the LMS again."""

import json
from uuid import UUID

from flask import redirect, url_for
from werkzeug.wrappers import Response

from lms_plugin.delivery.resending import ask_again
from lms_plugin.delivery.score_news import own_score
from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.modules.attending import attending_learner
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.people.role import Role
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.storage import writing
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import programme


class ScoreUnknown(Refusal):
    """Nobody's score, or somebody else's: the answer is the same."""

    code = "score_unknown"
    status = 404


@blueprint.post("/scores/<uuid:item_id>/resend")
@visitors(Role.LEARNER, Role.TRAINER)
def resend_score(item_id: UUID) -> Response:
    """Puts the score back to be sent at once; 409 when it is not stuck, 429 when asked for too often."""
    with writing(db.session()) as database:
        item = own_score(database, attending_learner(), item_id)
        if item is None:
            raise ScoreUnknown(str(item_id))
        ask_again(database, item_id, now())
        page = _page(item)
    return redirect(page, 303)


def _page(item: OutboxItem) -> str:
    """The page of the activity that the score is about."""
    about = json.loads(item.payload)
    programme_id, activity_id = about["programme_id"], about["activity_id"]
    place = {"programme_id": programme_id, "resent": 1}
    found = programme(programme_id)
    if found.final_assessment is not None and found.final_assessment.id == activity_id:
        return url_for("modules.final_assessment", **place)
    if any(module.id == activity_id for module in found.modules):
        return url_for("modules.module", module_id=activity_id, **place)
    return url_for("webinars.webinar", webinar_id=activity_id, **place)
