"""D2L Brightspace."""

from lms_plugin.lti.families.strict import Reading, Rule, Strict


class Brightspace(Strict):
    """Brightspace, by D2L's community articles and hypothesis/lms#7180.

    Its token address wants an audience of its own. 403 "not enrolled in the org unit" and 404 "does not
    exist" about the person: both wait for a person. Points above the maximum are cut unless the column
    "can exceed"; we never send any.
    """

    name = "brightspace"
    codes = frozenset({"desire2learn", "d2l", "brightspace"})
    token_audience = "https://api.brightspace.com/auth/token"  # noqa: S105 - an address
    rules = (
        Rule(403, "not enrolled", Reading.REFUSED),
        Rule(404, "user", Reading.REFUSED),
    )
