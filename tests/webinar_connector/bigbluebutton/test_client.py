"""The client against real small servers that misbehave."""

import gzip
import time
from http.server import BaseHTTPRequestHandler

import pytest

from tests.webinar_connector.conftest import SECRET, small_server
from webinar_connector.providers.bigbluebutton.client import Client, api_base
from webinar_connector.providers.errors import (
    AuthError,
    ConfigError,
    ProviderError,
    RateLimitedError,
    TemporaryError,
)

XML = b"<response><returncode>SUCCESS</returncode></response>"


def answering(status: int = 200, body: bytes = XML, **headers: str):
    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return handle


def call(url: str, seconds: float = 3, maximum_bytes: int = 100_000):
    client = Client(f"{url}/api", SECRET, seconds=seconds, maximum_bytes=maximum_bytes)
    return client.call("getMeetings", {})


@pytest.mark.parametrize(
    "typed",
    ["https://b.it/bigbluebutton/", "https://b.it/bigbluebutton", " https://b.it/bigbluebutton/api/ "],
)
def test_address_is_accepted_in_every_form_administrators_type(typed: str) -> None:
    assert api_base(typed) == "https://b.it/bigbluebutton/api"


@pytest.mark.parametrize(
    "typed", ["", "b.it", "ftp://b.it/", "file:///etc/passwd", "https://", "https://u:p@b.it/x"]
)
def test_address_that_is_not_http_is_refused(typed: str) -> None:
    with pytest.raises(ConfigError):
        api_base(typed)


def test_good_answer_is_read() -> None:
    with small_server(answering()) as url:
        assert call(url).findtext("returncode") == "SUCCESS"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, TemporaryError), (503, TemporaryError), (401, AuthError), (404, ConfigError), (204, ConfigError)],
)
def test_http_status_becomes_a_typed_error(status: int, kind: type[Exception]) -> None:
    with small_server(answering(status, b"")) as url, pytest.raises(kind):
        call(url)


def test_redirect_is_not_followed() -> None:
    with small_server(answering(302, b"", Location="http://127.0.0.1:1/")) as url, pytest.raises(ConfigError):
        call(url)


def test_pause_asked_for_by_the_platform_is_kept() -> None:
    with (
        small_server(answering(429, b"", Retry_After="120")) as url,
        pytest.raises(RateLimitedError) as caught,
    ):
        call(url)
    assert 100 < caught.value.until.timestamp() - time.time() < 121


def test_oversized_answer_is_refused() -> None:
    with small_server(answering(body=b"x" * 200_000)) as url, pytest.raises(ConfigError, match="too large"):
        call(url)


def test_compressed_bomb_is_never_expanded() -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    with small_server(answering(body=packed, Content_Encoding="gzip")) as url, pytest.raises(ConfigError):
        call(url)


def test_server_that_never_answers_is_given_up() -> None:
    with small_server(lambda _: time.sleep(1.5)) as url:
        started = time.monotonic()
        with pytest.raises(TemporaryError):
            call(url, seconds=0.3)
        assert time.monotonic() - started < 1.2


def test_server_that_drips_its_answer_is_given_up() -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        for _ in range(30):
            try:
                request.wfile.write(b" ")
                time.sleep(0.1)
            except OSError:
                return

    with small_server(drip) as url:
        started = time.monotonic()
        with pytest.raises(TemporaryError, match="slowly"):
            call(url, seconds=0.5)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("status", [200, 404, 500])
def test_errors_never_tell_the_signed_address(status: int) -> None:
    with small_server(answering(status, b"<html/>")) as url, pytest.raises(ProviderError) as caught:
        call(url)
    assert "checksum" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_closed_port_is_temporary_and_its_message_has_no_address() -> None:
    with small_server(answering()) as url:
        gone = url
    with pytest.raises(TemporaryError) as caught:
        call(gone)
    assert "checksum" not in str(caught.value)
