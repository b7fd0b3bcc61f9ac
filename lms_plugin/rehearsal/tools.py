"""The tools installed in the practice LMS, and fetching the public keys they sign with."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests

from lms_plugin.rehearsal.settings import LmsSettings
from lms_plugin.rehearsal.vocabulary import SERVICE_SCOPES

FetchJson = Callable[[str], object]
_REFETCH_AFTER_SECONDS = 5.0
_KEPT_SECONDS = 300.0


class ToolKeyUnavailable(Exception):
    """The tool's key set could not be read, or has no such key."""


@dataclass
class Tool:
    """One registration of one tool (LTI 1.3 §3.1.3), with the deployments made of it."""

    client_id: str
    name: str
    login_url: str
    redirect_uris: list[str]
    jwks_url: str
    target_link_uri: str
    deployment_ids: list[str]
    scopes: list[str] = field(default_factory=lambda: list(SERVICE_SCOPES))
    custom: dict[str, str] = field(default_factory=dict)
    active: bool = True

    @property
    def origin(self) -> str:
        parts = urlsplit(self.target_link_uri)
        return f"{parts.scheme}://{parts.netloc}"


def first_tool(settings: LmsSettings) -> Tool:
    return Tool(
        client_id=settings.client_id,
        name="CO-AliZIONE Formazione",
        login_url=f"{settings.tool_url}/lti/login",
        redirect_uris=[f"{settings.tool_url}/lti/launch"],
        jwks_url=f"{settings.tool_url}/lti/jwks.json",
        target_link_uri=f"{settings.tool_url}/programmes/co-alizione",
        deployment_ids=list(settings.deployment_ids),
    )


def fetch_json(address: str) -> object:
    """The JSON at `address`, read within ten seconds and 256 KiB; raises ToolKeyUnavailable."""
    try:
        with requests.get(address, timeout=(3.05, 5), allow_redirects=False, stream=True) as answer:
            answer.raise_for_status()
            body = answer.raw.read(256 * 1024 + 1, decode_content=True)
            if len(body) > 256 * 1024:
                raise ToolKeyUnavailable(f"{address} answers more than 256 KiB")
            return json.loads(body)
    except (requests.RequestException, ValueError, OSError) as error:
        raise ToolKeyUnavailable(f"{address} could not be read: {type(error).__name__}") from error


class ToolKeys:
    """The tools' key sets, kept five minutes and read again when a kid is new."""

    def __init__(self, fetch: FetchJson = fetch_json) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._sets: dict[str, tuple[float, list[Mapping[str, Any]]]] = {}

    def find(self, jwks_url: str, kid: str) -> jwt.PyJWK:
        """The RSA key called `kid`; raises ToolKeyUnavailable when there is not exactly one."""
        found = self._matching(jwks_url, kid, _KEPT_SECONDS) or self._matching(
            jwks_url, kid, _REFETCH_AFTER_SECONDS
        )
        if len(found) != 1:
            raise ToolKeyUnavailable(f"{jwks_url} has {len(found)} keys called {kid!r}")
        if found[0].get("kty") != "RSA":
            raise ToolKeyUnavailable(f"the key {kid!r} is not an RSA key")
        try:
            return jwt.PyJWK(dict(found[0]), algorithm="RS256")
        except jwt.PyJWTError as error:
            raise ToolKeyUnavailable(f"the key {kid!r} is malformed") from error

    def _matching(self, jwks_url: str, kid: str, newer_than_seconds: float) -> list[Mapping[str, Any]]:
        return [key for key in self._key_set(jwks_url, newer_than_seconds) if key.get("kid") == kid]

    def _key_set(self, jwks_url: str, newer_than_seconds: float) -> list[Mapping[str, Any]]:
        with self._lock:
            read_at, keys = self._sets.get(jwks_url, (float("-inf"), []))
        if time.monotonic() - read_at < newer_than_seconds:
            return keys
        document = self._fetch(jwks_url)
        keys = document.get("keys", []) if isinstance(document, dict) else []
        keys = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
        with self._lock:
            self._sets[jwks_url] = (time.monotonic(), keys)
        return keys
