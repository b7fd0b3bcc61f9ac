"""Runs a self-test from end to end in bounded time, with no transaction open while the LMS is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.errors import Refusal
from lms_plugin.lti.launch_report import LaunchReport
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.self_test.connection import try_clock, try_keys, try_roster, try_token
from lms_plugin.lti.self_test.grade_book import GradeBookTest
from lms_plugin.lti.self_test.hurried import Hurried
from lms_plugin.lti.self_test.line import Line, Verdict
from lms_plugin.lti.self_test.place import NOWHERE, Place, find_place
from lms_plugin.lti.tool_keys import SigningKey, ensure_signing_key
from lms_plugin.outbound import Outbound

# Somebody is looking at the page: an LMS that is slower than this has a fault that the test should name.
PATIENCE = (3.05, 5.0)
BODY_SECONDS = 6.0
BUDGET_SECONDS = 20.0


class PlatformGone(Refusal):
    """There is no such registration."""

    code = "platform_missing"
    status = 404


@dataclass(frozen=True, slots=True)
class Report:
    """What a self-test found out; `had_place` when a launch had told of a course."""

    lines: tuple[Line, ...]
    had_place: bool

    @property
    def works(self) -> bool:
        """Whether nothing failed."""
        return all(line.verdict is not Verdict.FAILED for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Known:
    platform: Platform
    place: Place
    last_kid: str
    key: SigningKey


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Tests connections with the means of this installation."""

    outbound: Outbound
    secret_key: str
    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]

    def run(self, platform_id: UUID, deployment_id: UUID | None = None, *, with_score: bool = True) -> Report:
        """Every line; raises PlatformGone. `deployment_id` keeps the test to courses of one deployment."""
        known, ends = self._recall(platform_id, deployment_id), time.monotonic() + BUDGET_SECONDS
        brief = replace(self.outbound, timeout=PATIENCE, longest_body_seconds=BODY_SECONDS)
        client = Hurried(**{field.name: getattr(brief, field.name) for field in fields(brief)}, ends=ends)
        keys, answer = try_keys(client, known.platform, known.last_kid)
        clock = try_clock(answer, self.clock())
        tokens, token = try_token(client, known.platform, known.place.scopes, known.key, self.clock())
        roster = try_roster(client, known.place, token)
        grade_book = GradeBookTest(
            outbound=client,
            tidying=brief,
            place=known.place,
            product_family=known.platform.product_family,
            token=token,
            now=self.clock(),
            with_score=with_score,
        )
        lines = (keys, clock, *tokens, roster, *grade_book.lines())
        return Report(lines, known.place != NOWHERE)

    def _recall(self, platform_id: UUID, deployment_id: UUID | None) -> _Known:
        with self.sessions() as database:
            platform = database.get(Platform, platform_id)
            if platform is None:
                raise PlatformGone
            place = find_place(database, platform_id, deployment_id)
            last_kid = _last_kid(database, platform_id)
            database.expunge_all()
            database.rollback()
            return _Known(
                platform, place, last_kid, ensure_signing_key(database, self.secret_key, self.clock())
            )


def _last_kid(database: Session, platform_id: UUID) -> str:
    """The key of the last launch that opened; empty for none."""
    mine = (LaunchReport.platform_id == platform_id, LaunchReport.code == "", LaunchReport.kid != "")
    question = select(LaunchReport.kid).where(*mine).order_by(LaunchReport.at.desc()).limit(1)
    return database.scalar(question) or ""
