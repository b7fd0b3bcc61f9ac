"""The way back leads to the LMS and nowhere else."""

import pytest

from lms_plugin.lti import claims as names
from lms_plugin.lti.returning import own_return_url, return_url, with_parameters

ORIGINS = ("https://lms.example", "https://scuola.example:8443", "http://intranet.example")


@pytest.mark.parametrize(
    "url",
    [
        "https://lms.example/course/1?x=2#here",
        "https://LMS.example/",
        "https://scuola.example:8443/a",
        "http://intranet.example/course",
    ],
)
def test_the_platforms_own_addresses_are_kept(url: str) -> None:
    assert own_return_url(url, ORIGINS, {"intranet.example"}) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "https://evil.example/", "https://lms.example.evil.example/", "https://lms.example@evil.example/",
        "https://evil.example@lms.example/", "https://lms.example:444/", "https://scuola.example/",
        "http://lms.example/",
        "//lms.example/", "javascript:alert(1)", "data:text/html,x", "https:lms.example",
        "https:///lms.example", "https://lms.example\\@evil.example/", "https://[lms.example/", "about:blank",
    ],
)  # fmt: skip
def test_everything_else_is_left_out(url: str) -> None:
    assert own_return_url(url, ORIGINS, {"intranet.example"}) == ""


def test_plain_http_is_for_trusted_hosts_only() -> None:
    assert own_return_url("http://intranet.example/course", ORIGINS, set()) == ""


@pytest.mark.parametrize(
    "presentation",
    [
        None, [], "x", {}, {"return_url": None}, {"return_url": 7}, {"return_url": ["https://lms.example"]},
        {"return_url": "https://lms.example/\nX"}, {"return_url": "https://lms.example/ x"},
        {"return_url": "https://è.example"}, {"return_url": "https://lms.example/" + "x" * 2000},
    ],
)  # fmt: skip
def test_an_odd_presentation_is_no_reason_to_refuse(presentation: object) -> None:
    assert return_url({names.LAUNCH_PRESENTATION: presentation}) == ""


def test_messages_join_the_query_that_is_there() -> None:
    address = with_parameters(
        "https://lms.example/back?id=1#end", lti_errormsg="Perché no?", lti_errorlog="c r"
    )
    assert address == "https://lms.example/back?id=1&lti_errormsg=Perch%C3%A9+no%3F&lti_errorlog=c+r#end"
    assert with_parameters("", lti_msg="x") == ""
