"""The launch doctor: what became of launches, and what to do about those that were refused.

For our administrators, and for an LMS's, who sees the own deployment only. No page shows a claim's value.
"""

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for

from lms_plugin.connecting import doctor_words as words
from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.connecting.checks import NAMES, RESULT_STATUS, RESULT_WORDS, results
from lms_plugin.connecting.diagnoses import DIAGNOSES, place_of
from lms_plugin.connecting.doctor_filter import DoctorFilter, day_starts, read_filter
from lms_plugin.extensions import db
from lms_plugin.lti import launch_history as history
from lms_plugin.lti.launch_history import EVERYBODYS, PAGE_SIZE, Wanted, Whose
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.registering import all_registrations
from lms_plugin.people.role import Role
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.problems import problem
from lms_plugin.web.visit import current_visit, is_staff

READERS = (Role.ADMINISTRATOR, Role.LMS_ADMINISTRATOR)
DAYS = 30
BAD_REQUEST = 400


def whose() -> Whose:
    """Whose launches this visitor may read."""
    visit = current_visit()
    if is_staff(visit):
        return EVERYBODYS
    return history.whose_deployment(db.session(), visit.deployment_id or UUID(int=0))


def _platforms(eyes: Whose) -> list[Platform]:
    found = all_registrations(db.session())
    return [one for one in found if eyes.platform_id in {None, one.id}]


@blueprint.get("/doctor")
@visitors(*READERS)
def doctor() -> str:
    """How launches go: by platform, by day, by reason; and who tried without being registered."""
    database, eyes = db.session(), whose()
    platforms, starts = _platforms(eyes), day_starts(now(), DAYS)
    recent = Wanted(since=starts[0])
    return render_template(
        "connecting/doctor.html",
        platforms=platforms,
        tallies=history.tallies(database, eyes),
        skews={one.id: history.measured_skew(database, one.id) for one in platforms},
        days=list(zip(starts, history.count_by_day(database, eyes, recent, starts), strict=True)),
        codes=history.count_by_code(database, eyes, recent),
        strangers=history.strangers(database) if eyes == EVERYBODYS else [],
        register_address=url_for("connecting.connect"),
        words=words,
    )


@blueprint.get("/doctor/launches")
@visitors(*READERS)
def launches() -> Response:
    """The last launches that pass the filter in the address."""
    database, eyes, chosen = db.session(), whose(), read_filter(request.args)
    total = history.count_reports(database, eyes, chosen.wanted())
    platforms = _platforms(eyes)
    page = render_template(
        "connecting/doctor_launches.html",
        chosen=chosen,
        total=total,
        pages=-(-total // PAGE_SIZE),
        reports=history.last_reports(database, eyes, chosen.wanted(), chosen.page),
        platform_options=words.platform_options(platforms),
        problems=[(fault, f"campo-{name}") for name, fault in chosen.faults.items()],
        names={one.id: one.name for one in platforms},
        sees_all=eyes == EVERYBODYS,
        address=_address,
        words=words,
    )
    return make_response(page, BAD_REQUEST if chosen.faults else 200)


def _address(chosen: DoctorFilter, **changes: Any) -> str:
    return url_for("connecting.launches", **chosen.query(**changes))


@blueprint.get("/doctor/launches/<uuid:report_id>")
@visitors(*READERS)
def launch(report_id: UUID) -> Response:
    """One launch: each of the eighteen checks, and the fix for the one that failed."""
    database, eyes = db.session(), whose()
    report = history.find_report(database, eyes, report_id)
    if report is None:
        return problem("not_found", 404)
    platform = database.get(Platform, report.platform_id) if report.platform_id else None
    page = render_template(
        "connecting/doctor_launch.html",
        report=report,
        platform=platform,
        skew=history.measured_skew(database, platform.id) if platform else None,
        diagnosis=DIAGNOSES.get(report.code),
        product_fix=words.product_fix(report.code, platform.product_family if platform else ""),
        results=results(report, place_of(report.code)),
        names=NAMES,
        result_words=RESULT_WORDS,
        result_status=RESULT_STATUS,
        sees_all=eyes == EVERYBODYS,
        words=words,
    )
    return make_response(page)
