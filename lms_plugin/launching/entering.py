"""From a valid launch to a visit and the page that it opens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.delivery.resending import reopen
from lms_plugin.launching import picking
from lms_plugin.lti.arrival import Arrived, record_arrival
from lms_plugin.lti.launch import Launch
from lms_plugin.lti.origins import origins_of
from lms_plugin.lti.returning import own_return_url
from lms_plugin.lti.submission_review import SubmissionReview, find_reviewed
from lms_plugin.lti.targets import Target, TargetKind
from lms_plugin.records.completion import Completion
from lms_plugin.records.fact import Fact, Kind
from lms_plugin.web.configuration import recorder, settings
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.redirects import redirect_to
from lms_plugin.web.visit import Arrival, begin_visit, hand_over
from lms_plugin.web.visit_urls import kept_in_addresses

DEFAULT_LANGUAGE = "it"
FIRST_PAGES = "addresses_of_first_pages"
ANY_VISIT = "~"  # no visit is called so, nor is anything else in an address of ours
PAGES = {
    TargetKind.PROGRAMME: "modules.programme",
    TargetKind.CALENDAR: "modules.calendar",
    TargetKind.MODULE: "modules.module",
    TargetKind.WEBINAR: "webinars.webinar",
    TargetKind.FINAL_ASSESSMENT: "modules.final_assessment",
    TargetKind.PICKER: "deep_linking.choose",
    TargetKind.SUBMISSION: "modules.submission",
    TargetKind.SELF_TEST: "frame_test.frame_test",
}


def open_visit(
    database: Session, launch: Launch, now: datetime, *, carried: bool = False
) -> tuple[OpenVisit, str]:
    """The visit and its secret, with the rows of the arrival; call inside `writing`.

    `carried` says that no cookie will come back.
    """
    if launch.target.kind is TargetKind.PICKER:
        visit, secret = _begin(database, launch, now, purpose=picking.purpose(), carried=carried)
        picking.remember_request(database, visit, launch, now)
        return visit, secret
    if launch.target.kind is TargetKind.SUBMISSION:
        return _open_review(database, launch, now, carried=carried)
    if launch.target.kind is TargetKind.SELF_TEST:  # whoever tries the connection is not made a learner
        return _begin(database, launch, now, purpose="self-test", carried=carried)
    return _open_activity(database, launch, now, carried=carried)


def _open_review(database: Session, launch: Launch, now: datetime, *, carried: bool) -> tuple[OpenVisit, str]:
    placement = find_reviewed(database, launch)
    placement_id = placement.id if placement else None
    visit, secret = _begin(
        database,
        launch,
        now,
        purpose=f"review {launch.message.subject} {launch.message.reviewed} {placement_id}",
        carried=carried,
    )
    database.flush()
    database.add(SubmissionReview(visit_id=visit.id, placement_id=placement_id))
    return visit, secret


def _open_activity(
    database: Session, launch: Launch, now: datetime, *, carried: bool
) -> tuple[OpenVisit, str]:
    reads_records = launch.target.kind is TargetKind.SECRETARIAT
    # Whoever only reads records is not made a learner.
    arrived = None if reads_records else record_arrival(database, launch, now)
    if arrived is not None and arrived.is_new and _has_records(database, arrived, launch.target):
        recorder().record(database, [_opened(launch.target, arrived, now)], now)
    if arrived is not None and arrived.takes_scores_now:
        reopen(database, arrived.placement_id, now)
    return _begin(database, launch, now, arrived, reads_records=reads_records, carried=carried)


def _begin(
    database: Session,
    launch: Launch,
    now: datetime,
    arrived: Arrived | None = None,
    *,
    reads_records: bool = False,
    purpose: str = "",
    carried: bool,
) -> tuple[OpenVisit, str]:
    arrival = arrival_of(
        launch,
        arrived.learner_id if arrived else None,
        arrived.placement_id if arrived else None,
        purpose=purpose,
        carried=carried,
    )
    return begin_visit(database, arrival, reads_records=reads_records, now=now)


def arrival_of(
    launch: Launch, learner_id: UUID | None, placement_id: UUID | None, *, purpose: str = "", carried: bool
) -> Arrival:
    """Who begins the visit that this launch opens."""
    return Arrival(
        role=launch.role,
        learner_id=learner_id,
        placement_id=placement_id,
        deployment_id=launch.deployment_id,
        frame_ancestors=origins_of(launch.platform),
        return_url=own_return_url(
            launch.message.return_url, origins_of(launch.platform), settings().trusted_hosts
        ),
        language=launch.message.language or DEFAULT_LANGUAGE,
        purpose=purpose,
        carried=carried,
    )


def _has_records(database: Session, arrived: Arrived, target: Target) -> bool:
    """Whether the learner did something here before they ever came by this link."""
    mine = (Completion.learner_id == arrived.learner_id, Completion.programme_id == target.programme_id)
    found = select(Completion.id).where(*mine).limit(1)
    return bool(target.activity_id) and database.scalar(found) is not None


def _opened(target: Target, arrived: Arrived, now: datetime) -> Fact:
    # A link that is new to a learner who was done by another one learns the score by this fact.
    return Fact(
        learner_id=arrived.learner_id,
        key=f"opened:{arrived.placement_id}:{target.programme_id}:{target.activity_id}",
        kind=Kind.ACTIVITY_OPENED,
        programme_id=target.programme_id,
        activity_id=target.activity_id,
        source="launch",
        payload={},
        occurred_at=now,
        placement_id=arrived.placement_id,
    )


def first_page(target: Target, visit: OpenVisit, secret: str) -> Response:
    """The redirect to what was launched, with the secret of the visit."""
    response = redirect_to(settings().public_url + _path(target, visit), 303)
    hand_over(response, visit, secret)
    return response


def _path(target: Target, visit: OpenVisit) -> str:
    """The page's address, built once for each target and chosen language: only the visit differs."""
    built: dict[object, str] = current_app.extensions.setdefault(FIRST_PAGES, {})
    which = (target, kept_in_addresses())
    if which not in built:
        built[which] = _build_path(target)
    return built[which].replace(f"/{ANY_VISIT}/", f"/{visit.name}/", 1)


def _build_path(target: Target) -> str:
    if target.kind is TargetKind.SECRETARIAT:
        return url_for("secretariat.records")
    place: dict[str, Any] = {"programme_id": target.programme_id}
    match target.kind:
        case TargetKind.MODULE:
            place["module_id"] = target.activity_id
        case TargetKind.WEBINAR:
            place["webinar_id"] = target.activity_id
        case TargetKind.PICKER | TargetKind.SUBMISSION | TargetKind.SELF_TEST:
            place = {}
    return url_for(PAGES[target.kind], visit=ANY_VISIT, **place)
