"""Open edX."""

import math
from dataclasses import replace

from lms_plugin.lti.families.strict import Reading, Rule, Strict
from lms_plugin.lti.line_item import LineItem


class OpenEdx(Strict):
    """Open edX by the source of lti-consumer-xblock 11.4 (`serializers.py`, `permissions.py`), and run.

    A timestamp equal to the last or earlier is 400, in one of two sentences. A column's maximum is an
    integer. Its permission table names `delete` where the framework says `destroy`, so deleting a column is
    always 403. A token that it no longer takes is 403 too. It does not say `product_family_code`, so its
    addresses must. An item chosen by deep linking begins its login with the target of the block, and only
    the signed message has that of the item. The grade book shows the column whose `resourceLinkId` is the
    block, for `FullyGraded` only.
    """

    name = "openedx"
    codes = frozenset({"openedx", "edx", "openedxplatform"})
    address = "/api/lti_consumer/"
    keeps_target = False
    deletes_line_items = False
    rules = (
        Rule(400, "score timestamp can only be updated to a later point in time", Reading.KNOWN),
        Rule(400, "score already exists for the provided timestamp", Reading.KNOWN),
    )

    def line_item(self, wanted: LineItem) -> LineItem:
        """The column with a whole maximum."""
        return replace(wanted, score_maximum=max(1, math.ceil(wanted.score_maximum)))
