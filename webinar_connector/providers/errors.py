"""The ways a platform can refuse us. Messages never carry secrets, signed addresses or personal data."""

from datetime import datetime


class ProviderError(Exception):
    """A platform did not do what was asked; `code` is the platform's own word, or ours in lower case."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class ConfigError(ProviderError):
    """The address or a setting is wrong: a person must change it, retrying is useless."""


class AuthError(ProviderError):
    """The platform does not accept our secret, or a callback does not carry a valid signature."""


class NotFoundError(ProviderError):
    """The platform does not know this webinar (any more)."""


class ConflictError(ProviderError):
    """The platform's state contradicts the request."""


class RateLimitedError(ProviderError):
    """Too many requests; try again not before `until` (UTC)."""

    def __init__(self, sentence: str, until: datetime) -> None:
        super().__init__(sentence, "rate_limited")
        self.until = until


class TemporaryError(ProviderError):
    """The platform is down, slow or confused: the same request may succeed later."""


class UnsupportedError(ProviderError):
    """The platform cannot do this at all."""
