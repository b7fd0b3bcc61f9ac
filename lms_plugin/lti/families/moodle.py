"""Moodle."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms_plugin.lti.families.strict import Reading, Rule, Score, Strict


class Moodle(Strict):
    """Moodle 4.5.6 as recorded in November 2026, and `mod/lti/service/gradebookservices` of its source.

    Compares whole seconds and answers 409 to a score that is not later (the base's rule). Anything but
    `FullyGraded` with a `scoreGiven` *erases* the grade, so nothing else is ever sent. Whoever has no role
    with a grade, a teacher for instance, gets 400 "Incorrect score received"; our bodies are well formed, so
    these words have no other cause.
    """

    name = "moodle"
    codes = frozenset({"moodle", "iomad", "totara", "totaralms"})
    rules = (Rule(400, "incorrect score received", Reading.NOT_GRADED),)

    def score(self, sent: Mapping[str, Any], subject: str, now: datetime) -> Score | None:
        """The body, or None for what would erase the grade."""
        counts = sent["grading_progress"] == "FullyGraded" and sent["score_given"] is not None
        return super().score(sent, subject, now) if counts else None
