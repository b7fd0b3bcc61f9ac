"""Answers of a server that may be broken or hostile."""

from datetime import UTC, datetime

import pytest

from webinar_connector.providers.bigbluebutton.answers import milliseconds, moment, parse, successful
from webinar_connector.providers.errors import (
    AuthError,
    ConfigError,
    ConflictError,
    NotFoundError,
    TemporaryError,
    UnsupportedError,
)

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><response><returncode>SUCCESS</returncode><x>&c;</x></response>"""
FILE = b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><response><returncode>&x;</returncode></response>"""
HOSTILE = {
    "entity bomb": BOMB,
    "external entity": FILE,
    "plain DOCTYPE": b"<!DOCTYPE response><response><returncode>SUCCESS</returncode></response>",
    "undefined entity": b"<response><returncode>&nbsp;</returncode></response>",
    "nested a thousand times": b"<response><returncode>SUCCESS</returncode>" + b"<a>" * 1000,
    "cut short": b"<response><returncode>SUCC",
    "empty": b"",
    "a web page": b"<html><body>Welcome</body></html>",
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><response/>',
    "two roots": b"<response><returncode>SUCCESS</returncode></response><more/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_answer_that_is_not_bigbluebutton_xml_is_refused(name: str) -> None:
    with pytest.raises(ConfigError):
        parse(HOSTILE[name])


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("checksumError", AuthError),
        ("CHECKSUMERROR", AuthError),
        ("notFound", NotFoundError),
        ("invalidMeetingIdentifier", NotFoundError),
        ("idNotUnique", ConflictError),
        ("mismatchCreateTimeParam", ConflictError),
        ("internalError", TemporaryError),
        ("unsupportedRequest", UnsupportedError),
        ("somethingNew", ConflictError),
    ],
)
def test_message_key_becomes_a_typed_error(key: str, kind: type[Exception]) -> None:
    body = f"<response><returncode>FAILED</returncode><messageKey>{key}</messageKey></response>"
    with pytest.raises(kind) as caught:
        successful(parse(body.encode()))
    assert type(caught.value) is kind


def test_milliseconds_survive_both_ways_exactly() -> None:
    at = moment("1795424400123")
    assert at.microsecond == 123_000
    assert milliseconds(at) == 1795424400123
    assert moment("0") == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("told", ["", "soon", "9" * 30, "1e3"])
def test_impossible_time_is_refused(told: str) -> None:
    with pytest.raises(ConfigError):
        moment(told)
