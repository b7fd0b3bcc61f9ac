"""A browser without a screen: it keeps cookies for each host and port, and shows what the server answered.

It speaks HTTP to servers on this machine and says, as a proxy that ends TLS would, that its side is https: so
both tools set the cookies that they set in earnest.
"""

from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import requests

TIMEOUT_SECONDS = 20
MOST_STEPS = 10
HTTPS = {"X-Forwarded-Proto": "https"}
Form = Mapping[str, str | Sequence[str]] | Sequence[tuple[str, str]]
Query = Mapping[str, str] | Sequence[tuple[str, str]]


class Browser:
    """One person's browser."""

    def __init__(self) -> None:
        self._cookies: dict[str, dict[str, str]] = {}
        self._http = requests.Session()
        self._http.trust_env = False
        self.last_page = ""

    def get(self, url: str, query: Query | None = None) -> requests.Response:
        """One GET; redirects are not followed."""
        return self._send("GET", url, query=query)

    def post(self, url: str, form: Form) -> requests.Response:
        """One POST of a form; redirects are not followed."""
        return self._send("POST", url, form=form)

    def follow(self, response: requests.Response) -> requests.Response:
        """Where the redirects of an answer end."""
        for _ in range(MOST_STEPS):
            if not response.is_redirect:
                return response
            response = self.get(urljoin(response.url, response.headers["Location"]))
        raise requests.TooManyRedirects(response.url)

    def _send(
        self, method: str, url: str, query: Query | None = None, form: Form | None = None
    ) -> requests.Response:
        kept = self._cookies.setdefault(urlsplit(url).netloc, {})
        self._http.cookies.clear()
        headers = HTTPS | (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())} if kept else {}
        )
        response = self._http.request(
            method, url, params=query, data=form, headers=headers,
            timeout=TIMEOUT_SECONDS, allow_redirects=False,
        )  # fmt: skip
        for line in response.raw.headers.getlist("Set-Cookie"):
            _keep(kept, line)
        return response


def _keep(kept: dict[str, str], line: str) -> None:
    for name, morsel in SimpleCookie(line.replace("Partitioned", "")).items():
        if morsel["max-age"] == "0" or not morsel.value:
            kept.pop(name, None)
        else:
            kept[name] = morsel.value
