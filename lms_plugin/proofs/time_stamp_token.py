"""RFC 3161 time stamps, read and checked: DER, CMS signature, what the authority stamped and when.

Part of the offline verifier as well (`verifier`). Whether the authority is one to trust is another question
(`time_stamp_trust`): its certificates are returned for that.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

SEQUENCE, SET, INTEGER, OCTETS, OID, TIME = 0x30, 0x31, 0x02, 0x04, 0x06, 0x18
CONTEXT_0 = 0xA0
LONG_LENGTH = 0x80
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
SHA_2 = bytes.fromhex("608648016503040201")[:-1]
DIGESTS: Mapping[bytes, Callable[[], hashes.HashAlgorithm]] = {
    SHA_2 + b"\x01": hashes.SHA256,
    SHA_2 + b"\x02": hashes.SHA384,
    SHA_2 + b"\x03": hashes.SHA512,
}


class TimeStampWrong(Exception):
    """The token is not a time stamp of these bytes."""


@dataclass(frozen=True)
class Node:
    """One element of DER: its tag, its content, and all its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list["Node"]:
        """The elements in its content. Raises TimeStampWrong."""
        found, at = [], 0
        while at < len(self.content):
            found.append(read_der(self.content[at:]))
            at += len(found[-1].whole)
        return found

    def child(self, number: int, tag: int) -> "Node":
        """One of them, which must have this tag. Raises TimeStampWrong."""
        children = self.children()
        if number >= len(children) or children[number].tag != tag:
            raise TimeStampWrong("not built as RFC 3161 and CMS say")
        return children[number]


def read_der(data: bytes) -> Node:
    """The first element of some DER. Raises TimeStampWrong."""
    size = data[1] if len(data) > 1 else LONG_LENGTH + 9
    start = 2
    if size >= LONG_LENGTH:
        digits = size - LONG_LENGTH
        start, size = 2 + digits, int.from_bytes(data[2 : 2 + digits])
        if not 1 <= digits <= 4:  # noqa: PLR2004 - no token has 4 GiB
            raise TimeStampWrong("not DER")
    if len(data) < start + size:
        raise TimeStampWrong("cut short")
    return Node(data[0], data[start : start + size], data[: start + size])


@dataclass(frozen=True)
class Stamped:
    """What a token says: when (as RFC 3161 writes it, UTC), the request's nonce, and who signed.

    `certificates` are all that it carries, the signer's first.
    """

    at: str
    nonce: int | None
    authority: str
    certificates: tuple[x509.Certificate, ...]


def check_token(token: bytes, digest: bytes) -> Stamped:
    """The time stamp in `token`: of `digest` (SHA-256), rightly signed, or it raises TimeStampWrong."""
    try:
        return _checked(token, digest)
    except (ValueError, IndexError, x509.ExtensionNotFound) as error:
        raise TimeStampWrong("not built as RFC 3161 and CMS say") from error


def _checked(token: bytes, digest: bytes) -> Stamped:
    outer = read_der(token)
    if outer.whole != token or outer.child(0, OID).content != SIGNED_DATA:
        raise TimeStampWrong("not CMS signed data")
    parts = outer.child(1, CONTEXT_0).child(0, SEQUENCE).children()
    stamped = parts[2]
    if stamped.child(0, OID).content != TST_INFO:
        raise TimeStampWrong("not a time stamp")
    info = stamped.child(1, CONTEXT_0).child(0, OCTETS).content
    signer = parts[-1].child(0, SEQUENCE)
    certificates = _certificates(parts[3])
    certificate = _signer_of(certificates, signer, info)
    said = read_der(info)
    if said.child(2, SEQUENCE).child(1, OCTETS).content != digest:
        raise TimeStampWrong("a time stamp of other bytes")
    nonces = [int.from_bytes(one.content) for one in said.children()[5:] if one.tag == INTEGER]
    return Stamped(
        said.child(4, TIME).content.decode("ascii"),
        nonces[0] if nonces else None,
        certificate.subject.rfc4514_string(),
        (certificate, *(one for one in certificates if one != certificate)),
    )


def _certificates(found: Node) -> list[x509.Certificate]:
    if found.tag != CONTEXT_0:
        raise TimeStampWrong("without the certificate of the authority")
    return [x509.load_der_x509_certificate(one.whole) for one in found.children()]


def _signer_of(certificates: list[x509.Certificate], signer: Node, info: bytes) -> x509.Certificate:
    """The certificate that verifies the signature, made for time stamping."""
    algorithm = DIGESTS.get(signer.child(2, SEQUENCE).child(0, OID).content)
    if algorithm is None:
        raise TimeStampWrong("signed with a digest other than SHA-2")
    attributes = signer.child(3, CONTEXT_0)
    digests = [
        one.child(1, SET) for one in attributes.children() if one.child(0, OID).content == MESSAGE_DIGEST
    ]
    if not digests or digests[0].child(0, OCTETS).content != hashlib.new(algorithm().name, info).digest():
        raise TimeStampWrong("the signature is of something else")
    signed = bytes([SET]) + attributes.whole[1:]  # as CMS (RFC 5652 §5.4) signs attributes
    for certificate in certificates:
        if _verifies(certificate, signer.child(5, OCTETS).content, signed, algorithm()):
            return certificate
    raise TimeStampWrong("the signature is wrong")


def _verifies(
    certificate: x509.Certificate, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm
) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return ExtendedKeyUsageOID.TIME_STAMPING in usage
