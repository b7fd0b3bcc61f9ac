"""Whether the authority of a time stamp is to be trusted: its certificate leads to a root of the reader.

Part of the offline verifier as well (`verifier`). RFC 5280 §6.1 as far as it concerns authorities: who issued
whom, validity at the instant that was stamped, who may issue, how long a path may be. Nobody is asked
whether a certificate was revoked.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from lms_plugin.proofs.time_stamp_token import Stamped, TimeStampWrong

Roots = Sequence[x509.Certificate]
MOST_CERTIFICATES = 20  # of one token


def read_roots(pem: bytes) -> Roots:
    """The certificates in a PEM file; raises ValueError when there is none, or one cannot be read."""
    return x509.load_pem_x509_certificates(pem)


def require_trusted(stamped: Stamped, roots: Roots) -> None:
    """Raises TimeStampWrong unless the signer's certificate is one of the roots or leads to one."""
    at = _instant_of(stamped.at)
    if len(stamped.certificates) > MOST_CERTIFICATES:
        raise TimeStampWrong(f"with more than {MOST_CERTIFICATES} certificates")
    reached = {stamped.certificates[0]: 0}  # and how many authorities stand between it and the signer
    for one in (waiting := list(reached)):
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            continue
        if one in roots:
            return
        for issuer in _issuers(one, reached[one], (*roots, *stamped.certificates[1:]), roots):
            if issuer not in reached:
                reached[issuer] = reached[one] + 1
                waiting.append(issuer)
    raise TimeStampWrong(f"the certificate of {stamped.authority!r} leads to no root that is trusted")


def _instant_of(text: str) -> datetime:
    try:
        return datetime.strptime(text.rstrip("Z").split(".")[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise TimeStampWrong("its instant cannot be read") from error


def _issuers(one: x509.Certificate, below: int, known: Roots, roots: Roots) -> Iterator[x509.Certificate]:
    for issuer in known:
        if not _may_issue(issuer, below, trusted=issuer in roots):
            continue
        try:
            one.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        yield issuer


def _may_issue(issuer: x509.Certificate, below: int, *, trusted: bool) -> bool:
    """Whether it is an authority's, and for so many below it; a root of version 1 does not say."""
    try:
        said = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return trusted and issuer.version == x509.Version.v1
    return said.ca and (said.path_length is None or said.path_length >= below)
