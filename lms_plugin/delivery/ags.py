"""Sends scores to the grade book of the learner's LMS (AGS 2.0 §3.4), by the rules of its product."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.columns import Columns, NoColumn, forget_column
from lms_plugin.delivery.grade_book import GradeBook, read_grade_book
from lms_plugin.delivery.outcome import Outcome, Verdict
from lms_plugin.delivery.score_outcome import EXPECTED, outcome_of, outcome_of_answer, told
from lms_plugin.lti.ags import LINE_ITEM_READ_SCOPE, LINE_ITEM_SCOPE, SCORE_SCOPE, post_score
from lms_plugin.lti.families.strict import Reading, Score
from lms_plugin.lti.service_call import ServiceCalls, ServiceRefused, wants_new_token
from lms_plugin.outbound import Answer, Outbound

# A suspended platform's scores are not even looked at; a deployment's come up so often, for fifty days.
SUSPENDED_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class _Posted:
    """What the LMS said to a score, and at which column."""

    line_item_url: str
    answer: Answer


class AgsSender:
    """Posts one score at a time, to a column that it finds or makes when the launch named none."""

    def __init__(self, outbound: Outbound, secret_key: str) -> None:
        self.outbound = outbound
        self.secret_key = secret_key

    def __call__(
        self, payload: dict[str, Any], database_factory: sessionmaker[Session], now: datetime
    ) -> Outcome:
        """What became of the score."""
        with database_factory() as database:
            found = read_grade_book(database, UUID(payload["placement_id"]))
        if isinstance(found, str):
            return Outcome(Verdict.NOT_WANTED, answer=found)
        if not found.is_open:
            return Outcome(Verdict.RETRY, answer="the deployment is suspended", after=SUSPENDED_WAIT)
        score = found.family.score(payload, found.subject, now)
        if score is None:
            return Outcome(Verdict.NOT_WANTED, answer="this LMS must not be sent such a score")
        try:
            return self._delivered(found, score, database_factory, now)
        except EXPECTED as failure:
            return outcome_of(failure, now)

    def _delivered(
        self, to: GradeBook, score: Score, sessions: sessionmaker[Session], now: datetime
    ) -> Outcome:
        posted = self._post(to, score, sessions, now)
        reading = _reading(to, posted.answer)
        if reading is Reading.COLUMN_GONE and to.wanted.readable:
            with sessions() as database:
                forget_column(database, to.wanted.link_id, posted.line_item_url)
            again = self._post(replace(to, line_item_url=""), score, sessions, now)
            if again.line_item_url != posted.line_item_url:
                posted, reading = again, _reading(to, again.answer)
        return outcome_of_answer(reading, posted.answer, now)

    def _post(self, to: GradeBook, score: Score, sessions: sessionmaker[Session], now: datetime) -> _Posted:
        """Finds the column first when it is not known, with one token for both."""

        def ask(token: str) -> _Posted:
            columns = Columns(self.outbound, sessions)
            url = to.line_item_url or columns.find_or_make(to.wanted, token, now)
            answer = post_score(self.outbound, url, token, score)
            if wants_new_token(answer):
                raise ServiceRefused(answer)
            return _Posted(url, answer)

        if not to.line_item_url and not to.wanted.readable:
            raise NoColumn
        calls = ServiceCalls(self.outbound, self.secret_key, sessions)
        return calls.call(to.platform, _scopes(to), ask, now)


def _scopes(to: GradeBook) -> list[str]:
    """All that this job needs, and nothing more: some LMSs refuse the whole when one is not granted."""
    if to.line_item_url:
        return [SCORE_SCOPE]
    granted = LINE_ITEM_SCOPE if LINE_ITEM_SCOPE in to.wanted.scopes else LINE_ITEM_READ_SCOPE
    return [SCORE_SCOPE, granted]


def _reading(to: GradeBook, answer: Answer) -> Reading:
    return to.family.reading(answer.status, told(answer))
