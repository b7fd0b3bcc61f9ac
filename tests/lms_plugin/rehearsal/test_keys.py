"""The key set: next, active and retired overlap, and survive a restart."""

import json
import stat
from pathlib import Path

from flask.testing import FlaskClient

from lms_plugin.rehearsal import Lms, lms_of
from tests.lms_plugin.rehearsal.tool_double import MakeLms, Tool, verified


def kids(browser: FlaskClient) -> list[str]:
    return [key["kid"] for key in browser.get("/jwks.json").json["keys"]]  # type: ignore[index]


def test_key_set_says_what_each_key_is_for_and_holds_nothing_private(browser: FlaskClient) -> None:
    for key in browser.get("/jwks.json").json["keys"]:  # type: ignore[index]
        assert set(key) == {"kty", "alg", "use", "kid", "e", "n"}
        assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")


def test_tokens_of_before_and_after_a_rotation_verify(lms: Lms, tool: Tool, browser: FlaskClient) -> None:
    before = lms.authentication_response(tool.auth_request(lms.login_initiation()))["id_token"]
    published = kids(browser)

    lms.rotate_keys()

    after = lms.authentication_response(tool.auth_request(lms.login_initiation()))["id_token"]
    assert verified(lms, before)["sub"] == "ada"
    assert verified(lms, after)["sub"] == "ada"
    # The new active key was already published: a tool with a cached key set keeps working.
    assert lms.installation.keys.active.kid in published


def test_a_retired_key_leaves_with_the_second_rotation(lms: Lms, browser: FlaskClient) -> None:
    first = lms.installation.keys.active.kid
    lms.rotate_keys()
    assert first in kids(browser)
    lms.rotate_keys()
    assert first not in kids(browser)


def test_keys_and_profile_survive_a_restart(make: MakeLms, tmp_path: Path) -> None:
    file = tmp_path / "lms.json"
    first = lms_of(make(state_file=file))
    first.rotate_keys()
    first.use_profile("moodle")

    second = lms_of(make(state_file=file))

    assert second.installation.keys.jwks() == first.installation.keys.jwks()
    assert second.installation.keys.active.kid == first.installation.keys.active.kid
    assert second.installation.profile.name == "moodle"


def test_state_file_is_private_and_whole(make: MakeLms, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "lms.json"
    make(state_file=file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["format"] == 1
    assert list(file.parent.iterdir()) == [file]
