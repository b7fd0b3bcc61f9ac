"""Forgeries of the claims, rightly signed by the LMS's own key (checks 5 and 7 to 17)."""

from collections.abc import Callable
from typing import Final

from lms_plugin.rehearsal.drafting import Draft, Forgery, Form
from lms_plugin.rehearsal.vocabulary import CLAIM

Change = Callable[[Draft], None]


def _wrong(name: str, title: str, check: int, codes: tuple[str, ...], change: Change) -> Forgery:
    def make(draft: Draft) -> Form:
        change(draft)
        return draft.form(draft.signed())

    return Forgery(name, title, check, codes, "claims", make)


def _set(claim: str, value: object) -> Change:
    def change(draft: Draft) -> None:
        draft.claims[claim] = value

    return change


def _drop(claim: str) -> Change:
    def change(draft: Draft) -> None:
        draft.claims.pop(claim, None)

    return change


def _shift(claim: str, seconds: int) -> Change:
    def change(draft: Draft) -> None:
        issued = draft.claims["iat"]
        if isinstance(issued, int):
            draft.claims[claim] = issued + seconds

    return change


def _audiences(*strangers: str, azp: str | None = None) -> Change:
    """aud becomes a list of our client id and `strangers`; azp is ours, another, or (None) left out."""

    def change(draft: Draft) -> None:
        ours = str(draft.claims["aud"])
        draft.claims["aud"] = [ours, *strangers]
        if azp is not None:
            draft.claims["azp"] = azp or ours

    return change


def _target(write: Callable[[str], str]) -> Change:
    def change(draft: Draft) -> None:
        draft.claims[f"{CLAIM}target_link_uri"] = write(draft.tool_url)

    return change


def _from_the_future(draft: Draft) -> None:
    _shift("exp", 7200)(draft)
    _shift("iat", 3600)(draft)


def _trailing_slash_on_issuer(draft: Draft) -> None:
    draft.claims["iss"] = f"{draft.claims['iss']}/"


_OTHER: Final = "another-tool"
_AUDIENCE: Final = ("audience_mismatch", "claim_missing", "claim_invalid")
_EXPIRED: Final = ("token_expired", "claim_missing", "claim_invalid")
_EARLY: Final = ("token_not_yet_valid", "claim_missing", "claim_invalid")
_NONCE: Final = ("nonce_mismatch", "claim_missing", "claim_invalid")
_VERSION: Final = ("version_unsupported", "claim_missing", "claim_invalid")
_MESSAGE: Final = ("message_type_unsupported", "claim_missing", "claim_invalid")
_DEPLOYMENT: Final = ("deployment_unknown", "claim_missing", "claim_invalid")
_TARGET: Final = ("target_link_mismatch", "claim_missing", "claim_invalid")
_INVALID: Final = ("claim_invalid", "claim_missing")
_MISSING: Final = ("claim_missing", "claim_invalid")
_SUBJECT: Final = ("sub_missing", "claim_missing", "claim_invalid")

_IDENTITY: Final = (
    _wrong("iss_other", "Emesso da un altro LMS", 5, ("issuer_mismatch",),
           _set("iss", "https://attacker.example")),
    _wrong("iss_slash", "Emittente con una barra in più", 5, ("issuer_mismatch",), _trailing_slash_on_issuer),
    _wrong("iss_absent", "Emittente mancante", 5, ("issuer_mismatch", "claim_missing"), _drop("iss")),
    _wrong("aud_absent", "Destinatario mancante", 7, _AUDIENCE, _drop("aud")),
    _wrong("aud_other", "Destinato a un altro strumento", 7, _AUDIENCE, _set("aud", _OTHER)),
    _wrong("aud_empty_list", "Lista dei destinatari vuota", 7, _AUDIENCE, _set("aud", [])),
    _wrong("aud_number", "Destinatario numerico", 7, _AUDIENCE, _set("aud", 7)),
    _wrong("aud_list_with_stranger", "Anche un altro destinatario, con azp giusto", 7, _AUDIENCE,
           _audiences(_OTHER, azp="")),
    _wrong("azp_other", "azp di un altro strumento", 8, ("azp_mismatch",), _set("azp", _OTHER)),
    _wrong("azp_number", "azp numerico", 8, ("azp_mismatch", "claim_invalid"), _set("azp", 7)),
    _wrong("azp_absent", "Due destinatari e nessun azp", 8, ("azp_mismatch", "audience_mismatch"),
           _audiences(_OTHER)),
)  # fmt: skip

_TIMES: Final = (
    _wrong("exp_past", "Scaduto da dieci minuti", 9, _EXPIRED, _shift("exp", -600)),
    _wrong("exp_absent", "Scadenza mancante", 9, _EXPIRED, _drop("exp")),
    _wrong("exp_text", "Scadenza scritta come testo", 9, _EXPIRED, _set("exp", "domani")),
    _wrong("iat_future", "Emesso fra un'ora", 10, _EARLY, _from_the_future),
    _wrong("iat_stale", "Emesso un'ora fa, non ancora scaduto", 10, ("token_too_old",), _shift("iat", -3600)),
    _wrong("iat_absent", "Data di emissione mancante", 10, _EARLY, _drop("iat")),
    _wrong("nbf_future", "Valido solo fra un'ora", 10, _EARLY, _shift("nbf", 3600)),
    _wrong("nonce_other", "nonce di un altro accesso", 11, _NONCE, _set("nonce", "B" * 43)),
    _wrong("nonce_absent", "nonce mancante", 11, _NONCE, _drop("nonce")),
    _wrong("nonce_number", "nonce numerico", 11, _NONCE, _set("nonce", 7)),
    _wrong("nonce_empty", "nonce vuoto", 11, _NONCE, _set("nonce", "")),
)  # fmt: skip

_MESSAGES: Final = (
    _wrong("version_absent", "Versione mancante", 12, _VERSION, _drop(f"{CLAIM}version")),
    _wrong("version_old", "Versione LTI 1.1", 12, _VERSION, _set(f"{CLAIM}version", "LTI-1p0")),
    _wrong("version_short", "Versione 1.3 invece di 1.3.0", 12, _VERSION, _set(f"{CLAIM}version", "1.3")),
    _wrong("message_type_absent", "Tipo di messaggio mancante", 13, _MESSAGE, _drop(f"{CLAIM}message_type")),
    _wrong("message_type_unknown", "Tipo di messaggio sconosciuto", 13, _MESSAGE,
           _set(f"{CLAIM}message_type", "LtiStartProctoring")),
    _wrong("deployment_absent", "Installazione mancante", 14, _DEPLOYMENT, _drop(f"{CLAIM}deployment_id")),
    _wrong("deployment_unknown", "Installazione sconosciuta", 14, _DEPLOYMENT,
           _set(f"{CLAIM}deployment_id", "666")),
    _wrong("deployment_empty", "Installazione vuota", 14, _DEPLOYMENT, _set(f"{CLAIM}deployment_id", "")),
    _wrong("deployment_number", "Installazione numerica", 14, _DEPLOYMENT, _set(f"{CLAIM}deployment_id", 1)),
    _wrong("deployment_too_long", "Installazione oltre 255 caratteri", 14, _DEPLOYMENT,
           _set(f"{CLAIM}deployment_id", "1" * 256)),
    _wrong("target_absent", "Destinazione mancante", 15, _TARGET, _drop(f"{CLAIM}target_link_uri")),
    _wrong("target_foreign", "Destinazione su un altro sito", 15, _TARGET,
           _target(lambda _: "https://attacker.example/programmes/co-alizione/modules/m1")),
    _wrong("target_lookalike", "Sito che comincia con il nome dello strumento", 15, _TARGET,
           _target(lambda url: f"{url}.attacker.example/programmes/co-alizione/modules/m1")),
    _wrong("target_userinfo", "Nome dello strumento prima della chiocciola", 15, _TARGET,
           _target(lambda url: f"{url}@attacker.example/")),
    _wrong("target_javascript", "Destinazione javascript:", 15, _TARGET,
           _target(lambda _: "javascript:alert(1)")),
    _wrong("target_other_page", "Un'altra pagina dello strumento, diversa dall'inizio dell'accesso", 15,
           _TARGET,
           _target(lambda url: f"{url}/programmes/co-alizione/modules/m2")),
    _wrong("target_number", "Destinazione numerica", 15, _TARGET, _set(f"{CLAIM}target_link_uri", 7)),
)  # fmt: skip

_REQUIRED: Final = (
    _wrong("resource_link_absent", "Attività mancante", 16, _MISSING, _drop(f"{CLAIM}resource_link")),
    _wrong("resource_link_text", "Attività come testo", 16, _INVALID,
           _set(f"{CLAIM}resource_link", "link-m1")),
    _wrong("resource_link_without_id", "Attività senza identificativo", 16, _MISSING,
           _set(f"{CLAIM}resource_link", {"title": "Modulo 1"})),
    _wrong("resource_link_id_number", "Identificativo di attività numerico", 16, _INVALID,
           _set(f"{CLAIM}resource_link", {"id": 7})),
    _wrong("resource_link_id_too_long", "Identificativo di attività oltre 255 caratteri", 16, _INVALID,
           _set(f"{CLAIM}resource_link", {"id": "x" * 256})),
    _wrong("roles_absent", "Ruoli mancanti", 16, _MISSING, _drop(f"{CLAIM}roles")),
    _wrong("roles_text", "Ruoli come testo", 16, _INVALID, _set(f"{CLAIM}roles", "Instructor")),
    _wrong("roles_numbers", "Ruoli numerici", 16, _INVALID, _set(f"{CLAIM}roles", [1, 2])),
    _wrong("context_list", "Corso scritto come lista", 16, _INVALID,
           _set(f"{CLAIM}context", ["co-alizione-2026"])),
    _wrong("context_without_id", "Corso senza identificativo", 16, _MISSING,
           _set(f"{CLAIM}context", {"title": "x"})),
    _wrong("custom_list", "Parametri scritti come lista", 16, _INVALID,
           _set(f"{CLAIM}custom", ["module_id", "m1"])),
    _wrong("sub_absent", "Persona mancante", 17, _SUBJECT, _drop("sub")),
    _wrong("sub_empty", "Persona vuota", 17, _SUBJECT, _set("sub", "")),
    _wrong("sub_number", "Persona numerica", 17, _SUBJECT, _set("sub", 4)),
    _wrong("sub_too_long", "Persona oltre 255 caratteri", 17, _SUBJECT, _set("sub", "x" * 256)),
)  # fmt: skip

CLAIM_FORGERIES: Final = (*_IDENTITY, *_TIMES, *_MESSAGES, *_REQUIRED)
