"""Which version of xAPI a request speaks and its answer names (1.0.3 Communication 3.3; 2.0)."""

import re

from lms_plugin.lrs.validation.checks import Check, Invalid
from lms_plugin.lrs.validation.statements import statement_1, statement_2

HEADER = "X-Experience-API-Version"
VERSION_1, VERSION_2 = "1.0.3", "2.0.0"
VERSIONS = (VERSION_1, VERSION_2)
# The version of a statement that does not name its own.
VERSION_OF_STATEMENT = {VERSION_1: "1.0.0", VERSION_2: "2.0.0"}
STATEMENT_CHECK: dict[str, Check] = {VERSION_1: statement_1, VERSION_2: statement_2}
ACCEPTED = re.compile(r"([12])\.0(?:\.[0-9]{1,3})?")


def answering(offered: str) -> str:
    """The version to put on the answer, whatever was offered."""
    return VERSION_2 if offered.startswith("2") else VERSION_1


def spoken(offered: str) -> str:
    """The version to work by; raises Invalid when it is missing or not 1.0.x or 2.0.x."""
    if ACCEPTED.fullmatch(offered) is None:
        raise Invalid(f"the header {HEADER} must name a version 1.0.x or 2.0.x")
    return answering(offered)
