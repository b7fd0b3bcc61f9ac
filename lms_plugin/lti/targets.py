"""What an address of ours that an LMS may launch leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class TargetKind(StrEnum):
    """`GENERIC` is one address for everything: the message's custom parameters say which activity."""

    PROGRAMME = "programme"
    MODULE = "module"
    WEBINAR = "webinar"
    SECRETARIAT = "secretariat"
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

    def settle(self, target: Target, custom: Mapping[str, str]) -> Target:
        """The activity to open, never generic; raises ModuleUnavailable."""
