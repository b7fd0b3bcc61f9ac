"""Forgeries of what surrounds the claims: form, state, header, key and signature (checks 1 to 6)."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization

from lms_plugin.rehearsal.drafting import Draft, Forgery, Form, strangers_key, weak_key
from lms_plugin.rehearsal.jws import base64url, public_jwk, sign_rs256, signing_input

Make = Callable[[Draft], Form]
_MALFORMED: Final = ("malformed_response",)
_ALGORITHM: Final = ("alg_not_allowed",)
_SIGNATURE: Final = ("bad_signature",)
_KEY: Final = ("key_not_found", "bad_signature")


def _token(change: Callable[[str], str]) -> Make:
    return lambda draft: draft.form(change(draft.signed()))


def _payload(change: Callable[[bytes], bytes]) -> Make:
    return lambda draft: draft.form(draft.signed(payload=change(draft.payload)))


def _header(**fields: object) -> Make:
    def make(draft: Draft) -> Form:
        draft.header.update(fields)
        return draft.form(draft.signed())

    return make


def _header_without(name: str) -> Make:
    def make(draft: Draft) -> Form:
        del draft.header[name]
        return draft.form(draft.signed())

    return make


def _form_without(name: str) -> Make:
    return lambda draft: {key: value for key, value in draft.form(draft.signed()).items() if key != name}


def _not_base64(token: str) -> str:
    header, _, rest = token.partition(".")
    return f"{header}.!!{rest}"


def _two_parts(token: str) -> str:
    return token.rpartition(".")[0]


def _duplicate_subject(payload: bytes) -> bytes:
    return payload[:-1] + b',"sub":"carla"}'


def _oversized(payload: bytes) -> bytes:
    return payload[:-1] + b',"padding":"' + b"x" * 65536 + b'"}'


def _unsigned(draft: Draft) -> Form:
    draft.header["alg"] = "none"
    return draft.form(signing_input(draft.header, draft.payload) + ".")


def _hmac_with_public_key(draft: Draft) -> Form:
    """The classic confusion: the public key, which everybody has, used as an HMAC secret."""
    draft.header["alg"] = "HS256"
    message = signing_input(draft.header, draft.payload)
    secret = draft.keys.active.private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signature = hmac.new(secret, message.encode(), hashlib.sha256).digest()
    return draft.form(f"{message}.{base64url(signature)}")


def _sha512(draft: Draft) -> Form:
    draft.header["alg"] = "RS512"
    message = signing_input(draft.header, draft.payload)
    return draft.form(sign_rs256(message, draft.keys.active.private_key, algorithm=hashes.SHA512()))


def _own_key_in_header(draft: Draft) -> Form:
    stranger = strangers_key()
    draft.header["jwk"] = public_jwk(stranger.private_key.public_key(), stranger.kid)
    return draft.form(draft.signed(key=stranger.private_key))


def _strangers_signature(draft: Draft) -> Form:
    return draft.form(draft.signed(key=strangers_key().private_key))


def _changed_after_signing(draft: Draft) -> Form:
    signature = draft.signed().rpartition(".")[2]
    draft.claims["sub"] = "carla"
    return draft.form(f"{signing_input(draft.header, draft.payload)}.{signature}")


def _weak(draft: Draft) -> Form:
    draft.keys.publish_also(weak_key().jwk)
    draft.header["kid"] = weak_key().kid
    return draft.form(draft.signed(key=weak_key().private_key))


def _encryption_key(draft: Draft) -> Form:
    stranger = strangers_key()
    draft.keys.publish_also({**public_jwk(stranger.private_key.public_key(), "for-encryption"), "use": "enc"})
    draft.header["kid"] = "for-encryption"
    return draft.form(draft.signed(key=stranger.private_key))


def _ambiguous_kid(draft: Draft) -> Form:
    for key in (draft.keys.active, strangers_key()):
        draft.keys.publish_also(public_jwk(key.private_key.public_key(), "said-twice"))
    draft.header["kid"] = "said-twice"
    return draft.form(draft.signed())


def _posted_again(draft: Draft) -> Form:
    earlier = draft.earlier_launch()
    return {"id_token": earlier.id_token, "state": earlier.state}


def _earlier_state(draft: Draft) -> Form:
    return {"id_token": draft.signed(), "state": draft.earlier_launch().state}


def _invented_state(draft: Draft) -> Form:
    return {"id_token": draft.signed(), "state": "A" * len(draft.state)}


_HEADERS: Final = (
    Forgery("alg_none", "Nessuna firma (alg none)", 4, _ALGORITHM, "header", _unsigned),
    Forgery("alg_hs256", "Chiave pubblica usata come segreto (HS256)", 4, _ALGORITHM, "header",
            _hmac_with_public_key),
    Forgery("alg_rs512", "Firma RS512, giusta ma non concordata", 4, _ALGORITHM, "header", _sha512),
    Forgery("alg_absent", "Algoritmo mancante", 4, _ALGORITHM, "header", _header_without("alg")),
    Forgery("alg_lowercase", "Algoritmo in minuscolo", 4, _ALGORITHM, "header", _header(alg="rs256")),
    Forgery("kid_absent", "Chiave non indicata (kid mancante)", 4, ("kid_missing",), "header",
            _header_without("kid")),
    Forgery("kid_empty", "Nome della chiave vuoto", 4, ("kid_missing",), "header", _header(kid="")),
    Forgery("kid_number", "Nome della chiave numerico", 4, ("kid_missing",), "header", _header(kid=7)),
    Forgery("header_jku", "Intestazione jku verso un altro sito", 4, _ALGORITHM, "header",
            _header(jku="https://keys.attacker.example/jwks.json")),
    Forgery("header_jwk", "Chiave di un estraneo dentro il messaggio (jwk)", 4, _ALGORITHM, "header",
            _own_key_in_header),
    Forgery("header_x5u", "Intestazione x5u", 4, _ALGORITHM, "header",
            _header(x5u="https://attacker.example/c.pem")),
    Forgery("header_x5c", "Intestazione x5c", 4, _ALGORITHM, "header", _header(x5c=["MIIB"])),
    Forgery("header_crit", "Estensione obbligatoria sconosciuta (crit)", 4, _ALGORITHM, "header",
            _header(crit=["exp"])),
)  # fmt: skip

_KEYS: Final = (
    Forgery("kid_unknown", "Chiave mai pubblicata", 6, ("key_not_found",), "header",
            _header(kid="never-published")),
    Forgery("signature_stranger", "Firma di un estraneo", 6, _SIGNATURE, "key", _strangers_signature),
    Forgery("signature_absent", "Firma vuota", 6, (*_SIGNATURE, *_MALFORMED), "token",
            _token(lambda token: token.rpartition(".")[0] + ".")),
    Forgery("payload_changed", "Contenuto cambiato dopo la firma", 6, _SIGNATURE, "token",
            _changed_after_signing),
    Forgery("key_weak", "Chiave di 1024 bit", 6, _KEY, "key", _weak),
    Forgery("key_for_encryption", "Chiave non destinata alle firme", 6, _KEY, "key", _encryption_key),
    Forgery("kid_ambiguous", "Due chiavi con lo stesso nome", 6, _KEY, "key", _ambiguous_kid),
)  # fmt: skip

ENVELOPE_FORGERIES: Final = (
    Forgery("id_token_absent", "Messaggio senza id_token", 1, _MALFORMED, "form", _form_without("id_token")),
    Forgery("state_absent", "Messaggio senza state", 1, _MALFORMED, "form", _form_without("state")),
    Forgery("token_two_parts", "Due parti invece di tre", 1, _MALFORMED, "token", _token(_two_parts)),
    Forgery("token_four_parts", "Quattro parti invece di tre", 1, _MALFORMED, "token",
            _token(lambda token: f"{token}.e30")),
    Forgery("token_not_base64", "Caratteri non ammessi nel contenuto", 1, _MALFORMED, "token",
            _token(_not_base64)),
    Forgery("payload_not_json", "Contenuto che non è JSON", 1, _MALFORMED, "token",
            _payload(lambda _: b"{sub:")),
    Forgery("payload_list", "Contenuto JSON che non è un oggetto", 1, _MALFORMED, "token",
            _payload(lambda _: b"[]")),
    Forgery("payload_not_utf8", "Contenuto che non è UTF-8", 1, _MALFORMED, "token",
            _payload(lambda payload: payload.replace(b"sub", b"su\xff"))),
    Forgery("claim_duplicated", "Campo sub scritto due volte", 1, _MALFORMED, "token",
            _payload(_duplicate_subject)),
    Forgery("token_oversized", "Messaggio oltre 64 KiB", 1, _MALFORMED, "token", _payload(_oversized)),
    Forgery("state_invented", "Stato mai emesso dallo strumento", 2, ("state_unknown",), "form",
            _invented_state),
    Forgery("response_replayed", "Risposta precedente inviata di nuovo", 2, ("state_replayed",), "form",
            _posted_again, needs_earlier=True),
    # With the earlier launch already used up the state is a replay; still open, the nonce gives it away.
    Forgery("state_of_earlier_launch", "Stato di un altro accesso", 2, ("state_replayed", "nonce_mismatch"),
            "form",
            _earlier_state, needs_earlier=True),
    *_HEADERS,
    *_KEYS,
)  # fmt: skip
