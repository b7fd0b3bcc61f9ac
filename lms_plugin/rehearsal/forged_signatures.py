"""Forgeries of algorithm, key and signature, and of the answers of other launches (checks 1, 2, 4, 6, 11)."""

import base64
import functools
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from lms_plugin.rehearsal.drafting import Draft, Forgery, Form, neighbours_key, strangers_key
from lms_plugin.rehearsal.jws import base64url, encode_json, sign_rs256, signing_input

Make = Callable[[Draft], Form]
_ALGORITHM: Final = ("alg_not_allowed",)
_SIGNATURE: Final = ("bad_signature",)
_SHARED_SECRET: Final = b"a secret that the key set gives away"


def _hmac(draft: Draft, secret: bytes) -> Form:
    draft.header["alg"] = "HS256"
    message = signing_input(draft.header, draft.payload)
    return draft.form(f"{message}.{base64url(hmac.new(secret, message.encode(), hashlib.sha256).digest())}")


def _hmac_with_published_jwk(draft: Draft) -> Form:
    return _hmac(draft, encode_json(draft.keys.active.jwk))


def _hmac_with_published_secret(draft: Draft) -> Form:
    jwk = {"kty": "oct", "alg": "HS256", "use": "sig", "kid": "shared-secret", "k": base64url(_SHARED_SECRET)}
    draft.keys.publish_also(jwk)
    draft.header["kid"] = "shared-secret"
    return _hmac(draft, _SHARED_SECRET)


def _hmac_with_own_secret(draft: Draft) -> Form:
    draft.header["jwk"] = {"kty": "oct", "k": base64url(_SHARED_SECRET)}
    return _hmac(draft, _SHARED_SECRET)


def _unsigned(algorithm: object) -> Make:
    def make(draft: Draft) -> Form:
        draft.header["alg"] = algorithm
        return draft.form(signing_input(draft.header, draft.payload) + ".")

    return make


def _digest(algorithm: hashes.HashAlgorithm, name: str) -> Make:
    """Rightly named and rightly signed with another digest, or (name RS256) signed otherwise than it says."""

    def make(draft: Draft) -> Form:
        draft.header["alg"] = name
        message = signing_input(draft.header, draft.payload)
        return draft.form(sign_rs256(message, draft.keys.active.private_key, algorithm=algorithm))

    return make


def _probabilistic(name: str) -> Make:
    """RSASSA-PSS by the LMS's own key, under its own name or under RS256's."""

    def make(draft: Draft) -> Form:
        draft.header["alg"] = name
        message = signing_input(draft.header, draft.payload)
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        signature = draft.keys.active.private_key.sign(message.encode(), scheme, hashes.SHA256())
        return draft.form(f"{message}.{base64url(signature)}")

    return make


@functools.cache
def _elliptic_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _elliptic(algorithm: str) -> Make:
    """An elliptic key in the LMS's own key set, called what it is or called RS256."""

    def make(draft: Draft) -> Form:
        numbers = _elliptic_key().public_key().public_numbers()
        point = {"x": numbers.x, "y": numbers.y}
        draft.keys.publish_also(
            {"kty": "EC", "crv": "P-256", "use": "sig", "kid": "elliptic"}
            | {name: base64url(value.to_bytes(32, "big")) for name, value in point.items()}
        )
        draft.header |= {"kid": "elliptic", "alg": algorithm}
        message = signing_input(draft.header, draft.payload)
        r, s = decode_dss_signature(_elliptic_key().sign(message.encode(), ec.ECDSA(hashes.SHA256())))
        return draft.form(f"{message}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}")

    return make


def _named(kid: object) -> Make:
    def make(draft: Draft) -> Form:
        draft.header["kid"] = kid
        return draft.form(draft.signed())

    return make


def _neighbours_signature(draft: Draft) -> Form:
    """Signed by the key of another LMS that happens to have the same name as ours."""
    return draft.form(draft.signed(key=neighbours_key(draft.keys.active.kid).private_key))


def _unencoded_payload(draft: Draft) -> Form:
    draft.header |= {"b64": False, "crit": ["b64"]}
    return draft.form(draft.signed())


def _signature(change: Callable[[bytes], bytes]) -> Make:
    def make(draft: Draft) -> Form:
        message, _, signature = draft.signed().rpartition(".")
        content = base64.urlsafe_b64decode(signature + "==")
        return draft.form(f"{message}.{base64url(change(content))}")

    return make


def _flipped(signature: bytes) -> bytes:
    return bytes([signature[0] ^ 1]) + signature[1:]


def _earlier_signature(draft: Draft) -> Form:
    earlier = draft.earlier_launch().id_token.rpartition(".")[2]
    return draft.form(f"{signing_input(draft.header, draft.payload)}.{earlier}")


def _strangers_certificate_address(draft: Draft) -> Form:
    draft.header["jku"] = f"{draft.claims['iss']}/../jwks.json"
    return draft.form(draft.signed(key=strangers_key().private_key))


def _earlier_token(draft: Draft) -> Form:
    return draft.form(draft.earlier_launch().id_token)


def _earlier_nonce(draft: Draft) -> Form:
    payload = draft.earlier_launch().id_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    draft.claims["nonce"] = claims["nonce"]
    return draft.form(draft.signed())


def _state_as_nonce(draft: Draft) -> Form:
    draft.claims["nonce"] = draft.state
    return draft.form(draft.signed())


def _state(write: Callable[[Draft], str]) -> Make:
    return lambda draft: {"id_token": draft.signed(), "state": write(draft)}


_ALGORITHMS: Final = (
    Forgery("alg_none_capitals", "Nessuna firma (alg None)", 4, _ALGORITHM, "header", _unsigned("None")),
    Forgery("alg_list", "Algoritmo scritto come lista", 4, _ALGORITHM, "header", _unsigned(["RS256"])),
    Forgery("alg_number", "Algoritmo numerico", 4, _ALGORITHM, "header", _unsigned(256)),
    Forgery("alg_hs256_jwk", "La chiave pubblicata, com'è scritta, usata come segreto (HS256)", 4, _ALGORITHM,
            "header", _hmac_with_published_jwk),
    Forgery("alg_hs256_published", "Segreto HS256 pubblicato fra le chiavi", 4, _ALGORITHM, "header",
            _hmac_with_published_secret),
    Forgery("header_jwk_secret", "Segreto HS256 dentro il messaggio (jwk)", 4, _ALGORITHM, "header",
            _hmac_with_own_secret),
    Forgery("alg_rs384", "Firma RS384, giusta ma non concordata", 4, _ALGORITHM, "header",
            _digest(hashes.SHA384(), "RS384")),
    Forgery("alg_ps256", "Firma PS256, giusta ma non concordata", 4, _ALGORITHM, "header",
            _probabilistic("PS256")),
    Forgery("alg_es256", "Firma ES256, giusta ma non concordata", 4, _ALGORITHM, "header",
            _elliptic("ES256")),
    Forgery("header_crit_b64", "Contenuto dichiarato non codificato (b64)", 4, _ALGORITHM, "header",
            _unencoded_payload),
    Forgery("header_jku_stranger", "Firma di un estraneo con jku", 4, _ALGORITHM, "header",
            _strangers_certificate_address),
    Forgery("kid_list", "Nome della chiave scritto come lista", 4, ("kid_missing",), "header", _named(["1"])),
    Forgery("kid_too_long", "Nome della chiave oltre 255 caratteri", 4, ("kid_missing",), "header",
            _named("k" * 256)),
)  # fmt: skip

_KEYS: Final = (
    Forgery("kid_path", "Nome della chiave che è un percorso di file", 6, ("key_not_found",), "header",
            _named("../../../../dev/null")),
    Forgery("kid_sql", "Nome della chiave che è SQL", 6, ("key_not_found",), "header",
            _named("x' UNION SELECT 'x")),
    Forgery("key_elliptic", "Chiave ellittica detta RS256", 6, ("key_not_found",), "key", _elliptic("RS256")),
    Forgery("key_other_tenant", "Firma di un altro LMS, con lo stesso nome di chiave", 6, _SIGNATURE, "key",
            _neighbours_signature),
    Forgery("signature_sha512", "Firma con SHA-512 detta RS256", 6, _SIGNATURE, "token",
            _digest(hashes.SHA512(), "RS256")),
    Forgery("signature_pss", "Firma PSS detta RS256", 6, _SIGNATURE, "token", _probabilistic("RS256")),
    Forgery("signature_flipped", "Un bit della firma cambiato", 6, _SIGNATURE, "token", _signature(_flipped)),
    Forgery("signature_truncated", "Firma più corta di un byte", 6, _SIGNATURE, "token",
            _signature(lambda content: content[:-1])),
    Forgery("signature_longer", "Firma più lunga di un byte", 6, _SIGNATURE, "token",
            _signature(lambda content: content + b"\0")),
    Forgery("signature_of_earlier_launch", "Firma di un altro accesso", 6, _SIGNATURE, "token",
            _earlier_signature, needs_earlier=True),
)  # fmt: skip

_OTHER_LAUNCHES: Final = (
    Forgery("state_empty", "Stato vuoto", 1, ("malformed_response",), "form", _state(lambda _: "")),
    Forgery("state_too_long", "Stato oltre 200 caratteri", 1, ("malformed_response",), "form",
            _state(lambda draft: draft.state * 10)),
    Forgery("state_capitals", "Stato con le maiuscole scambiate", 2, ("state_unknown",), "form",
            _state(lambda draft: draft.state.swapcase())),
    Forgery("state_is_nonce", "nonce al posto dello stato", 2, ("state_unknown",), "form",
            _state(lambda draft: str(draft.claims["nonce"]))),
    Forgery("nonce_is_state", "Stato al posto del nonce", 11, ("nonce_mismatch",), "claims", _state_as_nonce),
    Forgery("nonce_of_earlier_launch", "nonce di un accesso precedente", 11, ("nonce_mismatch",), "claims",
            _earlier_nonce, needs_earlier=True),
    Forgery("token_of_earlier_launch", "Messaggio di un accesso precedente, stato nuovo", 11,
            ("nonce_mismatch",), "form", _earlier_token, needs_earlier=True),
)  # fmt: skip

SIGNATURE_FORGERIES: Final = (*_ALGORITHMS, *_KEYS, *_OTHER_LAUNCHES)
