"""Encrypts what must be read again: private keys and tokens at rest, tickets in addresses."""

import base64
import functools

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealBroken(Exception):
    """Not sealed by us for this purpose, or the application's secret has changed since."""


class Sealer:
    """Seals bytes under a key derived from the application's secret; one purpose cannot open another's."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(derived_key(secret_key, purpose)))

    def seal(self, content: bytes) -> bytes:
        """The content, encrypted and authenticated."""
        return self._fernet.encrypt(content)

    def unseal(self, sealed: bytes) -> bytes:
        """What was sealed; raises SealBroken."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SealBroken from error


@functools.lru_cache(maxsize=16)
def derived_key(secret_key: str, purpose: str) -> bytes:
    """32 bytes for this purpose alone, always the same for the same secret."""
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"coalizione {purpose}".encode())
    return derivation.derive(secret_key.encode())
