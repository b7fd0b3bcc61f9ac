"""What the driver turns and reads; a real Open edX has Studio and its database for that. Loopback only."""

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from around import AnswersGetLost
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from lti_consumer.api import get_lti_1p3_launch_info, get_lti_1p3_launch_start_url
from lti_consumer.data import Lti1p3LaunchData
from lti_consumer.models import (
    CourseAllowPIISharingInLTIFlag,
    Lti1p3Passport,
    LtiAgsLineItem,
    LtiAgsScore,
    LtiConfiguration,
    LtiDlContentItem,
)
from stand_ins import BLOCKS, BY_NAME, COURSE, COURSE_LABEL, COURSE_TITLE, Block


def set_up(tool: str, target: str) -> None:
    """One registration of the tool, used by two blocks of the course that differ in who makes the columns."""
    passport = Lti1p3Passport.objects.create(
        name="CO-AliZIONE", lti_1p3_tool_keyset_url=f"{tool}/lti/jwks.json"
    )
    for name, block in BLOCKS.items():
        LtiConfiguration.objects.create(
            location=block.location,
            version=LtiConfiguration.LTI_1P3,
            config_store=LtiConfiguration.CONFIG_ON_DB,
            lti_1p3_passport=passport,
            lti_1p3_oidc_url=f"{tool}/lti/login",
            lti_1p3_launch_url=target,
            lti_1p3_redirect_uris=[f"{tool}/lti/launch"],
            lti_advantage_ags_mode="declarative" if name == "declared" else "programmatic",
            lti_advantage_enable_nrps=True,
            lti_advantage_deep_linking_enabled=True,
            lti_advantage_deep_linking_launch_url=f"{tool}/lti/launch",
        )
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=COURSE, enabled=True)


def _configuration(block: Block) -> LtiConfiguration:
    return LtiConfiguration.objects.get(location=block.location)


def _launch_data(asked: dict[str, Any]) -> Lti1p3LaunchData:
    block, person = BLOCKS[asked["block"]], BY_NAME[asked["person"]]
    return Lti1p3LaunchData(
        user_id=person.id,
        user_role=person.role,
        config_id=_configuration(block).config_id,
        resource_link_id=str(block.location),
        name=person.name,
        email=person.email,
        external_user_id=person.external_id,
        launch_presentation_document_target="iframe",
        message_type=asked.get("message_type", "LtiResourceLinkRequest"),
        context_id=str(COURSE),
        context_type=["course_offering"],
        context_title=COURSE_TITLE,
        context_label=COURSE_LABEL,
        custom_parameters=asked.get("custom", {}),
    )


def registration(_request: HttpRequest) -> JsonResponse:
    """What Studio shows the author to copy into the tool."""
    told = get_lti_1p3_launch_info(_launch_data({"block": "declared", "person": "carla"}))
    return JsonResponse(told)


def launch(request: HttpRequest) -> JsonResponse:
    """The login initiation that clicking the block starts; `item` opens a chosen content item."""
    asked = json.loads(request.body)
    return JsonResponse(
        {"url": get_lti_1p3_launch_start_url(_launch_data(asked), dl_content_id=asked.get("item"))}
    )


def private_key(_request: HttpRequest) -> JsonResponse:
    """The platform's own signing key: forgeries are signed with it."""
    passport = Lti1p3Passport.objects.get()
    return JsonResponse({"pem": passport.lti_1p3_private_key, "kid": passport.lti_1p3_private_key_id})


def rotate(_request: HttpRequest) -> JsonResponse:
    """A new signing key, made by the consumer itself as it does for a registration without one."""
    passport = Lti1p3Passport.objects.get()
    passport.lti_1p3_internal_private_key = ""
    passport.lti_1p3_internal_public_jwk = ""
    return JsonResponse({"kid": passport.lti_1p3_private_key_id})


def gradebook(_request: HttpRequest) -> JsonResponse:
    """Columns, the scores in them, and what reached the grade book of the course."""
    items = [
        {"id": item.id, "label": item.label, "maximum": item.score_maximum, "resource_id": item.resource_id,
         "tag": item.tag, "resource_link_id": str(item.resource_link_id)}
        for item in LtiAgsLineItem.objects.order_by("id")
    ]  # fmt: skip
    scores = [
        {"line_item": score.line_item_id, "user_id": score.user_id, "given": score.score_given,
         "maximum": score.score_maximum, "activity": score.activity_progress,
         "grading": score.grading_progress, "timestamp": score.timestamp.isoformat()}
        for score in LtiAgsScore.objects.order_by("id")
    ]  # fmt: skip
    grades = [asdict(grade) for block in BLOCKS.values() for grade in block.grades]
    return JsonResponse({"line_items": items, "scores": scores, "grades": grades})


def lose_answer(_request: HttpRequest) -> JsonResponse:
    """The next score is taken, but its answer gets lost on the way."""
    AnswersGetLost.scores_to_lose = 1
    return JsonResponse({})


def content_items(_request: HttpRequest) -> JsonResponse:
    """What deep linking brought."""
    items = LtiDlContentItem.objects.order_by("id")
    return JsonResponse(
        {"items": [{"id": i.id, "type": i.content_type, "attributes": i.attributes} for i in items]}
    )


def people(_request: HttpRequest) -> JsonResponse:
    """Who is in the course."""
    return JsonResponse({name: asdict(person) for name, person in BY_NAME.items()})


def _route(view: Callable[[HttpRequest], JsonResponse]) -> Any:
    return path(
        f"control/{view.__name__}", csrf_exempt(view), name=f"control-{view.__name__}-{uuid.uuid4().hex[:6]}"
    )


urlpatterns = [
    _route(view)
    for view in (registration, launch, private_key, rotate, gradebook, lose_answer, content_items, people)
]
