"""Canvas."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from course_content.statements import timestamp
from lms_plugin.lti.families.strict import Reading, Rule, Score, Strict

SUBMISSION = "https://canvas.instructure.com/lti/submission"


class Canvas(Strict):
    """Canvas, by `app/controllers/lti/ims/scores_controller.rb` and `doc/api/assignment_grade_services.md`.

    Without `new_submission: false` every score becomes a submission of its own, marked late when it is
    (canvas-lms#1799). A `submitted_at` more than a minute ahead is refused with 400, so it is never ahead of
    our clock. 400 "before last updated timestamp" means that a later score is there. 422 for somebody who is
    no student (also the course's test student) and for a column not published yet; when requests come too
    fast, 403 "Rate Limit Exceeded" on older installations, 429 on newer ones.
    """

    name = "canvas"
    codes = frozenset({"canvas"})
    rules = (
        Rule(400, "before last updated timestamp", Reading.KNOWN),
        Rule(422, "not a student", Reading.NOT_GRADED),
        Rule(422, "unpublished", Reading.LATER),
        Rule(403, "rate limit exceeded", Reading.BUSY),
    )

    def score(self, sent: Mapping[str, Any], subject: str, now: datetime) -> Score | None:
        """The body with Canvas's own member about the submission, and the standard one beside it."""
        plain = super().score(sent, subject, now)
        if plain is None:
            return None
        submitted = timestamp(min(datetime.fromisoformat(sent["timestamp"]), now))
        return plain | {
            "submission": {"submittedAt": submitted},
            SUBMISSION: {"new_submission": False, "submitted_at": submitted},
        }
