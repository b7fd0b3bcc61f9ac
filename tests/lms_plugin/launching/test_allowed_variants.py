"""What the specification leaves to an LMS is accepted: a tool must not ask for more than it may."""

from collections.abc import Callable
from typing import Any

import pytest

from lms_plugin.lti import claims as names
from tests.lms_plugin.launching.test_mutations import Honest
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser

Change = Callable[[dict[str, Any]], object]
OPTIONAL = (
    names.CONTEXT, names.CUSTOM, names.LAUNCH_PRESENTATION, names.TOOL_PLATFORM, names.AGS_ENDPOINT,
    names.NAMES_AND_ROLES, "name", "given_name", "family_name", "email", "locale",
)  # fmt: skip
VARIANTS: dict[str, Change] = {
    "audience in a list of one": lambda claims: claims.update(aud=[claims["aud"]]),
    "azp that names us": lambda claims: claims.update(azp=claims["aud"]),
    "claims that nobody knows": lambda claims: claims.update(
        {"https://vendor.example/claim": {"a": [1, None]}, "acr": "0", "auth_time": 1}
    ),
    "roles that nobody knows": lambda claims: claims.update(
        {names.ROLES: ["https://vendor.example/role#Wizard", *claims[names.ROLES]]}
    ),
    "no role at all": lambda claims: claims.update({names.ROLES: []}),
    "nothing but what is required": lambda claims: [claims.pop(name, None) for name in OPTIONAL],
    "fractions of seconds": lambda claims: claims.update(iat=claims["iat"] + 0.25, exp=claims["exp"] + 0.5),
    "a clock a little ahead": lambda claims: claims.update(iat=claims["iat"] + 50),
    "custom values that are not texts": lambda claims: claims.update(
        {names.CUSTOM: {"a": None, "b": 1, "c": "$Person.sourcedId"}}
    ),
    "ids of 255 characters": lambda claims: claims.update(
        {"sub": "s" * 255, names.RESOURCE_LINK: {"id": "r" * 255}, names.CONTEXT: {"id": "c" * 255}}
    ),
}


@on_sqlite
@pytest.mark.parametrize("variant", VARIANTS)
def test_messages_that_the_specification_allows_are_accepted(browser: Browser, variant: str) -> None:
    honest = Honest(browser)
    VARIANTS[variant](honest.claims)
    response = browser.post(honest.signed())
    assert response.status_code == 303, response.text
