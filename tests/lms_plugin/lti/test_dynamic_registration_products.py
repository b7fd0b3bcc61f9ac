"""What each product is told differently."""

from dataclasses import replace

import pytest

from lms_plugin.lti.dynamic_registration_products import (
    TOOL_CONFIGURATION,
    PersonalData,
    ToolFacts,
    privacy_level,
    product_of,
)
from lms_plugin.lti.dynamic_registration_reading import PlatformConfiguration, read_configuration

LMS = "https://lms.example"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = ToolFacts("https://formazione.example", "https://formazione.example/programmes/co-alizione")
PLAIN = PlatformConfiguration(
    LMS, LMS, f"{LMS}/a", f"{LMS}/t", f"{LMS}/k", f"{LMS}/r", None, "", "", (), (), ()
)


@pytest.mark.parametrize(
    ("family", "name"),
    [
        ("moodle", "moodle"), ("canvas", "canvas"), ("desire2learn", "brightspace"),
        ("BlackboardLearn", "blackboard"), ("sakai", "sakai"), ("ilias", "strict"), ("", "strict"),
    ],
)  # fmt: skip
def test_a_product_is_known_by_its_family(family: str, name: str) -> None:
    assert product_of(family).name == name


def test_moodle_keeps_the_last_chooser_and_sakai_the_first() -> None:
    assert [m["type"] for m in product_of("moodle").messages(TOOL, PLAIN)][-1] == "LtiDeepLinkingRequest"
    assert product_of("sakai").messages(TOOL, PLAIN)[0]["type"] == "LtiDeepLinkingRequest"


def test_brightspace_is_told_only_places_that_it_offers() -> None:
    offering = replace(PLAIN, placements=("RichTextEditor", "Elsewhere"))
    chooser = product_of("desire2learn").messages(TOOL, offering)[-1]
    assert chooser["placements"] == ["RichTextEditor"]
    assert "placements" not in product_of("desire2learn").messages(TOOL, PLAIN)[-1]


def test_blackboard_gets_no_member_in_several_languages() -> None:
    assert "client_name#it" in product_of("").registration(TOOL, PLAIN, PersonalData())
    assert "client_name#it" not in product_of("blackboard").registration(TOOL, PLAIN, PersonalData())


@pytest.mark.parametrize(
    ("name", "email", "level"),
    [
        (True, True, "public"), (True, False, "name_only"),
        (False, True, "email_only"), (False, False, "anonymous"),
    ],
)  # fmt: skip
def test_canvas_calls_the_choice_of_personal_data_a_level(*, name: bool, email: bool, level: str) -> None:
    personal = PersonalData(name=name, email=email)
    about = product_of("canvas").registration(TOOL, PLAIN, personal)[TOOL_CONFIGURATION]
    assert privacy_level(personal) == about["https://canvas.instructure.com/lti/privacy_level"] == level


def test_old_moodle_writes_messages_as_strings_and_a_name_with_a_space() -> None:
    document = {
        "issuer": LMS, "authorization_endpoint": f"{LMS}/a", "token_endpoint": f"{LMS}/t",
        "jwks_uri": f"{LMS}/k", "registration_endpoint": f"{LMS}/r",
        "id_token_signing_alg_values_supported": ["RS256"],
        f"{PLATFORM} ": {"product_family_code": "moodle", "messages_supported": ["LtiResourceLink"]},
    }  # fmt: skip
    read = read_configuration(LMS, document)
    assert (read.product_family, read.messages) == ("moodle", ("LtiResourceLink",))
