"""The secret of a target at rest: sealed under the application's secret."""

from lms_plugin.lti.sealing import SealBroken, Sealer

PURPOSE = "forwarding targets"


def seal_secret(secret_key: str, secret: str) -> bytes:
    """What is kept of it."""
    return Sealer(secret_key, PURPOSE).seal(secret.encode())


def open_secret(secret_key: str, sealed: bytes) -> str | None:
    """The secret; None when it was sealed under another COALIZIONE_SECRET_KEY."""
    try:
        return Sealer(secret_key, PURPOSE).unseal(sealed).decode()
    except SealBroken:
        return None
