"""The blueprint of the room with all its pages attached to it."""

from lms_plugin.connecting import (
    doctor_pages,
    manual_pages,
    platforms_pages,
    registration_invitations_pages,
)
from lms_plugin.connecting.blueprint import blueprint

__all__ = [
    "blueprint",
    "doctor_pages",
    "manual_pages",
    "platforms_pages",
    "registration_invitations_pages",
]
