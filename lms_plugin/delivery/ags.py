"""Sends scores to the grade book of the learner's LMS (AGS 2.0 §3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, sessionmaker

from lms_plugin.delivery.lrs import retry_after
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.lti.access_tokens import AccessTokenRefused, AccessTokens, AccessTokenUnavailable
from lms_plugin.lti.ags import SCORE_SCOPE, post_score
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.lti.tool_keys import ensure_signing_key
from lms_plugin.outbound import Answer, Outbound, OutboundFailed, OutboundRefused

LONGEST_ANSWER = 2000
# Refused token, moved address: a person must act, and then it goes out without being asked again.
MISCONFIGURED_WAIT = timedelta(minutes=15)
UNAUTHORIZED, CONFLICT, SERVER_ERROR = 401, 409, 500
TRY_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class _Destination:
    """Where a score goes; everything read before the database session closed."""

    platform: Platform
    line_item_url: str
    subject: str


class AgsSender:
    """Posts one score at a time. 409 means that the LMS has it, or a later one, already: delivered."""

    def __init__(self, outbound: Outbound, secret_key: str) -> None:
        self.outbound = outbound
        self.secret_key = secret_key
        self.tokens = AccessTokens(outbound, secret_key)

    def __call__(
        self, payload: dict[str, Any], database_factory: sessionmaker[Session], now: datetime
    ) -> Outcome:
        """What became of the score."""
        with database_factory() as database:
            found = _destination(database, UUID(payload["placement_id"]))
        if isinstance(found, Outcome):
            return found
        try:
            answer = self._post(found, _score(payload, found.subject), database_factory, now)
        except AccessTokenRefused as refused:
            told = f"token address: {refused.answer}"[:LONGEST_ANSWER]
            busy = refused.status in TRY_AGAIN or refused.status >= SERVER_ERROR
            return Outcome(Verdict.RETRY, refused.status, told, None if busy else MISCONFIGURED_WAIT)
        except OutboundRefused as refused:
            return Outcome(Verdict.RETRY, answer=str(refused), after=MISCONFIGURED_WAIT)
        except (AccessTokenUnavailable, OutboundFailed) as failure:
            return Outcome(Verdict.RETRY, answer=str(failure))
        return _outcome(answer, now)

    def _post(
        self,
        to: _Destination,
        score: Mapping[str, Any],
        database_factory: sessionmaker[Session],
        now: datetime,
    ) -> Answer:
        """Posts with a token, and once more with a new one when the LMS no longer knows the first."""
        token = self._token(to, database_factory, now)
        answer = post_score(self.outbound, to.line_item_url, token, score)
        if answer.status != UNAUTHORIZED:
            return answer
        with database_factory() as database:
            self.tokens.drop(database, to.platform, [SCORE_SCOPE], token)
        token = self._token(to, database_factory, now)
        return post_score(self.outbound, to.line_item_url, token, score)

    def _token(self, to: _Destination, database_factory: sessionmaker[Session], now: datetime) -> str:
        with database_factory() as database:
            key = ensure_signing_key(database, self.secret_key, now)
            return self.tokens.token(database, to.platform, [SCORE_SCOPE], key, now)


def _destination(database: Session, placement_id: UUID) -> _Destination | Outcome:
    to_platform = joinedload(Placement.resource_link).joinedload(ResourceLink.deployment)
    question = select(Placement).where(Placement.id == placement_id)
    placement = database.scalar(question.options(to_platform.joinedload(Deployment.platform)))
    if placement is None or not placement.line_item_url:
        return Outcome(Verdict.NOT_WANTED, answer="the LMS has no column for this activity")
    if SCORE_SCOPE not in placement.scopes:
        return Outcome(Verdict.NOT_WANTED, answer="the LMS lets us send no scores")
    platform = placement.resource_link.deployment.platform
    if platform.status != "active":
        return Outcome(Verdict.DEAD, answer="the registration of this LMS is suspended")
    return _Destination(platform, placement.line_item_url, placement.subject)


def _score(payload: Mapping[str, Any], subject: str) -> dict[str, Any]:
    score = {
        "userId": subject,
        "scoreGiven": payload["score_given"],
        "scoreMaximum": payload["score_maximum"],
        "activityProgress": payload["activity_progress"],
        "gradingProgress": payload["grading_progress"],
        "timestamp": payload["timestamp"],
    }
    return score | ({"comment": payload["comment"]} if payload.get("comment") else {})


def _outcome(answer: Answer, now: datetime) -> Outcome:
    status, told = answer.status, answer.body.decode(errors="replace")[:LONGEST_ANSWER]
    if 200 <= status < 300 or status == CONFLICT:  # noqa: PLR2004 - the range of success
        return Outcome(Verdict.DELIVERED, status, told)
    if status in TRY_AGAIN or status >= SERVER_ERROR:
        asked = retry_after({"Retry-After": answer.headers.get("retry-after", "")}, now)
        return Outcome(Verdict.RETRY, status, told, asked)
    if status == UNAUTHORIZED or status < 400:  # noqa: PLR2004 - a redirect, perhaps of maintenance
        return Outcome(Verdict.RETRY, status, told, MISCONFIGURED_WAIT)
    return Outcome(Verdict.DEAD, status, told)
