"""Reads and checks an LMS's OpenID configuration and key set (LTI Dynamic Registration 1.0 §2.1, §3.5)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms_plugin.lti import dynamic_registration_errors as errors
from lms_plugin.lti.dynamic_registration_hosts import is_trusted, may_speak_for, same_family, split
from lms_plugin.lti.jwks import KeySetMalformed, read_key_set
from lms_plugin.lti.reading import LONGEST_URL, clean
from lms_plugin.lti.registering import LONGEST_ISSUER
from lms_plugin.outbound import Answer, Outbound, OutboundFailed, OutboundRefused

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
LARGEST_CONFIGURATION = 64 * 1024
LARGEST_KEY_SET = 256 * 1024
LONGEST_TOKEN = 8192
MOST_ENTRIES = 200
OK, REDIRECTS, DENIED = 200, range(300, 400), frozenset({401, 403})
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlatformConfiguration:
    """What an LMS says of itself, checked; lists hold what it offers, empty when it does not say."""

    url: str
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    registration_endpoint: str
    token_audience: str | None
    product_family: str
    version: str
    scopes: tuple[str, ...]
    messages: tuple[str, ...]
    placements: tuple[str, ...]


def fetch_configuration(outbound: Outbound, url: str, token: str) -> PlatformConfiguration:
    """The configuration at the address an LMS gave us; raises RegistrationRefusal.

    Without a token no Authorization header is sent: Brightspace gives none and refuses an empty one.
    """
    if split(url) is None or len(url) > LONGEST_URL:
        raise errors.ConfigurationInvalid("openid_configuration")
    headers = {"Accept": "application/json", **bearer(token)}
    answer = call(lambda: outbound.get(url, headers, LARGEST_CONFIGURATION), url)
    if answer.status in DENIED:
        raise errors.ConfigurationDenied(host_of(url))
    if answer.status != OK:
        raise errors.LmsUnreachable(f"{host_of(url)}: status {answer.status}")
    configuration = read_configuration(url, json_object(answer, errors.ConfigurationInvalid))
    check_configuration(configuration, outbound.trusted_hosts)
    return configuration


def bearer(token: str) -> dict[str, str]:
    """The Authorization header of a registration token, none without one; raises ConfigurationInvalid."""
    if not token:
        return {}
    if len(token) > LONGEST_TOKEN or not (token.isascii() and token.isprintable()) or " " in token:
        raise errors.ConfigurationInvalid("registration_token")
    return {"Authorization": f"Bearer {token}"}


def read_configuration(url: str, document: Document) -> PlatformConfiguration:
    """The members we use, each with its type; raises ConfigurationInvalid, AlgorithmNotOffered."""
    # Moodle 3.10 wrote this name with a space at its end.
    names = {name.strip(): value for name, value in document.items()}
    about = names.get(PLATFORM_CONFIGURATION)
    about = about if isinstance(about, dict) else {}
    algorithms = _strings(names, "id_token_signing_alg_values_supported")
    if "RS256" not in algorithms:
        raise errors.AlgorithmNotOffered(", ".join(algorithms)[:100])
    offered = _messages(about.get("messages_supported"))
    return PlatformConfiguration(
        url=url,
        issuer=_address(names, "issuer", LONGEST_ISSUER),
        authorization_endpoint=_address(names, "authorization_endpoint"),
        token_endpoint=_address(names, "token_endpoint"),
        jwks_uri=_address(names, "jwks_uri"),
        registration_endpoint=_address(names, "registration_endpoint"),
        token_audience=_text(names, "authorization_server", LONGEST_URL) or None,
        product_family=_text(about, "product_family_code", 50),
        version=_text(about, "version", 100),
        scopes=_strings(names, "scopes_supported"),
        messages=tuple(offered),
        placements=tuple(dict.fromkeys(place for places in offered.values() for place in places)),
    )


def check_configuration(configuration: PlatformConfiguration, trusted_hosts: frozenset[str]) -> None:
    """Raises unless host, issuer and registration end point belong together, all by https or trusted."""
    if not may_speak_for(configuration.issuer, configuration.url, trusted_hosts):
        raise errors.IssuerForeign(f"{configuration.issuer} ≠ {host_of(configuration.url)}")
    endpoint = configuration.registration_endpoint
    if not same_family(configuration.url, configuration.issuer, endpoint, trusted_hosts):
        raise errors.EndpointForeign(f"{host_of(endpoint)} ≠ {host_of(configuration.url)}")
    login = split(configuration.authorization_endpoint)
    if login is None or not (login.scheme == "https" or is_trusted(login, trusted_hosts)):
        raise errors.AddressRefused(host_of(configuration.authorization_endpoint))


def count_keys(outbound: Outbound, jwks_url: str) -> int:
    """How many keys of the set can verify a launch; raises RegistrationRefusal, KeysUnusable for none."""
    headers = {"Accept": "application/json"}
    answer = call(lambda: outbound.get(jwks_url, headers, LARGEST_KEY_SET), jwks_url)
    if answer.status != OK:
        raise errors.LmsUnreachable(f"{host_of(jwks_url)}: status {answer.status}")
    try:
        keys = read_key_set(answer.body.decode())
    except (KeySetMalformed, UnicodeDecodeError) as error:
        raise errors.KeysUnusable(host_of(jwks_url)) from error
    if not keys:
        raise errors.KeysUnusable(host_of(jwks_url))
    return len(keys)


def require_callable(outbound: Outbound, url: str) -> None:
    """Raises AddressRefused or LmsUnreachable for an address that our guard would not call later."""
    try:
        outbound.vet(url)
    except OutboundRefused as refused:
        raise errors.AddressRefused(host_of(url)) from refused
    except OutboundFailed as failed:
        raise errors.LmsUnreachable(host_of(url)) from failed


def call(send: Any, url: str) -> Answer:
    """The answer of a guarded call; raises AddressRefused, LmsUnreachable, LmsRedirects."""
    try:
        answer: Answer = send()
    except OutboundRefused as refused:
        raise errors.AddressRefused(host_of(url)) from refused
    except OutboundFailed as failed:
        raise errors.LmsUnreachable(host_of(url)) from failed
    if answer.status in REDIRECTS:
        raise errors.LmsRedirects(host_of(url))
    return answer


def json_object(answer: Answer, refusal: type[errors.RegistrationRefusal]) -> Document:
    """The body as a JSON object, whatever media type it claims (Moodle says text/html)."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise refusal("JSON") from error
    if not isinstance(document, dict):
        raise refusal("JSON")
    return document


def host_of(url: str) -> str:
    """Host and port of an address, for people; empty when it is none."""
    parts = split(url)
    return parts.netloc if parts is not None else ""


def _address(document: Document, name: str, longest: int = LONGEST_URL) -> str:
    value = document.get(name)
    if not isinstance(value, str) or len(value) > longest or split(value) is None:
        raise errors.ConfigurationInvalid(name)
    return value


def _text(document: Document, name: str, longest: int) -> str:
    value = document.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise errors.ConfigurationInvalid(name)
    return " ".join(clean(value, longest).split())


def _strings(document: Document, name: str) -> tuple[str, ...]:
    value = document.get(name)
    if value is None:
        return ()
    fine = isinstance(value, list) and len(value) <= MOST_ENTRIES
    if not fine or not all(isinstance(entry, str) for entry in value):
        raise errors.ConfigurationInvalid(name)
    return tuple(value)


def _messages(value: object) -> dict[str, tuple[str, ...]]:
    """Message types with their placements: objects by now, bare strings in old Moodle."""
    if value is None:
        return {}
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        raise errors.ConfigurationInvalid("messages_supported")
    offered: dict[str, tuple[str, ...]] = {}
    for entry in value:
        about = entry if isinstance(entry, dict) else {"type": entry}
        if isinstance(about.get("type"), str):
            offered[about["type"]] = _strings(about, "placements")
    return offered
