"""Sends statements to a second, external LRS (xAPI 1.0.3 Communication 2.1.1)."""

import base64
import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.delivery.outcome import Outcome, Verdict

TIMEOUT = (3, 15)  # seconds to connect, seconds of silence
LONGEST_ANSWER = 2000
ANSWER_SECONDS = 15.0
# Wrong key, wrong address, moved: a person must act, and then all of it goes out without being asked again.
MISCONFIGURED_WAIT = timedelta(minutes=15)
VERSION = "1.0.3"


class LrsSender:
    """PUTs one statement at a time; an LRS that has it already answers 204 or 409: delivered."""

    def __init__(self, endpoint: str, key: str, secret: str) -> None:
        self.url = f"{endpoint.rstrip('/')}/statements"
        self.session = requests.Session()
        # Basic, UTF-8 (RFC 7617): what `auth=(key, secret)` sends is Latin-1 and refuses other letters.
        credentials = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.session.headers["Authorization"] = f"Basic {credentials}"
        self.session.headers["X-Experience-API-Version"] = VERSION
        self.session.trust_env = False  # no proxy or .netrc of the machine gets our credentials

    def __call__(
        self, payload: dict[str, Any], database_factory: sessionmaker[Session], now: datetime
    ) -> Outcome:
        """What became of the statement."""
        del database_factory
        try:
            with self.session.put(
                self.url,
                params={"statementId": payload["id"]},
                json=payload,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                return _outcome(response, _beginning(response), now)
        except requests.RequestException as error:
            return Outcome(Verdict.RETRY, answer=type(error).__name__, trouble=True)


def _beginning(response: requests.Response) -> str:
    """The first characters of the body, however slowly or endlessly it comes."""
    kept = b""
    until = time.monotonic() + ANSWER_SECONDS
    with contextlib.suppress(requests.RequestException):  # the status has arrived, and it decides
        for chunk in response.iter_content(LONGEST_ANSWER):
            kept += chunk
            if len(kept) >= LONGEST_ANSWER or time.monotonic() > until:
                break
    return kept.decode(errors="replace")[:LONGEST_ANSWER]


def _outcome(response: requests.Response, answer: str, now: datetime) -> Outcome:
    status = response.status_code
    if status in {200, 204, 409}:
        return Outcome(Verdict.DELIVERED, status, answer)
    if status in {400, 413, 422}:
        return Outcome(Verdict.DEAD, status, answer)
    if status in {408, 425, 429} or status >= requests.codes.server_error:
        return Outcome(Verdict.RETRY, status, answer, retry_after(response.headers, now), trouble=True)
    return Outcome(Verdict.RETRY, status, answer, MISCONFIGURED_WAIT, trouble=True)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What Retry-After asks for, as seconds or a date (RFC 9110 §10.2.3); None when it is not readable."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        # More digits than Python reads are as good as very many.
        return timedelta(seconds=min(int(text[:100]), 10**6))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())
