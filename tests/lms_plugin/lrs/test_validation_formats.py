"""Durations, instants, language tags and JSON itself (xAPI 1.0.3 Data 2.2, 4)."""

from typing import Any

import pytest

from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.lrs.validation.statements import statement_1
from tests.lms_plugin.lrs.conftest import made
from tests.lms_plugin.lrs.valid_statements import in_context, in_result


@pytest.mark.parametrize(
    "duration",
    ["PT1H", "PT12M30.5S", "P1Y2M3DT4H5M6S", "P2W", "P0.5D", "PT0S", "PT00S", "P1,5Y", "PT36H", "P1M"],
)
def test_duration_is_accepted(duration: str) -> None:
    statement_1(in_result(duration=duration))


@pytest.mark.parametrize(
    "duration",
    [
        "",
        "P",
        "PT",
        "P1",
        "1H",
        "PT1H.5M",
        "PT1.5H3M",
        "-PT1H",
        "PT-1H",
        "P1W2D",
        "P1DT",
        "P1Y2W",
        "pt1h",
        "PT1S ",
        "P0001-02-03T04:05:06",
        "PA1H0M0S",
        "PT1M2H",
        "PT１S",
        12,
    ],
)
def test_other_durations_are_refused(duration: Any) -> None:
    with pytest.raises(Invalid) as caught:
        statement_1(in_result(duration=duration))
    assert caught.value.path == "$.result.duration"


@pytest.mark.parametrize(
    "instant",
    [
        "2026-11-23T09:00:00Z",
        "2026-11-23T09:00:00.123456789Z",
        "2026-11-23T09:00+01:00",
        "2026-11-23T09:00:00-0500",
        "20261123T090000Z",
        "2026-11-23T09:00:00",
        "2999-01-01T00:00:00Z",
        "2024-02-29T00:00:00+00:00",
    ],
)
def test_timestamp_is_accepted(instant: str) -> None:
    statement_1(made(timestamp=instant))


@pytest.mark.parametrize(
    "instant",
    [
        "",
        "yesterday",
        "2026-11-23",
        "2026-13-01T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-11-23 09:00:00Z",
        "2026-11-23T09:00:00-00:00",
        "2026-11-23T09:00:00-0000",
        "2026-11-23T09:00:00-00",
        "2026-11-23T25:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "2026-11-23T09:00:00+25:00",
        1700000000,
    ],
)
def test_other_timestamps_are_refused(instant: Any) -> None:
    with pytest.raises(Invalid) as caught:
        statement_1(made(timestamp=instant))
    assert caught.value.path == "$.timestamp"


@pytest.mark.parametrize(
    "tag",
    ["it", "en-US", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-1901", "x-private", "i-klingon", "und", "es-419"],
)
def test_language_tag_is_accepted(tag: str) -> None:
    statement_1(in_context(language=tag))


@pytest.mark.parametrize(
    "tag", ["", "a", "en-", "en_US", "en--US", "italiano-lunghissimo", "it-IT-", "1a", 5]
)
def test_other_language_tags_are_refused(tag: Any) -> None:
    with pytest.raises(Invalid):
        statement_1(in_context(language=tag))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"x":{"a":1,"\\u0061":2}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b"\xff",
        b'"\\ud800"',
        b"[" * 100000,
        b"1" * 5000,
        b'{"a":1}x',
        b"\xef\xbb\xbf{}",
        b"\x00",
    ],
)
def test_what_is_not_strict_json_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        read_json(raw)


def test_strict_json_keeps_every_character() -> None:
    assert read_json('{"è":"\\ud83d\\ude00 \\u0000"}') == {"è": "😀 \x00"}
