"""Which family an LMS belongs to."""

from collections.abc import Mapping

from lms_plugin.lti.families.blackboard import Blackboard
from lms_plugin.lti.families.brightspace import Brightspace
from lms_plugin.lti.families.canvas import Canvas
from lms_plugin.lti.families.moodle import Moodle
from lms_plugin.lti.families.openedx import OpenEdx
from lms_plugin.lti.families.sakai import Sakai
from lms_plugin.lti.families.strict import Strict

STRICT = Strict()
FAMILIES: tuple[Strict, ...] = (STRICT, Moodle(), Canvas(), Blackboard(), Brightspace(), OpenEdx(), Sakai())
BY_CODE: Mapping[str, Strict] = {code: family for family in FAMILIES for code in family.codes}


def family_of(product_family: str, address: str = "") -> Strict:
    """The family of a `product_family_code`, however it is written; the base for an unknown one.

    An LMS that says nothing is known by an address of its own, if that is like no other product's.
    """
    code = "".join(letter for letter in product_family.casefold() if letter.isalnum())
    if code:
        return BY_CODE.get(code, STRICT)
    known = (family for family in FAMILIES if family.address and family.address in address)
    return next(known, STRICT)
