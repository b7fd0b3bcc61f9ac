"""Multipart bodies come apart byte for byte, or are refused with the rule they break (RFC 2046 5.1)."""

import contextlib
import re
import time
from email import message_from_bytes
from email.policy import HTTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_plugin.lrs.multipart import MOST_PARTS, TooLarge, read_boundary, split_parts
from lms_plugin.lrs.validation.checks import Invalid
from tests.lms_plugin.lrs.multipart_bodies import joined

# Bytes among which delimiters, line breaks and headers turn up.
PIECES = st.lists(
    st.sampled_from(
        [b"\r\n", b"\r", b"\n", b"--", b"cut", b"--cut", b" ", b"\x00", b"\xff", b":", b"a", b"\x1a"]
    )
).map(b"".join)


def data_of(body: bytes, boundary: bytes = b"cut") -> list[bytes]:
    return [bytes(one.data) for one in split_parts(body, boundary)]


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/mixed; boundary=cut", b"cut"),
        ("Multipart/Mixed;Boundary=----=_Part_1.2", b"----=_Part_1.2"),
        ('multipart/mixed; charset=utf-8; boundary="abcABC0123\'()+_,-./:=?"', b"abcABC0123'()+_,-./:=?"),
        ('multipart/mixed; boundary="a b"', b"a b"),
        (f"multipart/mixed; boundary={'x' * 70}", b"x" * 70),
    ],
)
def test_boundary_is_read_as_it_is_written(header: str, boundary: bytes) -> None:
    assert read_boundary(header) == boundary
    assert data_of(joined(b"\r\nx", boundary=boundary.decode()), boundary) == [b"x"]


@pytest.mark.parametrize("value", ["", "=", '=""', f"={'x' * 71}", '="a "', "=è", '="a\\"b"'])
def test_boundary_that_cannot_be_one_is_refused(value: str) -> None:
    with pytest.raises(Invalid, match="boundary"):
        read_boundary(f"multipart/mixed; boundary{value}")


@given(st.lists(PIECES, min_size=1, max_size=4))
def test_data_comes_apart_byte_for_byte(contents: list[bytes]) -> None:
    cut = re.compile(rb"\r\n--cut(--)?[ \t]*(\r\n|\Z)")
    contents = [one for one in contents if cut.search(b"\r\n" + one + b"\r\n") is None]
    body = joined(*(b"\r\n" + one for one in [*contents, b"end"]))
    assert data_of(body) == [*contents, b"end"]


@given(PIECES)
def test_whatever_comes_is_split_or_refused(body: bytes) -> None:
    with contextlib.suppress(Invalid):
        split_parts(body, b"cut")


def test_text_parts_are_those_that_the_standard_library_finds() -> None:
    parts = [b"Content-Type: text/plain\r\nX-Folded: a\r\n b\r\n\r\nfirst\r\nsecond", b"\r\nno headers"]
    body = b"preamble\r\n" + joined(*parts) + b"epilogue --cut"
    theirs = message_from_bytes(b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n" + body, policy=HTTP)
    ours = split_parts(body, b"cut")
    assert [bytes(one.data).decode() for one in ours] == [one.get_payload() for one in theirs.iter_parts()]
    assert ours[0].headers == {"content-type": "text/plain", "x-folded": "a b"}


def test_what_looks_like_a_delimiter_but_is_none_belongs_to_the_data() -> None:
    data = b"\n--cut\r\n\r\n--cutter\r\n --cut--\r\n--cu"
    assert data_of(joined(b"\r\n" + data)) == [data]
    assert data_of(b"--cut \t\r\n\r\nx\r\n--cut--  ") == [b"x"]  # transport padding


def test_part_without_data_is_one() -> None:
    assert data_of(b"--cut\r\nA: b\r\n\r\n--cut\r\n\r\n--cut\r\nA: b\r\n\r\n\r\n--cut--") == [b"", b"", b""]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--cut",
        b"--cut--",
        b"--cut\r\n\r\nnot closed",
        b"--cut\r\n\r\nnot closed\r\n--cut",
        b"--cut\n\nno CR\n--cut--",
        b"text --cut\r\n\r\nx\r\n--cut--",
        b"--cut\r\n--cut--",
        b"--cut\r\nno header\r\n\r\nx\r\n--cut--",
        b"--cut\r\nA: b\r\nx\r\n--cut--",
        b"--cut\r\nA: b\r\na: c\r\n\r\nx\r\n--cut--",
        b"--cut\r\nA: b\x00\r\n\r\nx\r\n--cut--",
        b"--cut\r\nA: " + b"b" * 20_000 + b"\r\n\r\nx\r\n--cut--",
    ],
)
def test_broken_body_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        split_parts(body, b"cut")


def test_more_parts_than_anybody_needs_are_refused() -> None:
    with pytest.raises(TooLarge, match=str(MOST_PARTS)):
        split_parts(joined(*[b"\r\n"] * (MOST_PARTS + 1)), b"cut")


def test_header_of_blanks_is_refused_in_no_time() -> None:
    """Two patterns that could share the blanks took a second for the 16 KiB that headers may have."""
    began = time.process_time()
    with pytest.raises(Invalid):
        split_parts(b"--cut\r\nA:" + b" " * 16_000 + b"\x01\r\n\r\nx\r\n--cut--", b"cut")
    assert time.process_time() - began < 0.2
