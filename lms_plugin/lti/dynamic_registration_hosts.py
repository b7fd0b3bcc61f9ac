"""Which hosts may speak for which issuer: the issuer's own, with two exceptions (§3.5 of the specification).

The exceptions are clouds with one issuer for all customers. Only their own sign-on hosts speak for them:
a customer's host could serve a file that names the neighbours' issuer. A host that the operator of this
installation trusts by name (COALIZIONE_TRUSTED_HOSTS) may keep such an issuer, as self-hosted Canvas does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, slots=True)
class Cloud:
    """Hosts that publish the configuration, and domains (subdomains too) that registrations are posted to."""

    speakers: frozenset[str]
    domains: tuple[str, ...]


def _canvas(environment: str) -> Cloud:
    speakers = {f"sso{environment}.canvaslms.com", f"canvas{environment}.instructure.com"}
    return Cloud(frozenset(speakers), ("instructure.com", "canvaslms.com"))


CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "https://canvas.instructure.com": _canvas(""),
        "https://canvas.beta.instructure.com": _canvas(".beta"),
        "https://canvas.test.instructure.com": _canvas(".test"),
        "https://blackboard.com": Cloud(
            frozenset({"developer.blackboard.com"}), ("developer.blackboard.com",)
        ),
    }
)


def hides_its_host(issuer: str, extra_origins: str) -> bool:
    """Whether a school opens us from a host that this cloud's issuer does not tell, and nobody has yet."""
    return issuer in CLOUDS and not extra_origins


def split(url: str) -> SplitResult | None:
    """The parts of an http(s) address with a host and without user name; None when it is none."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    named = parts.username is not None or parts.password is not None
    plain = url.isascii() and url.isprintable() and " " not in url
    return parts if fine and plain and not named else None


def may_speak_for(issuer: str, url: str, trusted_hosts: frozenset[str]) -> bool:
    """Whether an address may say what an issuer's configuration is."""
    ours, theirs = split(url), split(issuer)
    if ours is None or theirs is None:
        return False
    if (ours.scheme, _place(ours)) == (theirs.scheme, _place(theirs)):
        return True
    cloud = CLOUDS.get(issuer)
    if cloud is None:
        return False
    spoken = ours.scheme == "https" and ours.port in {None, 443} and ours.hostname in cloud.speakers
    return spoken or is_trusted(ours, trusted_hosts)


def same_family(configuration_url: str, issuer: str, url: str, trusted_hosts: frozenset[str]) -> bool:
    """Whether a registration may be posted there: the configuration's host, the issuer's, or its cloud's."""
    here, there = split(configuration_url), split(url)
    if here is None or there is None:
        return False
    if (here.scheme, _place(here)) == (there.scheme, _place(there)):
        return True
    cloud = CLOUDS.get(issuer)
    if cloud is not None and there.scheme == "https":
        return any(_within(there.hostname or "", domain) for domain in cloud.domains)
    return may_speak_for(issuer, url, trusted_hosts)


def is_trusted(parts: SplitResult, trusted_hosts: frozenset[str]) -> bool:
    """Whether the operator named this host, or host and port."""
    host, port = _place(parts)
    return host in trusted_hosts or f"{host}:{port}" in trusted_hosts


def _place(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
