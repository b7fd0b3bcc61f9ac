"""The part of the self-test that only a browser inside the LMS can do: cookie, frame, storage, height.

An LMS's administrator adds an activity with the address `/lti/self-test` and opens it. What the server sees
is said at once; what only a script can try says so until it is tried.
"""

from flask import Response, render_template, request
from sqlalchemy import select

from lms_plugin.connecting.registration_blueprint import blueprint as before_a_visit
from lms_plugin.extensions import db
from lms_plugin.lti.launch_report import OPENED, LaunchReport
from lms_plugin.people.role import Role
from lms_plugin.web.access import Door, open_to, visitors
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.problems import problem
from lms_plugin.web.visit import current_visit
from lms_plugin.web.visit_urls import visit_blueprint

blueprint = visit_blueprint("frame_test", __name__)
FRAMES = frozenset({"iframe", "frame", "embed", "object"})
METHOD_NOT_ALLOWED = 405


@before_a_visit.get("/self-test")
@open_to(Door.PUBLIC)
def opened_without_launch() -> Response:
    """Somebody followed the address by hand: it opens from an LMS only."""
    return problem("launch_by_link", METHOD_NOT_ALLOWED)


@blueprint.get("/self-test")
@visitors(Role.LMS_ADMINISTRATOR)
def frame_test() -> str:
    """What came of the launch that led here, and what a script can try from here."""
    visit = current_visit()
    return render_template(
        "connecting/frame_test.html",
        binding=_binding(visit),
        # A page that opened by its cookie had it back; a visit may also be carried without one.
        has_cookie=not visit.carried,
        destination=request.headers.get("Sec-Fetch-Dest", ""),
        is_framed=request.headers.get("Sec-Fetch-Dest") in FRAMES,
        origins=visit.frame_ancestors.split(),
    )


def _binding(visit: OpenVisit) -> str:
    """How the browser of this visit's launch was known; empty when its report is gone."""
    mine = (LaunchReport.at == visit.created_at, LaunchReport.code == OPENED, LaunchReport.binding != "")
    return db.session().scalar(select(LaunchReport.binding).where(*mine).limit(1)) or ""
