"""The connection self-test: a button that tries every service of a platform, and what came of it."""

import threading
from uuid import UUID

from flask import Response, make_response, render_template, request

from lms_plugin.connecting import self_test_words as words
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.connecting.doctor_pages import READERS, whose
from lms_plugin.extensions import db
from lms_plugin.lti.families.choosing import family_of
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.self_test.place import NOWHERE, find_place
from lms_plugin.lti.self_test.running import PlatformGone, Report, SelfTest
from lms_plugin.outbound import Outbound
from lms_plugin.storage import session_factory
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.visit import current_visit, is_staff

# A test keeps a thread of this process busy for as long as the LMS takes: never all of them.
_turns = threading.BoundedSemaphore(2)
BUSY = 503


@blueprint.get("/platforms/<uuid:platform_id>/check")
@visitors(*READERS)
def self_test(platform_id: UUID) -> Response:
    """What will be tried, and the button."""
    return _page(_platform(platform_id))


@blueprint.post("/platforms/<uuid:platform_id>/check")
@visitors(*READERS)
def run_self_test(platform_id: UUID) -> Response:
    """Tries everything once; nothing in the LMS changes but the test's own column, which goes again."""
    platform = _platform(platform_id)
    if not _turns.acquire(blocking=False):
        return _page(platform, is_busy=True)
    try:
        return _page(platform, report=_run(platform_id))
    finally:
        _turns.release()


def _run(platform_id: UUID) -> Report:
    deployment_id, with_score = _deployment(), "score" in request.form
    db.session().rollback()  # nobody waits for us while the LMS is asked
    test = SelfTest(
        Outbound(settings().trusted_hosts), settings().secret_key, session_factory(db.engine), now
    )
    return test.run(platform_id, deployment_id, with_score=with_score)


def _platform(platform_id: UUID) -> Platform:
    """The platform, if this visitor administers it; raises PlatformGone."""
    platform = db.session().get(Platform, platform_id)
    if platform is None or whose().platform_id not in {None, platform_id}:
        raise PlatformGone
    return platform


def _deployment() -> UUID | None:
    """The only deployment whose courses this visitor may try, None for all of them."""
    visit = current_visit()
    return None if is_staff(visit) else visit.deployment_id


def _page(platform: Platform, report: Report | None = None, *, is_busy: bool = False) -> Response:
    place = find_place(db.session(), platform.id, _deployment())
    page = render_template(
        "connecting/self_test.html",
        platform=platform,
        report=report,
        is_busy=is_busy,
        has_place=place != NOWHERE,
        learns=place.subject_learns,
        deletes=family_of(platform.product_family).deletes_line_items,
        self_test_url=f"{settings().public_url}/lti/self-test",
        words=words,
    )
    return make_response(page, BUSY if is_busy else 200)
