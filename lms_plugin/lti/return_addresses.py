"""Whether an address that an LMS names for our answer is its own: else we would be an open redirect."""

from collections.abc import Iterable, Mapping
from urllib.parse import SplitResult, urlsplit

from lms_plugin.lti.families.choosing import family_of

# Families whose customers have hosts of their own under the maker's domain, other than issuer and login.
FAMILY_DOMAINS: Mapping[str, str] = {"canvas": "instructure.com", "blackboard": "blackboard.com"}
PORTS = {"https": 443, "http": 80}


def is_own_address(
    address: str, origins: Iterable[str], product_family: str, trusted_hosts: frozenset[str]
) -> bool:
    """Whether `address` is on one of the LMS's origins, a host below one of theirs, or its maker's domain.

    It must be https; http only on a trusted host (`name` or `name:port`).
    """
    parts = _split(address)
    if parts is None or not _may_be_read(parts, trusted_hosts):
        return False
    return any(_belongs(parts, origin) for origin in origins) or _of_maker(parts, product_family)


def _split(address: str) -> SplitResult | None:
    """The parts, or None for what browsers and we might read differently."""
    if not address.isascii() or not address.isprintable() or any(sign in address for sign in " \\\"'<>;,"):
        return None
    try:
        parts = urlsplit(address)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if parts.hostname and "@" not in parts.netloc and port_is_number else None


def _may_be_read(parts: SplitResult, trusted_hosts: frozenset[str]) -> bool:
    if parts.scheme == "https":
        return True
    names = {parts.hostname, f"{parts.hostname}:{_port(parts)}"}
    return parts.scheme == "http" and not names.isdisjoint(trusted_hosts)


def _belongs(parts: SplitResult, origin: str) -> bool:
    own = urlsplit(origin)
    if (parts.scheme, parts.hostname, _port(parts)) == (own.scheme, own.hostname, _port(own)):
        return True
    return parts.scheme == "https" and _port(parts) == PORTS["https"] and _below(parts, own.hostname or "")


def _of_maker(parts: SplitResult, product_family: str) -> bool:
    domain = FAMILY_DOMAINS.get(family_of(product_family).name, "")
    return bool(domain) and parts.scheme == "https" and _below(parts, domain)


def _below(parts: SplitResult, domain: str) -> bool:
    return "." in domain and (parts.hostname or "").endswith(f".{domain}")


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS.get(parts.scheme, 0)
