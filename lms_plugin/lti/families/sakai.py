"""Sakai."""

from lms_plugin.lti.families.strict import Reading, Rule, Strict


class Sakai(Strict):
    """Sakai by the source of its `LTI13Servlet`.

    Answers 400, not 401 or 403, when the token lacks the scope: an administrator must switch grades on for
    the tool. It does not compare timestamps, so order is ours alone to keep.
    """

    name = "sakai"
    codes = frozenset({"sakai", "sakailms", "sakaiplus"})
    rules = (
        Rule(400, "scope score not in access token", Reading.LOCKED_OUT),
        Rule(400, "scope basic outcome not in access token", Reading.LOCKED_OUT),
    )
