"""What counts as an origin, as it ends up in a Content-Security-Policy."""

import pytest

from lms_plugin.lti.origins import OriginInvalid, origin_of, read_origins

TRUSTED = frozenset({"lms.intranet", "127.0.0.1:8080"})


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", ""),
        ("https://scuola.instructure.com", "https://scuola.instructure.com"),
        ("https://Scuola.Example/", "https://scuola.example"),
        (" https://a.it,https://b.it\n\nhttps://a.it ", "https://a.it https://b.it"),
        ("https://a.it:8443", "https://a.it:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://lms.intranet", "http://lms.intranet"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_origins_are_read(text: str, origins: str) -> None:
    assert read_origins(text, TRUSTED) == origins


@pytest.mark.parametrize(
    "text",
    [
        "scuola.instructure.com", "http://scuola.instructure.com", "https://a.it/path", "https://a.it?x=1",
        "https://a.it#x", "https://user@a.it", "https://*.it", "*", "'self'", "https:", "data:", "https://a.it:99999",
        "https://a.it:0", "https://a.it;script-src", "https://è.it", "http://127.0.0.1:9090", "https://[::1",
        "javascript:alert(1)", " ".join(f"https://{number}.it" for number in range(11)),
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(OriginInvalid):
        read_origins(text, TRUSTED)


@pytest.mark.parametrize("url", ["urn:moodle", "https://", "https://a;b/", "https://[bad", "", "ftp://a.it"])
def test_an_address_without_origin_gives_none(url: str) -> None:
    assert origin_of(url) == ""
