"""What pages ask the application for: settings, programmes, and the recorder of what happens in them."""

from collections.abc import Mapping
from typing import cast

from flask import current_app

from course_content.programme import Programme
from lms_plugin.errors import Refusal
from lms_plugin.lti.origin_of_placement import describe_placement
from lms_plugin.records.recorder import Recorder
from lms_plugin.settings import Settings


class UnknownProgramme(Refusal):
    """The address names a programme or activity that is not on offer here."""

    code = "not_found"
    status = 404


def settings() -> Settings:
    """The settings of this application."""
    return cast("Settings", current_app.extensions["settings"])


def programmes() -> Mapping[str, Programme]:
    """Every programme on offer, by id."""
    return cast("Mapping[str, Programme]", current_app.extensions["programmes"])


def programme(programme_id: str) -> Programme:
    """One programme; raises UnknownProgramme."""
    if programme_id not in programmes():
        raise UnknownProgramme
    return programmes()[programme_id]


def recorder() -> Recorder:
    """Records facts and what follows from them; use it inside `writing`."""
    return Recorder(programmes(), settings().public_url, describe_placement)
