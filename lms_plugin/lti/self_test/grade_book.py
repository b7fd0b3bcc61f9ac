"""The second half of a self-test: a column of its own in the grade book, made, scored, read and deleted.

No other column is written to. Where an LMS deletes no column the next test uses the one that is left.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from lms_plugin.lti import ags
from lms_plugin.lti.families.choosing import family_of
from lms_plugin.lti.families.strict import Reading
from lms_plugin.lti.line_item import LineItem
from lms_plugin.lti.paging import BadPaging
from lms_plugin.lti.self_test.line import LONGEST_TOLD, Line, Step, call_failed, failed, impossible, passed
from lms_plugin.lti.self_test.place import NOWHERE, Place
from lms_plugin.lti.service_call import ServiceRefused
from lms_plugin.outbound import Outbound, OutboundFailed, OutboundRefused

# What no column of a learner's ever has: the test finds its own by it, and only its own.
TAG, RESOURCE_ID = "connection-test", "coalizione-connection-test"
LABEL = "CO-AliZIONE: prova di collegamento (si può cancellare)"
MAXIMUM = 1.0
STEPS = (Step.COLUMNS, Step.CREATE, Step.READ, Step.SCORE, Step.RESULT, Step.DELETE)
FAULTS = (ServiceRefused, OutboundFailed, OutboundRefused, BadPaging, ValueError)
LOCKED_OUT = frozenset({401, 403, 405})


@dataclass(slots=True)
class GradeBookTest:
    """One run; `tidying` is the client that deletes, when `outbound` may have no time left."""

    outbound: Outbound
    tidying: Outbound
    place: Place
    product_family: str
    token: str
    now: datetime
    with_score: bool

    def lines(self) -> Iterator[Line]:
        """Every step, the column deleted whatever the others say."""
        obstacle = self._obstacle()
        if obstacle:
            yield impossible(STEPS[0], obstacle)
            yield from (impossible(step, "no_column") for step in STEPS[1:])
            return
        listed, left = self._list()
        yield listed
        made, column = self._make(left)
        yield made
        if column is None:
            yield from (impossible(step, "no_column") for step in STEPS[2:])
            return
        try:
            yield from self._use(column)
        finally:
            deleted = self._delete(column)
        yield deleted

    def _obstacle(self) -> str:
        if self.place == NOWHERE:
            return "no_launch"
        if not self.place.line_items_url:
            return "no_columns"
        if ags.LINE_ITEM_SCOPE not in self.place.scopes:
            return "no_column_scope"
        return "" if self.token else "no_token"

    def _list(self) -> tuple[Line, LineItem | None]:
        """How many columns of ours there are, and the one that an earlier test had to leave."""
        try:
            found = ags.list_line_items(self.outbound, self.place.line_items_url, self.token)
        except FAULTS as error:
            return call_failed(Step.COLUMNS, error), None
        left = next((one for one in found if (one.tag, one.resource_id) == (TAG, RESOURCE_ID)), None)
        return passed(Step.COLUMNS, columns=len(found)), left

    def _make(self, left: LineItem | None) -> tuple[Line, LineItem | None]:
        if left is not None:
            return passed(Step.CREATE, "column_reused"), left
        wanted = LineItem(LABEL, MAXIMUM, resource_id=RESOURCE_ID, tag=TAG, others={"gradesReleased": False})
        try:
            made = ags.create_line_item(self.outbound, self.place.line_items_url, self.token, wanted)
        except FAULTS as error:
            return call_failed(Step.CREATE, error), None
        return passed(Step.CREATE), made

    def _use(self, column: LineItem) -> Iterator[Line]:
        for step, attempt in (
            (Step.READ, self._read),
            (Step.SCORE, self._score),
            (Step.RESULT, self._result),
        ):
            try:
                yield attempt(column)
            except FAULTS as error:
                yield call_failed(step, error)

    def _read(self, column: LineItem) -> Line:
        seen = ags.get_line_item(self.outbound, column.url, self.token)
        if seen.score_maximum != MAXIMUM:
            return failed(Step.READ, "column_differs", maximum=str(seen.score_maximum))
        return passed(Step.READ)

    def _score(self, column: LineItem) -> Line:
        reason = self._no_score()
        if reason:
            return impossible(Step.SCORE, reason)
        family = family_of(self.product_family)
        score = family.score(self._sent(), self.place.subject, self.now)
        if score is None:
            return impossible(Step.SCORE, "not_graded")
        answer = ags.post_score(self.outbound, column.url, self.token, score)
        # Some LMSs repeat the person's id in their words.
        told = answer.body.decode(errors="replace").replace(self.place.subject, "…")
        match family.reading(answer.status, told):
            case Reading.ACCEPTED | Reading.KNOWN:
                return passed(Step.SCORE)
            case Reading.NOT_GRADED:
                return impossible(Step.SCORE, "not_graded")
            case Reading.REFUSED if not self.place.subject_learns:
                # Products that we have no rules for refuse a teacher's score in words of their own.
                return impossible(Step.SCORE, "not_graded")
            case _:
                return failed(Step.SCORE, "score_refused", status=answer.status, told=told[:LONGEST_TOLD])

    def _no_score(self) -> str:
        if not self.with_score:
            return "not_asked"
        if ags.SCORE_SCOPE not in self.place.scopes:
            return "no_score_scope"
        return "" if self.place.subject else "nobody"

    def _sent(self) -> dict[str, object]:
        return {
            "score_given": MAXIMUM,
            "score_maximum": MAXIMUM,
            "activity_progress": "Completed",
            "grading_progress": "FullyGraded",
            "timestamp": self.now.isoformat(timespec="milliseconds"),
        }

    def _result(self, column: LineItem) -> Line:
        if self._no_score() or ags.RESULT_SCOPE not in self.place.scopes:
            return impossible(Step.RESULT, self._no_score() or "no_result_scope")
        found = ags.get_results(self.outbound, column.url, self.token, user_id=self.place.subject)
        mine = [one for one in found if one.user_id == self.place.subject and one.score is not None]
        return passed(Step.RESULT) if mine else failed(Step.RESULT, "no_result")

    def _delete(self, column: LineItem) -> Line:
        try:
            ags.delete_line_item(self.tidying, column.url, self.token)
        except ServiceRefused as refused:
            never = not family_of(self.product_family).deletes_line_items
            if never or refused.status in LOCKED_OUT:
                code = "never_deleted" if never else "delete_refused"
                return (impossible if never else failed)(Step.DELETE, code, status=refused.status)
            return call_failed(Step.DELETE, refused)
        except (OutboundFailed, OutboundRefused) as error:
            return call_failed(Step.DELETE, error)
        return self._gone(column)

    def _gone(self, column: LineItem) -> Line:
        """Some LMSs answer success and keep it."""
        with suppress(*FAULTS):
            ags.get_line_item(self.tidying, column.url, self.token)
            return failed(Step.DELETE, "still_there")
        return passed(Step.DELETE)
