"""Blackboard."""

from lms_plugin.lti.families.strict import Reading, Rule, Strict


class Blackboard(Strict):
    """Blackboard Learn, by hypothesis/lms `lti_grading/_v13.py` (#5685) and docs.anthology.com.

    400 "User could not be found" for somebody who has left the course: a person must decide. Without
    `submittedAt` it takes the score's timestamp, which is what we mean. Results of one user alone come
    without their comment.
    """

    name = "blackboard"
    codes = frozenset({"blackboardlearn", "blackboard"})
    rules = (Rule(400, "user could not be found", Reading.REFUSED),)
