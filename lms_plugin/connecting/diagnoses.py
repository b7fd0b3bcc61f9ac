"""The one table of what each refusal means to an LMS's administrator: which check it is, and the fix.

A test sees to it that every refusal of a launch has its line. Where a product differs, `product_fixes` says
more.
"""

from collections.abc import Mapping

from lms_plugin.connecting.checks import Place
from lms_plugin.connecting.diagnosis import Diagnosis
from lms_plugin.connecting.message_diagnoses import MESSAGE_DIAGNOSES
from lms_plugin.connecting.trust_diagnoses import TRUST_DIAGNOSES

DIAGNOSES: Mapping[str, Diagnosis] = TRUST_DIAGNOSES | MESSAGE_DIAGNOSES


def place_of(code: str) -> Place | None:
    """Where this refusal stands; None for a code that no version of ours knows any more."""
    found = DIAGNOSES.get(code)
    return found.place if found else None
