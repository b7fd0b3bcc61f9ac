"""Forgeries of how a message is written: encoding, JSON, members said twice (check 1)."""

from collections.abc import Callable
from typing import Final

from lms_plugin.rehearsal.drafting import Draft, Forgery, Form
from lms_plugin.rehearsal.jws import base64url, encode_json, sign_rs256

Make = Callable[[Draft], Form]


def _raw_header(write: Callable[[Draft], bytes]) -> Make:
    """A header of any bytes, over which the LMS's own signature is right."""

    def make(draft: Draft) -> Form:
        message = f"{base64url(write(draft))}.{base64url(draft.payload)}"
        return draft.form(sign_rs256(message, draft.keys.active.private_key))

    return make


def _algorithm_twice(draft: Draft) -> bytes:
    return b'{"alg":"none",' + encode_json(draft.header)[1:]


def _payload(change: Callable[[bytes], bytes]) -> Make:
    return lambda draft: draft.form(draft.signed(payload=change(draft.payload)))


def _added(member: bytes) -> Make:
    return _payload(lambda payload: payload[:-1] + b"," + member + b"}")


def _token(change: Callable[[str], str]) -> Make:
    return lambda draft: draft.form(change(draft.signed()))


def _padded(token: str) -> str:
    header, payload, signature = token.split(".")
    return f"{header}.{payload}=.{signature}"


def _flattened(token: str) -> str:
    header, payload, signature = token.split(".")
    return encode_json({"protected": header, "payload": payload, "signature": signature}).decode()


def _stray_bits(token: str) -> str:
    """The last letter of a 256 byte signature holds four bits that mean nothing; one of them is set."""
    return token[:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[token[-1]]


def _written(name: str, title: str, make: Make) -> Forgery:
    return Forgery(name, title, 1, ("malformed_response",), "token", make)


WRITING_FORGERIES: Final = (
    _written("header_not_json", "Intestazione che non è JSON", _raw_header(lambda _: b"{alg:")),
    _written("header_list", "Intestazione JSON che non è un oggetto", _raw_header(lambda _: b'["RS256"]')),
    _written("header_duplicated", "Algoritmo scritto due volte, prima none", _raw_header(_algorithm_twice)),
    _written("claim_duplicated_aud", "Destinatario scritto due volte", _added(b'"aud":"another-tool"')),
    _written("claim_duplicated_inside", "Un membro scritto due volte dentro un campo",
             _added(b'"inside":{"id":"1","id":"2"}')),
    _written("payload_nan", "Numero che JSON non conosce (NaN)", _added(b'"padding":NaN')),
    _written("payload_deep", "Ventimila liste una dentro l'altra",
             _added(b'"padding":' + b"[" * 20_000 + b"]" * 20_000)),
    _written("payload_mark", "Segno d'ordine dei byte prima del contenuto",
             _payload(lambda payload: b"\xef\xbb\xbf" + payload)),
    _written("payload_trailing", "Qualcosa dopo la fine del contenuto",
             _payload(lambda payload: payload + b"{}")),
    _written("token_padded", "Codifica con il segno di riempimento", _token(_padded)),
    _written("token_newline", "A capo dopo il messaggio", _token(lambda token: token + "\n")),
    _written("token_five_parts", "Cinque parti, come un messaggio cifrato",
             _token(lambda token: f"{token}..")),
    _written("token_flattened", "Forma JSON al posto di quella compatta", _token(_flattened)),
    _written("signature_stray_bits", "Firma con bit che non contano", _token(_stray_bits)),
)  # fmt: skip
