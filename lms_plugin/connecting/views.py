"""The blueprint of the room with all its pages attached to it."""

from lms_plugin.connecting import (
    doctor_pages,
    editing_pages,
    forwarding_pages,
    keys_pages,
    manual_pages,
    navigation,
    platforms_pages,
    registration_invitations_pages,
    removal_pages,
    roles_pages,
    seals_pages,
    self_test_pages,
    status_pages,
)
from lms_plugin.connecting.blueprint import blueprint

__all__ = [
    "blueprint",
    "doctor_pages",
    "editing_pages",
    "forwarding_pages",
    "keys_pages",
    "manual_pages",
    "navigation",
    "platforms_pages",
    "registration_invitations_pages",
    "removal_pages",
    "roles_pages",
    "seals_pages",
    "self_test_pages",
    "status_pages",
]
