"""HTTP to addresses that others choose: guarded against SSRF, never redirected, bounded in time and size."""

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

USER_AGENT = "CO-AliZIONE-Formazione/0.1 (LTI tool)"  # some Moodle hosts answer 403 to requests without one
TIMEOUT_SECONDS = (3.05, 10.0)  # to connect, and between two pieces of the answer
LONGEST_BODY_SECONDS = 20.0
LARGEST_ANSWER = 256 * 1024
PIECE = 16 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


class OutboundRefused(Exception):
    """The address is one we do not call; nothing was sent."""


class OutboundFailed(Exception):
    """No whole answer came back: unreachable, too slow, too large, or a broken TLS certificate."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the remote said; `headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, IPv4 first; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet, seen through every way IPv6 wraps an IPv4 one."""
    address = _unwrapped(ipaddress.ip_address(text.split("%", 1)[0]))
    if address is None:
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    # fec0::/10, given up long ago and still used in old networks; Python takes it for global.
    special = special or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
    return address.is_global and not special


def _unwrapped(address: Address) -> Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    tunnelled = address.sixtofour is not None or address.teredo is not None
    return None if tunnelled else address


class _PinnedAdapter(HTTPAdapter):
    """Connects to the vetted address, whatever the name resolves to by now; Host and TLS keep the name."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(max_retries=0)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """The pool's key with our address in place of the host."""
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        name = {"server_hostname": host["host"], "assert_hostname": host["host"]}
        return {**host, "host": self.address}, {**tls, **(name if host["scheme"] == "https" else {})}


@dataclass(frozen=True)
class Outbound:
    """A client; `trusted_hosts` (host or host:port) may be private and without TLS."""

    trusted_hosts: frozenset[str] = frozenset()
    allow_http: bool = False
    # A certificate authority of one's own (PEM), for an LMS on the intranet.
    authority: Path | None = None
    resolve: Resolve = resolve
    timeout: tuple[float, float] = TIMEOUT_SECONDS
    longest_body_seconds: float = LONGEST_BODY_SECONDS

    def get(self, url: str, headers: Mapping[str, str] | None = None, limit: int = LARGEST_ANSWER) -> Answer:
        """Fetches; raises OutboundRefused or OutboundFailed. A redirect is returned, not followed."""
        return self._send(requests.Request("GET", url, headers=dict(headers or {})), limit)

    def post(
        self,
        url: str,
        data: Mapping[str, str] | bytes | None = None,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        limit: int = LARGEST_ANSWER,
    ) -> Answer:
        """Posts a form (`data` a mapping), bytes, or JSON; raises OutboundRefused or OutboundFailed."""
        request = requests.Request("POST", url, headers=dict(headers or {}), data=data, json=json)
        return self._send(request, limit)

    def put(
        self, url: str, data: bytes, headers: Mapping[str, str] | None = None, limit: int = LARGEST_ANSWER
    ) -> Answer:
        """Puts bytes; raises OutboundRefused or OutboundFailed."""
        return self._send(requests.Request("PUT", url, headers=dict(headers or {}), data=data), limit)

    def delete(
        self, url: str, headers: Mapping[str, str] | None = None, limit: int = LARGEST_ANSWER
    ) -> Answer:
        """Deletes; raises OutboundRefused or OutboundFailed."""
        return self._send(requests.Request("DELETE", url, headers=dict(headers or {})), limit)

    def vet(self, url: str) -> str:
        """The IP address to connect to; raises OutboundRefused, or OutboundFailed for a name without one."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise OutboundRefused("not an address") from error
        trusted = host in self.trusted_hosts or f"{host}:{port}" in self.trusted_hosts
        if not host or parts.username is not None or parts.password is not None:
            raise OutboundRefused("needs a host and no user name")
        if parts.scheme != "https" and not (parts.scheme == "http" and (trusted or self.allow_http)):
            raise OutboundRefused(f"{host}: only https is called")
        return self._vetted_address(host, port, trusted=trusted)

    def _vetted_address(self, host: str, port: int, *, trusted: bool) -> str:
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise OutboundFailed(f"{host}: the name does not resolve") from error
        # One private address among public ones is as bad: which of them is used would be left to chance.
        if not addresses or not (trusted or all(is_public(address) for address in addresses)):
            raise OutboundRefused(f"{host}: not a public address (see COALIZIONE_TRUSTED_HOSTS)")
        return addresses[0]

    def _send(self, request: requests.Request, limit: int) -> Answer:
        request.headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(request.headers or {})}
        with requests.Session() as session:
            # Without the environment: no proxy that would resolve the name again, no .netrc password.
            session.trust_env = False
            try:
                prepared = session.prepare_request(request)
            except (requests.RequestException, ValueError) as error:
                raise OutboundRefused("not an address") from error
            adapter = _PinnedAdapter(self.vet(prepared.url or ""))
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            return self._exchange(session, prepared, limit)

    def _exchange(self, session: requests.Session, prepared: requests.PreparedRequest, limit: int) -> Answer:
        parts = urlsplit(prepared.url or "")
        prepared.headers["Host"] = parts.netloc
        verify = str(self.authority) if self.authority else True
        try:
            with session.send(
                prepared, timeout=self.timeout, verify=verify, allow_redirects=False, stream=True
            ) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(
                    response.status_code, headers, _body(response, limit, self.longest_body_seconds)
                )
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise OutboundFailed(f"{parts.hostname}: {type(error).__name__}") from error


def _body(response: requests.Response, limit: int, seconds: float) -> bytes:
    ends = time.monotonic() + seconds
    body = b""
    while piece := response.raw.read1(PIECE, decode_content=True):
        body += piece
        if len(body) > limit:
            raise OutboundFailed(f"the answer is longer than {limit} bytes")
        if time.monotonic() > ends:
            raise OutboundFailed("the answer took too long")
    return body
