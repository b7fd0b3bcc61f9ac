"""Signatures against the vectors of video.md §1.1 and §1.7."""

import base64
import hmac
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from webinar_connector.providers.bigbluebutton.checksum import (
    analytics_bearer,
    analytics_bearer_valid,
    checksum,
    matches,
    signed_query,
    webhook_checksum,
    webhook_matches,
)

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
QUERY = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
VECTORS = {
    "sha1": "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17",
    "sha256": "da9185f7f333cfdfcd6eeac32dca3777510c4c436020d8b887ba5515bd1d189e",
    "sha384": "891ac633df39d0a1b4f8d597f3e190833216c4b29c4fb51ea3ca72757eeb958d"
    "6e7b49a845cf29f5c6019c7d29d029d1",
    "sha512": "de73ad61d11a5c801b68d4bd6ec5248546085cefb0b25c85f3c46249ea93a3a4"
    "b120f92c0a8a58d7512cb77821884951a3b01245f3435dbbef49fff3cc3988b4",
}
HOOK_URL = "https://app.example.it/hook"
HOOK_BODY = (
    b"domain=bbb.example.it&event=%5B%7B%22data%22%3A%7B%22type%22%3A%22event%22%2C%22id%22%3A%22meeting-ended"
    b"%22%2C%22attributes%22%3A%7B%22meeting%22%3A%7B%22internal-meeting-id%22%3A%22i-1%22%2C"
    b"%22external-meeting-id%22%3A%22web-01%22%7D%7D%2C%22event%22%3A%7B%22ts%22%3A1%7D%7D%7D%5D&timestamp=0"
)
HOOK_SHA1 = "2cd9c05c1d6a9b4430e91e1884d656a9ff15e423"
KEY = SECRET.encode().ljust(64, b"\0")
SOON = datetime.now(UTC) + timedelta(hours=24)


@pytest.mark.parametrize("algorithm", VECTORS)
def test_checksum_of_create_is_that_of_the_reference(algorithm) -> None:
    assert checksum("create", QUERY, SECRET, algorithm) == VECTORS[algorithm]


@pytest.mark.parametrize("algorithm", VECTORS)
def test_algorithm_is_told_by_the_length_of_the_digest(algorithm) -> None:
    assert matches(VECTORS[algorithm], "create", f"{QUERY}&checksum={VECTORS[algorithm]}", SECRET)


def test_checksum_of_an_empty_query_is_that_of_the_reference() -> None:
    assert checksum("getMeetings", "", SECRET, "sha1") == "2027baa7771026e9e93392f55031535d1444c41f"


def test_order_of_the_parameters_matters() -> None:
    ordered = "&".join(sorted(QUERY.split("&")))
    assert checksum("create", ordered, SECRET, "sha1").startswith("0b89c2eb")


def test_signed_query_is_the_signed_text_itself() -> None:
    parameters = {"name": "Perché è così", "meetingID": "a b~*'"}
    query = signed_query("create", parameters, SECRET)
    text, _, given = query.rpartition("&checksum=")
    assert given == checksum("create", text, SECRET)
    assert (
        signed_query("getMeetings", {}, SECRET, "sha1")
        == f"checksum={checksum('getMeetings', '', SECRET, 'sha1')}"
    )


@pytest.mark.parametrize("given", ["", "00", "g" * 40, "é" * 40, VECTORS["sha1"][:-1] + "8"])
def test_wrong_checksum_does_not_match(given: str) -> None:
    assert not matches(given, "create", QUERY, SECRET)


def test_webhook_checksum_over_the_raw_body_is_that_of_the_reference() -> None:
    assert webhook_checksum(HOOK_URL, HOOK_BODY, SECRET) == HOOK_SHA1
    assert webhook_matches(HOOK_SHA1, HOOK_URL, HOOK_BODY, SECRET)


def test_webhook_with_a_re_encoded_body_does_not_match() -> None:
    assert not webhook_matches(HOOK_SHA1, HOOK_URL, HOOK_BODY.replace(b"%22", b'"'), SECRET)


def test_bearer_of_the_server_is_valid() -> None:
    assert analytics_bearer_valid(analytics_bearer(SECRET, SOON), SECRET)


def test_bearer_signed_with_the_bare_secret_is_the_same_token() -> None:
    head, _, signature = analytics_bearer(SECRET, SOON).rpartition(".")
    bare = hmac.digest(SECRET.encode(), head.encode(), "sha512")
    assert base64.urlsafe_b64decode(signature + "==") == bare


def bearers() -> dict[str, str]:
    return {
        "alg none": jwt.encode({"exp": SOON}, None, algorithm="none"),
        "HS256": jwt.encode({"exp": SOON}, KEY, algorithm="HS256"),
        "other secret": jwt.encode({"exp": SOON}, SECRET[::-1] * 2, algorithm="HS512"),
        "expired": jwt.encode({"exp": datetime.now(UTC) - timedelta(hours=1)}, KEY, algorithm="HS512"),
        "without expiry": jwt.encode({"a": 1}, KEY, algorithm="HS512"),
        "not a token": "x.y.z",
    }


@pytest.mark.parametrize("name", bearers())
def test_forged_bearer_is_refused(name: str) -> None:
    assert not analytics_bearer_valid(bearers()[name], SECRET)
