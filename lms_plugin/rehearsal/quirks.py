"""How real LMSs differ from the specification: one small class each, the strict reading as their base."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Literal

from lms_plugin.rehearsal.jws import base64url, encode_json

Relation = tuple[str, str]  # (relation type, address)


class Profile:
    """The specification read strictly; subclasses change only what was seen on the LMS they name."""

    name: ClassVar[str] = "strict"
    title: ClassVar[str] = "Specifica 1EdTech alla lettera"
    family: ClassVar[str] = "co-alizione-practice"
    version: ClassVar[str] = "1"
    initiation_method: ClassVar[Literal["GET", "POST"]] = "GET"
    sends_client_id: ClassVar[bool] = True
    deployment_parameter: ClassVar[str | None] = "lti_deployment_id"
    storage_target: ClassVar[str | None] = "_parent"
    service_query: ClassVar[str] = ""
    token_media_type: ClassVar[str] = "application/json"  # noqa: S105 - a media type
    token_refusal_status: ClassVar[int] = 401
    checks_assertion_audience: ClassVar[bool] = True
    assertion_once: ClassVar[bool] = True
    assertion_audience: ClassVar[str | None] = None
    unknown_bearer_status: ClassVar[int] = 401
    unknown_bearer_words: ClassVar[str] = "Unauthorized"
    wrong_content_type_status: ClassVar[int] = 415
    wrong_accept_status: ClassVar[int] = 406
    earlier_timestamp_status: ClassVar[int] = 409
    earlier_timestamp_words: ClassVar[str] = "Refusing score with an earlier timestamp"
    takes_equal_timestamps: ClassVar[bool] = False
    whole_second_timestamps: ClassVar[bool] = False
    needs_time_zone: ClassVar[bool] = True
    erases_unless_fully_graded: ClassVar[bool] = False
    clamps_scores: ClassVar[bool] = False
    integer_maximum_only: ClassVar[bool] = False
    ungradable_user_status: ClassVar[int] = 400
    ungradable_user_words: ClassVar[str] = "Incorrect score received"
    unknown_user_status: ClassVar[int] = 400
    deletes_line_items: ClassVar[bool] = True
    pages_results: ClassVar[bool] = True
    big_roster_needs_limit: ClassVar[bool] = False
    deleted_column_claim: ClassVar[str | None] = None
    hides_comment_for_one_user: ClassVar[bool] = False
    registration_sends_token: ClassVar[bool] = True
    return_deployment_at_registration: ClassVar[bool] = True
    configuration_needs_token: ClassVar[bool] = False
    custom_extra: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def issuer(self, url: str) -> str:
        return url

    def registration_refusal(self, status: int, complaint: str) -> tuple[int, str, str]:
        """Status, media type and body of the answer to a registration that is refused."""
        return status, "text/html; charset=utf-8", complaint

    def message_hint(self, launch_id: str) -> str:
        return launch_id

    def launch_id(self, hint: str) -> str | None:
        """The launch a received hint names, or None when it is not a hint of ours."""
        return hint

    def launch_roles(self, roles: Sequence[str]) -> list[str]:
        return list(roles)

    def roster_roles(self, roles: Sequence[str]) -> list[str]:
        return list(roles)

    def line_item_links(self, links: Sequence[Relation]) -> str:
        return self.roster_links(links)

    def roster_links(self, links: Sequence[Relation]) -> str:
        return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links)


class Moodle(Profile):
    """Moodle 4.5.6 as recorded in 2026-11."""

    name = "moodle"
    title = "Moodle 4.5"
    family = "moodle"
    version = "2024100706"
    initiation_method = "POST"
    storage_target = None
    service_query = "type_id=1"
    token_media_type = "text/html; charset=utf-8"  # noqa: S105 - a media type
    token_refusal_status = 400
    checks_assertion_audience = False
    assertion_once = False
    wrong_content_type_status = 400
    wrong_accept_status = 400
    whole_second_timestamps = True
    needs_time_zone = False
    erases_unless_fully_graded = True
    clamps_scores = True
    pages_results = False
    deleted_column_claim = ""
    custom_extra = MappingProxyType({"missing": "$No.such.var", "enddate": ""})

    def message_hint(self, launch_id: str) -> str:
        return json.dumps({"cmid": 2, "launchid": f"ltilaunch_{launch_id}"}, separators=(",", ":"))

    def launch_id(self, hint: str) -> str | None:
        try:
            launch = json.loads(hint)["launchid"]
        except (ValueError, KeyError, TypeError):
            return None
        return launch.removeprefix("ltilaunch_") if isinstance(launch, str) else None

    def roster_roles(self, roles: Sequence[str]) -> list[str]:
        return ["Instructor" if role.endswith("Administrator") else role.rpartition("#")[2] for role in roles]

    def line_item_links(self, links: Sequence[Relation]) -> str:
        # UTF-8 curly quotes and HTML-escaped ampersands, in a header that clients read as Latin-1.
        curly = ", ".join(
            f"<{address.replace('&', '&amp;')}>; rel=“{relation}”" for relation, address in links
        )
        return curly.encode().decode("latin-1")


class Canvas(Profile):
    """Canvas cloud: one issuer for every customer, and its own name for the deployment hint."""

    name = "canvas"
    title = "Canvas"
    family = "canvas"
    version = "cloud"
    initiation_method = "POST"
    deployment_parameter = "deployment_id"
    storage_target = "post_message_forwarding"
    earlier_timestamp_status = 400
    earlier_timestamp_words = "Provided timestamp before last updated timestamp"
    takes_equal_timestamps = True
    ungradable_user_status = 422
    ungradable_user_words = "User not found in course or is not a student"
    unknown_user_status = 422
    return_deployment_at_registration = False
    configuration_needs_token = True

    def registration_refusal(self, status: int, complaint: str) -> tuple[int, str, str]:
        """Canvas lists what is wrong in its own form, with 422, unless the token is."""
        shown = 422 if status == 400 else status  # noqa: PLR2004 - "bad request"
        body = json.dumps({"errors": [{"field": "tool_configuration", "message": complaint}]})
        return shown, "application/json; charset=utf-8", body

    def issuer(self, url: str) -> str:  # noqa: ARG002 - Canvas answers the same whatever the school's host
        return "https://canvas.instructure.com"

    def message_hint(self, launch_id: str) -> str:
        # Canvas sends a JSON web token of its own: long, with dots, opaque to the tool.
        return f"{base64url(encode_json({'alg': 'HS256'}))}.{base64url(launch_id.encode())}.c2ln"

    def launch_id(self, hint: str) -> str | None:
        parts = hint.split(".")
        return _from_base64url(parts[1]) if len(parts) == len(("header", "claims", "signature")) else None


class Brightspace(Profile):
    """D2L Brightspace: a token audience of its own and no registration token."""

    name = "brightspace"
    title = "D2L Brightspace"
    family = "desire2learn"
    version = "20.26.11"
    clamps_scores = True
    assertion_audience = "https://api.brightspace.com/auth/token"
    ungradable_user_status = 403
    ungradable_user_words = "The user is not enrolled in the org unit"
    unknown_user_status = 404
    registration_sends_token = False


class Blackboard(Profile):
    """Blackboard: one issuer and one client id for the whole world; filtered results lose their comment."""

    name = "blackboard"
    title = "Blackboard"
    family = "BlackboardLearn"
    version = "4000"
    hides_comment_for_one_user = True
    ungradable_user_words = "User could not be found:"

    def issuer(self, url: str) -> str:  # noqa: ARG002 - the same for every institution
        return "https://blackboard.com"


class OpenEdx(Profile):
    """Open edX (lti-consumer-xblock 11.4): integer maximum, equal timestamp 400, old token 403."""

    name = "openedx"
    title = "Open edX"
    family = "OpenedX"
    version = "11.4.4"
    storage_target = None
    sends_client_id = True
    earlier_timestamp_status = 400
    earlier_timestamp_words = "Score timestamp can only be updated to a later point in time"
    integer_maximum_only = True
    deletes_line_items = False
    big_roster_needs_limit = True
    unknown_bearer_status = 403
    unknown_bearer_words = "Invalid token signature."

    def message_hint(self, launch_id: str) -> str:
        return base64url(launch_id.encode())

    def launch_id(self, hint: str) -> str | None:
        return _from_base64url(hint)


class Sakai(Profile):
    """Sakai: storage in its own window, several deep-linking messages of which the first counts."""

    name = "sakai"
    title = "Sakai"
    family = "sakai"
    version = "25"
    initiation_method = "POST"


class Minimal(Profile):
    """No LMS in particular: sends only what third-party login makes mandatory, roles as bare words."""

    name = "minimal"
    title = "Solo i parametri obbligatori"
    sends_client_id = False
    deployment_parameter = None
    storage_target = None

    def launch_roles(self, roles: Sequence[str]) -> list[str]:
        return [role.rpartition("#")[2] if "/membership#" in role else role for role in roles]


def _from_base64url(text: str) -> str | None:
    try:
        padded = text + "=" * (-len(text) % 4)
        return urlsafe_b64decode(padded).decode()
    except ValueError:
        return None


_PROFILES = (Profile(), Moodle(), Canvas(), Brightspace(), Blackboard(), OpenEdx(), Sakai(), Minimal())
PROFILES: Mapping[str, Profile] = MappingProxyType({profile.name: profile for profile in _PROFILES})
