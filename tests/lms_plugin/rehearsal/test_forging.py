"""The wrong launch messages are wrong in the way their name says, and in that way alone."""

import base64
import json

import jwt
import pytest

from lms_plugin.rehearsal import FORGERIES, Lms
from lms_plugin.rehearsal.drafting import NoEarlierLaunch
from lms_plugin.rehearsal.jws import base64url, encode_json
from lms_plugin.rehearsal.vocabulary import CLAIM
from tests.lms_plugin.rehearsal.tool_double import NOW, TOOL, Tool, verified


def forged(lms: Lms, tool: Tool, name: str) -> dict[str, str]:
    if FORGERIES[name].needs_earlier:
        honest = tool.auth_request(lms.login_initiation(), state="earlier-state", nonce="earlier-nonce")
        lms.authentication_response(honest)
    return lms.authentication_response(tool.auth_request(lms.login_initiation(forge=name)))


def header_of(form: dict[str, str]) -> dict[str, object]:
    part = form["id_token"].partition(".")[0]
    header: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return header


def honest_claims(lms: Lms, tool: Tool) -> dict[str, object]:
    request = tool.auth_request(lms.login_initiation())
    return verified(lms, lms.authentication_response(request)["id_token"])


def test_every_check_a_message_can_fail_has_a_forgery() -> None:
    # 3 is the browser's cookie and 18 the tool's own authorisation: no message of an LMS can be wrong there.
    assert {forgery.check for forgery in FORGERIES.values()} == set(range(1, 18)) - {3}


def test_names_are_keys_and_codes_are_words() -> None:
    for name, forgery in FORGERIES.items():
        assert forgery.name == name
        assert forgery.code == forgery.codes[0]
        assert all(code.replace("_", "").isalpha() for code in forgery.codes)
        assert forgery.alters in {"form", "header", "key", "token", "claims"}


def is_honest(lms: Lms, form: dict[str, str], claims: dict[str, object]) -> bool:
    """Whether the form is the right answer, byte for byte but for its signature, which must verify."""
    active = lms.installation.keys.active
    header = {"typ": "JWT", "alg": "RS256", "kid": active.kid}
    try:
        signed = jwt.PyJWS().decode_complete(form["id_token"], jwt.PyJWK(active.jwk), ["RS256"])
    except (jwt.PyJWTError, KeyError):
        return False
    written = form["id_token"].partition(".")[0] == base64url(encode_json(header))
    right = form.get("state") == "the-state" and signed["header"] == header and written
    return right and signed["payload"] == encode_json(claims)


def test_the_answer_without_a_forgery_is_honest(lms: Lms, tool: Tool) -> None:
    form = lms.authentication_response(tool.auth_request(lms.login_initiation()))
    assert is_honest(lms, form, honest_claims(lms, tool))


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_is_honest(lms: Lms, tool: Tool, name: str) -> None:
    form = forged(lms, tool, name)
    assert not is_honest(lms, form, honest_claims(lms, tool))


@pytest.mark.parametrize("name", [name for name, each in FORGERIES.items() if each.alters == "claims"])
def test_wrong_claims_are_rightly_signed(lms: Lms, tool: Tool, name: str) -> None:
    token = forged(lms, tool, name)["id_token"]
    keys = {key["kid"]: jwt.PyJWK(dict(key)) for key in lms.installation.keys.jwks()["keys"]}
    signed = jwt.PyJWS().decode_complete(token, keys[jwt.get_unverified_header(token)["kid"]], ["RS256"])
    claims = json.loads(signed["payload"])
    honest = honest_claims(lms, tool)
    changed = {key for key in {*claims, *honest} if claims.get(key) != honest.get(key)}
    assert 1 <= len(changed) <= 2


@pytest.mark.parametrize(
    "name", ["signature_stranger", "signature_absent", "payload_changed", "key_for_encryption", "header_jwk"]
)
def test_wrong_signatures_do_not_verify(lms: Lms, tool: Tool, name: str) -> None:
    token = forged(lms, tool, name)["id_token"]
    usable = {key["kid"]: key for key in lms.installation.keys.jwks()["keys"] if key["use"] == "sig"}
    key = usable.get(jwt.get_unverified_header(token)["kid"], lms.installation.keys.active.jwk)
    with pytest.raises(jwt.PyJWTError):
        jwt.PyJWS().decode_complete(token, jwt.PyJWK(dict(key)), ["RS256"])


def test_unsigned_token_has_an_empty_signature(lms: Lms, tool: Tool) -> None:
    form = forged(lms, tool, "alg_none")
    assert header_of(form)["alg"] == "none"
    assert form["id_token"].endswith(".")


def test_weak_key_is_published_only_once_it_is_used(lms: Lms, tool: Tool) -> None:
    def sizes() -> set[int]:
        keys = lms.installation.keys.jwks()["keys"]
        return {jwt.PyJWK(dict(key)).key.key_size for key in keys}

    assert sizes() == {2048}
    forged(lms, tool, "key_weak")
    assert sizes() == {1024, 2048}


def test_replay_is_the_earlier_answer_byte_for_byte(lms: Lms, tool: Tool) -> None:
    first = lms.authentication_response(tool.auth_request(lms.login_initiation(), state="one"))
    again = lms.authentication_response(tool.auth_request(lms.login_initiation(forge="response_replayed")))
    assert again == first


def test_a_replay_needs_something_to_replay(lms: Lms, tool: Tool) -> None:
    with pytest.raises(NoEarlierLaunch):
        lms.authentication_response(tool.auth_request(lms.login_initiation(forge="response_replayed")))


@pytest.mark.parametrize(
    ("name", "claim", "value"),
    [
        ("exp_past", "exp", int(NOW.timestamp()) - 600),
        ("iat_stale", "iat", int(NOW.timestamp()) - 3600),
        ("aud_list_with_stranger", "aud", ["practice-lms", "another-tool"]),
        ("target_lookalike", f"{CLAIM}target_link_uri",
         f"{TOOL}.attacker.example/programmes/co-alizione/modules/m1"),
        ("sub_number", "sub", 4),
    ],
)  # fmt: skip
def test_a_claim_is_wrong_as_announced(lms: Lms, tool: Tool, name: str, claim: str, value: object) -> None:
    payload = forged(lms, tool, name)["id_token"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))[claim] == value


def test_administrator_can_make_every_launch_wrong_and_right_again(lms: Lms, tool: Tool) -> None:
    lms.forge("iss_other")
    request = tool.auth_request(lms.login_initiation())
    assert (
        verified(lms, lms.authentication_response(request)["id_token"])["iss"] == "https://attacker.example"
    )
    lms.forge(None)
    assert honest_claims(lms, tool)["iss"] == lms.installation.settings.url
