"""Assignment and Grade Services 2.0: posting one score (§3.4)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lms_plugin.outbound import Answer, Outbound

SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
LARGEST_ANSWER = 64 * 1024


def scores_url(line_item_url: str) -> str:
    """The line item's address with `/scores` before its query (Moodle's ends in `?type_id=…`)."""
    parts = urlsplit(line_item_url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores"))


def post_score(outbound: Outbound, line_item_url: str, token: str, score: Mapping[str, Any]) -> Answer:
    """Posts the score; returns whatever the LMS answers; raises OutboundRefused, OutboundFailed.

    The media type is exact, without charset: Moodle compares it by equality.
    """
    headers = {"Authorization": f"Bearer {token}", "Content-Type": SCORE_TYPE}
    body = json.dumps(score).encode()
    return outbound.post(scores_url(line_item_url), body, headers=headers, limit=LARGEST_ANSWER)
