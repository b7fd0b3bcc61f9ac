"""Certificates in the header of a signature (RFC 7515 4.1.6), and what verifying them may cost a request.

Whoever may write may send a thousand signatures with certificates of their own making: so keys, chains and
the number of verifications are bounded, and a chain that comes again is verified once.
"""

import base64
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_der_x509_certificate

from lms_plugin.lrs.multipart import TooLarge
from lms_plugin.lrs.validation.checks import Invalid

LONGEST_CHAIN = 8
LARGEST_KEY = 8192  # bits: a verification takes a quarter of a millisecond, twice that with
LARGEST_EXPONENT = 2**32  # the largest exponent; with one as long as the modulus it takes six
MOST_VERIFICATIONS = 1000  # of one request: a batch of 500 signed statements needs some 500
RSA_LIMITS = f"an RSA key of {LARGEST_KEY} bits at most, with an exponent of 32 bits at most,"
UNREADABLE = "must have in x5c certificates that can be read, each issued by the next"
NOT_BY_IT = "must be a signature by the key of its certificate, which each next one signs"


@dataclass(slots=True)
class Certificates:
    """The chains that came with one request, each verified once, and how much has been verified."""

    _signers: dict[tuple[str, ...], RSAPublicKey] = field(default_factory=dict)
    _verifications: int = 0

    def verify(self, x5c: Any, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm) -> None:
        """Raises Invalid unless the first certificate's key made the signature and each next one vouches.

        Raises TooLarge when the request has more to verify than one may have.
        """
        try:
            key = self._signer(_encoded(x5c))
            self._count()
            key.verify(signature, signed, PKCS1v15(), algorithm)
        except InvalidSignature:
            raise Invalid(NOT_BY_IT) from None
        except Invalid:  # it is a ValueError too
            raise
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise Invalid(UNREADABLE) from None

    def _signer(self, encoded: tuple[str, ...]) -> RSAPublicKey:
        if encoded not in self._signers:
            chain = [load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in encoded]
            key = chain[0].public_key()
            if not isinstance(key, RSAPublicKey) or not _is_bounded(key):
                raise Invalid(f"must have {RSA_LIMITS} in its certificate")
            for one, issuer in pairwise(chain):
                self._count()
                _check_issued(one, issuer)
            self._signers[encoded] = key
        return self._signers[encoded]

    def _count(self) -> None:
        self._verifications += 1
        if self._verifications > MOST_VERIFICATIONS:
            raise TooLarge(
                f"the signatures of a request and their certificates may take {MOST_VERIFICATIONS}"
                " verifications: send fewer signed statements at once"
            )


def _encoded(x5c: Any) -> tuple[str, ...]:
    """The certificates in standard base64, the signer's first; raises Invalid."""
    if type(x5c) is not list or not 1 <= len(x5c) <= LONGEST_CHAIN:
        raise Invalid(f"must have in x5c an array of 1 to {LONGEST_CHAIN} certificates")
    if not all(isinstance(one, str) for one in x5c):
        raise Invalid(UNREADABLE)
    return tuple(x5c)


def _is_bounded(key: RSAPublicKey) -> bool:
    return key.key_size <= LARGEST_KEY and key.public_numbers().e < LARGEST_EXPONENT


def _check_issued(one: Certificate, issuer: Certificate) -> None:
    """Raises Invalid, ValueError or InvalidSignature; SHA-1, as in the specification's example, will do."""
    key = issuer.public_key()
    if isinstance(key, RSAPublicKey):
        if not _is_bounded(key):
            raise Invalid(f"must have {RSA_LIMITS} in each certificate")
    elif not isinstance(key, EllipticCurvePublicKey):
        raise Invalid("must have certificates issued by RSA or elliptic curve keys")
    if not isinstance(key, RSAPublicKey) or not isinstance(one.signature_hash_algorithm, hashes.SHA1):
        one.verify_directly_issued_by(issuer)
        return
    if one.issuer != issuer.subject:
        raise ValueError("issued by another")
    key.verify(one.signature, one.tbs_certificate_bytes, PKCS1v15(), one.signature_hash_algorithm)
