"""What an address of ours that an LMS may launch leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lms_plugin.lti.known import KnownPlatform


class TargetKind(StrEnum):
    """`GENERIC` is one address for everything: the message's custom parameters say which activity.

    `PICKER` and `SUBMISSION` have no address of their own: their messages may come to any.
    """

    PROGRAMME = "programme"
    MODULE = "module"
    WEBINAR = "webinar"
    FINAL_ASSESSMENT = "final_assessment"
    CALENDAR = "calendar"
    SECRETARIAT = "secretariat"
    SELF_TEST = "self_test"
    PICKER = "picker"
    SUBMISSION = "submission"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Target:
    """An activity of a programme; ids are empty where the kind has none."""

    kind: TargetKind
    programme_id: str = ""
    activity_id: str = ""


class Targets(Protocol):
    """What the application on top knows about its own addresses."""

    def find(self, uri: str) -> Target | None:
        """The target at exactly this address, or None when it is not one of ours."""

    def takes_answers(self, platform: KnownPlatform, product_family: str, address: str) -> bool:
        """Whether this address belongs to the LMS, so that our answer may be sent there."""

    def settle(self, target: Target, custom: Mapping[str, str]) -> Target:
        """The activity to open, never generic; raises ModuleUnavailable."""
