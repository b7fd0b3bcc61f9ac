"""How the login differs from one LMS to the next; the service quirks are tested beside their services."""

import json

import pytest

from lms_plugin.rehearsal import lms_of
from lms_plugin.rehearsal.quirks import PROFILES
from lms_plugin.rehearsal.vocabulary import CLAIM
from tests.lms_plugin.rehearsal.tool_double import MakeLms, Tool, verified


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_completes_a_launch(make: MakeLms, tool: Tool, profile: str) -> None:
    lms = lms_of(make(profile))
    login = lms.login_initiation("bruno", "link-w01")
    claims = verified(lms, lms.authentication_response(tool.auth_request(login))["id_token"])
    assert claims["iss"] == login.fields["iss"]
    assert claims["sub"] == "bruno"


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("hint", ["", "x", "{}", "[]", "null", '{"launchid":7}', "a.b.c", "a.ÿ.c", "é"])
def test_an_invented_hint_is_refused_by_every_profile(
    make: MakeLms, tool: Tool, profile: str, hint: str
) -> None:
    lms = lms_of(make(profile))
    request = tool.auth_request(lms.login_initiation(), lti_message_hint=hint)
    assert lms.authentication_response(request)["error"] == "invalid_request"


def test_moodle_posts_the_login_with_a_json_hint(make: MakeLms) -> None:
    login = lms_of(make("moodle")).login_initiation()
    assert login.method == "POST"
    hint = json.loads(login.fields["lti_message_hint"])
    assert hint["cmid"] == 2
    assert hint["launchid"].startswith("ltilaunch")
    assert "lti_storage_target" not in login.fields


def test_moodle_leaves_unknown_variables_as_they_are(make: MakeLms, tool: Tool) -> None:
    lms = lms_of(make("moodle"))
    form = lms.authentication_response(tool.auth_request(lms.login_initiation()))
    custom = verified(lms, form["id_token"])[f"{CLAIM}custom"]
    assert isinstance(custom, dict)
    assert custom["missing"] == "$No.such.var"


def test_canvas_has_one_issuer_and_its_own_deployment_parameter(make: MakeLms) -> None:
    fields = lms_of(make("canvas")).login_initiation().fields
    assert fields["iss"] == "https://canvas.instructure.com"
    assert fields["deployment_id"] == "1"
    assert "lti_deployment_id" not in fields


def test_a_minimal_lms_sends_only_what_it_must(make: MakeLms, tool: Tool) -> None:
    lms = lms_of(make("minimal"))
    login = lms.login_initiation()
    assert set(login.fields) == {"iss", "login_hint", "target_link_uri", "lti_message_hint"}
    form = lms.authentication_response(tool.auth_request(login))
    assert verified(lms, form["id_token"])[f"{CLAIM}roles"] == ["Learner"]


def test_unknown_profile_is_refused_at_the_start(make: MakeLms) -> None:
    with pytest.raises(ValueError, match="unknown profile"):
        make("webct")
