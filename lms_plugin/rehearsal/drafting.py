"""A launch message before it is signed, and what a forgery of it is."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from lms_plugin.rehearsal.jws import encode_json, sign_rs256, signing_input
from lms_plugin.rehearsal.keys import KeyRing, SigningKey, new_key
from lms_plugin.rehearsal.launches import AnsweredLaunch

Form = dict[str, str]


class NoEarlierLaunch(Exception):
    """The forgery repeats or mixes an earlier launch of the same tool, and there has been none."""


@dataclass
class Draft:
    """The honest claims and header; `signed` makes a token of them or of what replaces them."""

    claims: dict[str, object]
    state: str
    keys: KeyRing
    tool_url: str
    earlier: AnsweredLaunch | None = None
    header: dict[str, object] = field(init=False)

    def __post_init__(self) -> None:
        self.header = {"typ": "JWT", "alg": "RS256", "kid": self.keys.active.kid}

    @property
    def payload(self) -> bytes:
        return encode_json(self.claims)

    def signed(self, *, payload: bytes | None = None, key: RSAPrivateKey | None = None) -> str:
        """The compact token, by our active key over our claims unless told otherwise."""
        message = signing_input(self.header, self.payload if payload is None else payload)
        return sign_rs256(message, key or self.keys.active.private_key)

    def form(self, id_token: str) -> Form:
        return {"id_token": id_token, "state": self.state}

    def earlier_launch(self) -> AnsweredLaunch:
        if self.earlier is None:
            raise NoEarlierLaunch("open an activity without a forgery first")
        return self.earlier


@dataclass(frozen=True)
class Forgery:
    """One way a launch message can be wrong.

    `check` is the number of the check in the tool's list (1 form … 18 authorisation) that must stop it;
    `codes` are the error codes that name the mistake, the expected one first. `needs_earlier` forgeries
    raise NoEarlierLaunch until the tool has been given an honest answer.
    """

    name: str
    title: str
    check: int
    codes: tuple[str, ...]
    alters: str
    make: Callable[[Draft], Form]
    needs_earlier: bool = False

    @property
    def code(self) -> str:
        return self.codes[0]

    def form(self, draft: Draft) -> Form:
        return self.make(draft)


@functools.cache
def strangers_key() -> SigningKey:
    """A good RSA key that no key set of ours ever holds."""
    return new_key()


@functools.cache
def neighbours_key(kid: str) -> SigningKey:
    """The key of another LMS of the same tool, called `kid` like one of ours."""
    return SigningKey(kid, new_key().private_key)


@functools.cache
def weak_key() -> SigningKey:
    """An RSA key of 1024 bits, half of what the security framework asks for."""
    return new_key(1024)


def by_name(forgeries: tuple[Forgery, ...]) -> Mapping[str, Forgery]:
    table = {forgery.name: forgery for forgery in forgeries}
    if len(table) != len(forgeries):
        raise ValueError("two forgeries have one name")
    return table
