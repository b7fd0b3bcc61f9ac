"""Compact JSON Web Signatures written by hand, so that wrong ones can be written as easily as right ones."""

import base64
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def signing_input(header: Mapping[str, object], payload: bytes) -> str:
    return f"{base64url(encode_json(dict(header)))}.{base64url(payload)}"


def sign_rs256(message: str, key: RSAPrivateKey, *, algorithm: hashes.HashAlgorithm | None = None) -> str:
    """The compact form of `message` (header.payload) signed with RSASSA-PKCS1-v1_5, SHA-256 unless told."""
    signature = key.sign(message.encode(), padding.PKCS1v15(), algorithm or hashes.SHA256())
    return f"{message}.{base64url(signature)}"


def public_jwk(key: RSAPublicKey, kid: str) -> dict[str, str]:
    """RFC 7517 form of a public key, with the `alg` and `use` that Canvas insists on."""
    numbers = key.public_numbers()
    return {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": kid,
        "e": base64url(_big_endian(numbers.e)),
        "n": base64url(_big_endian(numbers.n)),
    }


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
