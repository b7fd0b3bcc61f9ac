"""The xAPI vocabulary of the programmes: verbs, activity types and the addresses of activities.

The IRIs are those of published profiles (ADL, SCORM, Activity Streams, Tin Can registry), each used with its
published meaning. One kind of activity has one type for ever. What statements are made of these words is in
`templates.py`; `profile_document.py` publishes both as an xAPI Profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from course_content.programme import LanguageMap

ActivityKind = Literal[
    "course", "module", "lesson", "assessment", "question", "simulation", "choice", "webinar", "session",
    "certificate",
]  # fmt: skip

_ADL_VERBS = "http://adlnet.gov/expapi/verbs/"
_ADL_ACTIVITIES = "http://adlnet.gov/expapi/activities/"
_TINCAN_ACTIVITIES = "http://id.tincanapi.com/activitytype/"


@dataclass(frozen=True)
class Verb:
    """A verb by its IRI; `display` is what a person reads, the IRI alone carries the meaning."""

    name: str
    iri: str
    display: LanguageMap


def _verb(name: str, iri: str, italian: str) -> Verb:
    return Verb(name, iri, {"it": italian, "en": name})


INITIALIZED = _verb("initialized", _ADL_VERBS + "initialized", "ha aperto")
EXPERIENCED = _verb("experienced", _ADL_VERBS + "experienced", "ha letto")
ANSWERED = _verb("answered", _ADL_VERBS + "answered", "ha risposto")
COMPLETED = _verb("completed", _ADL_VERBS + "completed", "ha completato")
PASSED = _verb("passed", _ADL_VERBS + "passed", "ha superato")
FAILED = _verb("failed", _ADL_VERBS + "failed", "non ha superato")
REGISTERED = _verb("registered", _ADL_VERBS + "registered", "si è iscritto a")
ATTENDED = _verb("attended", _ADL_VERBS + "attended", "ha partecipato a")
JOINED = _verb("joined", "http://activitystrea.ms/join", "è entrato in")
LEFT = _verb("left", "http://activitystrea.ms/leave", "è uscito da")
EARNED = _verb("earned", "http://id.tincanapi.com/verb/earned", "ha ottenuto")
VOIDED = _verb("voided", _ADL_VERBS + "voided", "ha annullato")

VERBS: Mapping[str, Verb] = {
    verb.name: verb
    for verb in (
        INITIALIZED,
        EXPERIENCED,
        ANSWERED,
        COMPLETED,
        PASSED,
        FAILED,
        REGISTERED,
        ATTENDED,
        JOINED,
        LEFT,
        EARNED,
        VOIDED,
    )
}

ACTIVITY_TYPES: Mapping[ActivityKind, str] = {
    "course": _ADL_ACTIVITIES + "course",
    "module": _ADL_ACTIVITIES + "module",
    "lesson": _ADL_ACTIVITIES + "lesson",
    "assessment": _ADL_ACTIVITIES + "assessment",
    # Both say their interactionType, and so carry the type that xAPI asks for then (Data 2.4.4.1).
    "question": _ADL_ACTIVITIES + "cmi.interaction",
    "simulation": _ADL_ACTIVITIES + "simulation",
    "choice": _ADL_ACTIVITIES + "cmi.interaction",
    "webinar": _TINCAN_ACTIVITIES + "webinar",
    "session": "http://activitystrea.ms/event",
    "certificate": "https://www.opigno.org/en/tincan_registry/activity_type/certificate",
}

PROFILE_TYPE = _ADL_ACTIVITIES + "profile"
LMS_TYPE = _TINCAN_ACTIVITIES + "lms"
CURRENT_PROFILE = 2
"""The version of the profile that new statements follow; see `profile_document.VERSIONS`."""

SUBREGISTRATION = "https://w3id.org/xapi/profiles/extensions/subregistration"
"""The Profile specification's extension (Structure 9.0) that tells the runs of one registration apart."""

LINK_TYPE = _TINCAN_ACTIVITIES + "resource"
CERTIFICATE_FILE = "http://id.tincanapi.com/attachment/certificate-of-completion"
COURSE_TYPE = ACTIVITY_TYPES["course"]


def activity_iri(base_url: str, programme: str, activity: str | None = None) -> str:
    """The address of a programme (course), or of one of its activities, below the tool's public address."""
    path = [programme] if activity is None else [programme, activity]
    return "/".join([base_url.rstrip("/"), "xapi", "activities", *(quote(part, safe="") for part in path)])


def profile_iri(base_url: str) -> str:
    """The profile as a whole; statements name one of its versions."""
    return f"{base_url.rstrip('/')}/xapi/profile"


def profile_version_iri(base_url: str, version: int) -> str:
    """The category that marks a statement as following this version of the profile."""
    return f"{profile_iri(base_url)}/v{version}"


def platform_iri(base_url: str, platform: str) -> str:
    """The address that stands for one LMS in statements, by the home page of its learners' accounts."""
    return f"{base_url.rstrip('/')}/xapi/platform/{quote(platform, safe='')}"


def lms_course_iri(base_url: str, platform: str, deployment: str, context: str) -> str:
    """A course of an LMS; `context` is LTI's context id, any text, unique in its deployment only."""
    return f"{_deployment_iri(base_url, platform, deployment)}/context/{quote(context, safe='')}"


def lms_link_iri(base_url: str, platform: str, deployment: str, link: str) -> str:
    """A link of an LMS to one of our activities; `link` is LTI's resource link id, unique as a context's."""
    return f"{_deployment_iri(base_url, platform, deployment)}/link/{quote(link, safe='')}"


def _deployment_iri(base_url: str, platform: str, deployment: str) -> str:
    return f"{platform_iri(base_url, platform)}/deployment/{quote(deployment, safe='')}"


def extension_iri(base_url: str, name: str) -> str:
    """The key of one of our extensions."""
    return f"{base_url.rstrip('/')}/xapi/ext/{quote(name, safe='')}"
