"""One signed request to a BigBlueButton server: bounded in time and size, never retried, never redirected."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import requests
import urllib3

from webinar_connector.providers.bigbluebutton.answers import parse, successful
from webinar_connector.providers.bigbluebutton.checksum import Algorithm, signed_query
from webinar_connector.providers.errors import (
    AuthError,
    ConfigError,
    ProviderError,
    RateLimitedError,
    TemporaryError,
)

MAXIMUM_BYTES = 2 * 1024 * 1024
LONGEST_PAUSE, DEFAULT_PAUSE = 86_400, 60
CHUNK = 16 * 1024
PLAIN = {"Accept-Encoding": "identity"}  # what is counted is what is parsed: no compressed bombs


def api_base(url: str) -> str:
    """`…/bigbluebutton/api` from any of the forms administrators type (§1.1); ConfigError when unusable."""
    cleaned = url.strip().rstrip("/")
    parts = urlsplit(cleaned)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        raise ConfigError("the address must look like https://host/bigbluebutton/", "bad_address")
    return cleaned if cleaned.endswith("/api") else f"{cleaned}/api"


@dataclass(frozen=True, slots=True)
class Client:
    """The API of one server. `seconds` bounds a whole call, whatever the server does meanwhile."""

    base: str
    secret: str
    algorithm: Algorithm = "sha256"
    seconds: float = 10.0
    maximum_bytes: int = MAXIMUM_BYTES

    def url(self, call: str, parameters: Mapping[str, str]) -> str:
        """The finished, signed address of a call: a credential, never to be logged."""
        return f"{self.base}/{call}?{signed_query(call, parameters, self.secret, self.algorithm)}"

    def call(self, call: str, parameters: Mapping[str, str]) -> Element:
        """The root of a successful answer, or a typed ProviderError."""
        return successful(parse(self._get(self.url(call, parameters))))

    def index(self) -> Element:
        """The unsigned health probe: is there a BigBlueButton at all."""
        return successful(parse(self._get(f"{self.base}/")))

    def _get(self, url: str) -> bytes:
        # requests puts the whole signed address into its exceptions: none of them may travel further.
        deadline = time.monotonic() + self.seconds
        try:
            with requests.get(
                url, headers=PLAIN, timeout=self.seconds, stream=True, allow_redirects=False
            ) as answer:
                _refuse_status(answer)
                return self._body(answer, deadline)
        except (urllib3.exceptions.TimeoutError, requests.Timeout):
            raise TemporaryError("the platform did not answer in time", "timeout") from None
        except (urllib3.exceptions.HTTPError, requests.RequestException) as problem:
            raise TemporaryError(
                f"the platform cannot be reached ({type(problem).__name__})", "unreachable"
            ) from None

    def _body(self, answer: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        # read1 returns what has arrived: iter_content would wait for a full chunk from a dripping server.
        while chunk := answer.raw.read1(CHUNK):
            body += chunk
            if len(body) > self.maximum_bytes:
                raise ConfigError("the answer is too large to be BigBlueButton's", "too_large")
            if time.monotonic() > deadline:
                raise TemporaryError("the platform answers too slowly", "timeout")
        return bytes(body)


def _refuse_status(answer: requests.Response) -> None:
    status = answer.status_code
    if status == requests.codes.too_many_requests:
        raise RateLimitedError(
            "the platform asks for a pause", _retry_at(answer.headers.get("Retry-After", ""))
        )
    if status >= requests.codes.server_error:
        raise TemporaryError(f"the platform answers {status}", f"http_{status}")
    if status in {requests.codes.unauthorized, requests.codes.forbidden}:
        raise AuthError(f"the platform answers {status}", f"http_{status}")
    if status != requests.codes.ok:
        raise _not_an_api(status)


def _not_an_api(status: int) -> ProviderError:
    return ConfigError(f"the address answers {status}: it is not a BigBlueButton API", f"http_{status}")


def _retry_at(header: str) -> datetime:
    # A date, or a pause beyond all reason, is read as the default.
    pause = min(int(header), LONGEST_PAUSE) if header.isascii() and header.isdecimal() else DEFAULT_PAUSE
    return datetime.now(UTC) + timedelta(seconds=pause)
