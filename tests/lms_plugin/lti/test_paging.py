"""Pages of a long answer: Link headers as LMSs write them, and the ways in which pages can go wrong."""

from collections.abc import Mapping

import pytest

from lms_plugin.lti.paging import MOST_PAGES, BadPaging, pages, related
from lms_plugin.lti.service_call import ServiceRefused
from lms_plugin.outbound import Answer

BASE = "https://lms.example/items?type_id=1"
CURLY = "<https://lms.example/items?limit=2&amp;from=2>; rel=“next”".encode().decode("latin-1")


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ('<https://lms.example/items?page=2>; rel="next"', "https://lms.example/items?page=2"),
        ("<https://lms.example/items?page=2>; rel=next", "https://lms.example/items?page=2"),
        ("<https://lms.example/items?page=2>;REL = 'NEXT'", "https://lms.example/items?page=2"),
        (
            '<https://lms.example/a>; rel="first", <https://lms.example/b>; rel="next"',
            "https://lms.example/b",
        ),
        ('<https://lms.example/a>; rel="next last"; title="x"', "https://lms.example/a"),
        (
            '<https://lms.example/Items?cursor=aBcD,eF>; rel="next"',
            "https://lms.example/Items?cursor=aBcD,eF",
        ),
        ('</more?page=2>; rel="next"', "https://lms.example/more?page=2"),
        (CURLY, "https://lms.example/items?limit=2&from=2"),
        ('<https://lms.example/a>; rel="prev"', None),
        ('<https://lms.example/next>; rel="last"', None),
        ('<https://lms.example/a>; rel="nextpage"', None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_next_page_is_found_however_the_lms_writes_it(header: str, address: str | None) -> None:
    assert related(header, "next", BASE) == address


def test_differences_of_a_roster_are_another_relation() -> None:
    header = '<https://lms.example/a>; rel="next", <https://lms.example/since?x=1>; rel="differences"'
    assert related(header, "differences", BASE) == "https://lms.example/since?x=1"


class Book:
    """Pages by address; keeps what was asked."""

    def __init__(self, following: Mapping[str, str]) -> None:
        self.following = following
        self.asked: list[str] = []

    def __call__(self, url: str) -> Answer:
        self.asked.append(url)
        after = self.following.get(url)
        return Answer(200, {"link": f'<{after}>; rel="next"'} if after else {}, url.encode())


def test_pages_are_followed_to_the_end() -> None:
    book = Book({BASE: "https://lms.example:443/2", "https://lms.example:443/2": "https://lms.example/3"})
    assert [page.body.decode() for page in pages(book, BASE)] == [
        BASE,
        "https://lms.example:443/2",
        "https://lms.example/3",
    ]


def test_pages_that_lead_back_end() -> None:
    book = Book({BASE: "https://lms.example/2", "https://lms.example/2": BASE})
    assert len(list(pages(book, BASE))) == 2


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/2",
        "http://lms.example/2",
        "https://lms.example:8443/2",
        "https://lms.example:x/",
    ],
)
def test_the_token_never_follows_to_another_host(elsewhere: str) -> None:
    book = Book({BASE: elsewhere})
    with pytest.raises(BadPaging):
        list(pages(book, BASE))
    assert book.asked == [BASE]


def test_pages_without_end_are_not_taken_for_the_whole() -> None:
    asked: list[str] = []

    def endless(url: str) -> Answer:
        asked.append(url)
        return Answer(200, {"link": f'<https://lms.example/{len(asked)}>; rel="next"'}, b"[]")

    with pytest.raises(BadPaging):
        list(pages(endless, BASE))
    assert len(asked) == MOST_PAGES


def test_a_page_that_fails_is_told() -> None:
    with pytest.raises(ServiceRefused) as refused:
        list(pages(lambda _: Answer(403, {}, b"no scope"), BASE))
    assert (refused.value.status, refused.value.told) == (403, "no scope")
