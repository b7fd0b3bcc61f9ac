"""Forgeries of the claims, rightly signed by the LMS's own key (checks 5 and 7 to 17)."""

from typing import Final

from lms_plugin.rehearsal.altering import audiences, drop, put, shift, target, wrong
from lms_plugin.rehearsal.drafting import Draft
from lms_plugin.rehearsal.vocabulary import CLAIM


def _from_the_future(draft: Draft) -> None:
    shift("exp", 7200)(draft)
    shift("iat", 3600)(draft)


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
    wrong("iss_other", "Emesso da un altro LMS", 5, ("issuer_mismatch",),
           put("iss", "https://attacker.example")),
    wrong("iss_slash", "Emittente con una barra in più", 5, ("issuer_mismatch",), _trailing_slash_on_issuer),
    wrong("iss_absent", "Emittente mancante", 5, ("issuer_mismatch", "claim_missing"), drop("iss")),
    wrong("aud_absent", "Destinatario mancante", 7, _AUDIENCE, drop("aud")),
    wrong("aud_other", "Destinato a un altro strumento", 7, _AUDIENCE, put("aud", _OTHER)),
    wrong("aud_empty_list", "Lista dei destinatari vuota", 7, _AUDIENCE, put("aud", [])),
    wrong("aud_number", "Destinatario numerico", 7, _AUDIENCE, put("aud", 7)),
    wrong("aud_list_with_stranger", "Anche un altro destinatario, con azp giusto", 7, _AUDIENCE,
           audiences(_OTHER, azp="")),
    wrong("azp_other", "azp di un altro strumento", 8, ("azp_mismatch",), put("azp", _OTHER)),
    wrong("azp_number", "azp numerico", 8, ("azp_mismatch", "claim_invalid"), put("azp", 7)),
    wrong("azp_absent", "Due destinatari e nessun azp", 7, ("audience_mismatch", "azp_mismatch"),
           audiences(_OTHER)),
)  # fmt: skip

_TIMES: Final = (
    wrong("exp_past", "Scaduto da dieci minuti", 9, _EXPIRED, shift("exp", -600)),
    wrong("exp_absent", "Scadenza mancante", 9, _EXPIRED, drop("exp")),
    wrong("exp_text", "Scadenza scritta come testo", 9, _EXPIRED, put("exp", "domani")),
    wrong("iat_future", "Emesso fra un'ora", 10, _EARLY, _from_the_future),
    wrong("iat_stale", "Emesso un'ora fa, non ancora scaduto", 10, ("token_too_old",), shift("iat", -3600)),
    wrong("iat_absent", "Data di emissione mancante", 10, _EARLY, drop("iat")),
    wrong("nbf_future", "Valido solo fra un'ora", 10, _EARLY, shift("nbf", 3600)),
    wrong("nonce_other", "nonce di un altro accesso", 11, _NONCE, put("nonce", "B" * 43)),
    wrong("nonce_absent", "nonce mancante", 11, _NONCE, drop("nonce")),
    wrong("nonce_number", "nonce numerico", 11, _NONCE, put("nonce", 7)),
    wrong("nonce_empty", "nonce vuoto", 11, _NONCE, put("nonce", "")),
)  # fmt: skip

_MESSAGES: Final = (
    wrong("version_absent", "Versione mancante", 12, _VERSION, drop(f"{CLAIM}version")),
    wrong("version_old", "Versione LTI 1.1", 12, _VERSION, put(f"{CLAIM}version", "LTI-1p0")),
    wrong("version_short", "Versione 1.3 invece di 1.3.0", 12, _VERSION, put(f"{CLAIM}version", "1.3")),
    wrong("message_type_absent", "Tipo di messaggio mancante", 13, _MESSAGE, drop(f"{CLAIM}message_type")),
    wrong("message_type_unknown", "Tipo di messaggio sconosciuto", 13, _MESSAGE,
           put(f"{CLAIM}message_type", "LtiStartProctoring")),
    wrong("deployment_absent", "Installazione mancante", 14, _DEPLOYMENT, drop(f"{CLAIM}deployment_id")),
    wrong("deployment_unknown", "Installazione sconosciuta", 14, _DEPLOYMENT,
           put(f"{CLAIM}deployment_id", "666")),
    wrong("deployment_empty", "Installazione vuota", 14, _DEPLOYMENT, put(f"{CLAIM}deployment_id", "")),
    wrong("deployment_number", "Installazione numerica", 14, _DEPLOYMENT, put(f"{CLAIM}deployment_id", 1)),
    wrong("deployment_too_long", "Installazione oltre 255 caratteri", 14, _DEPLOYMENT,
           put(f"{CLAIM}deployment_id", "1" * 256)),
    wrong("target_absent", "Destinazione mancante", 15, _TARGET, drop(f"{CLAIM}target_link_uri")),
    wrong("target_foreign", "Destinazione su un altro sito", 15, _TARGET,
           target(lambda _: "https://attacker.example/programmes/co-alizione/modules/m1")),
    wrong("target_lookalike", "Sito che comincia con il nome dello strumento", 15, _TARGET,
           target(lambda url: f"{url}.attacker.example/programmes/co-alizione/modules/m1")),
    wrong("target_userinfo", "Nome dello strumento prima della chiocciola", 15, _TARGET,
           target(lambda url: f"{url}@attacker.example/")),
    wrong("target_javascript", "Destinazione javascript:", 15, _TARGET,
           target(lambda _: "javascript:alert(1)")),
    wrong("target_other_page", "Un'altra pagina dello strumento, diversa dall'inizio dell'accesso", 15,
           _TARGET,
           target(lambda url: f"{url}/programmes/co-alizione/modules/m2")),
    wrong("target_number", "Destinazione numerica", 15, _TARGET, put(f"{CLAIM}target_link_uri", 7)),
)  # fmt: skip

_REQUIRED: Final = (
    wrong("resource_link_absent", "Attività mancante", 16, _MISSING, drop(f"{CLAIM}resource_link")),
    wrong("resource_link_text", "Attività come testo", 16, _INVALID,
           put(f"{CLAIM}resource_link", "link-m1")),
    wrong("resource_link_without_id", "Attività senza identificativo", 16, _MISSING,
           put(f"{CLAIM}resource_link", {"title": "Modulo 1"})),
    wrong("resource_link_id_number", "Identificativo di attività numerico", 16, _INVALID,
           put(f"{CLAIM}resource_link", {"id": 7})),
    wrong("resource_link_id_too_long", "Identificativo di attività oltre 255 caratteri", 16, _INVALID,
           put(f"{CLAIM}resource_link", {"id": "x" * 256})),
    wrong("roles_absent", "Ruoli mancanti", 16, _MISSING, drop(f"{CLAIM}roles")),
    wrong("roles_text", "Ruoli come testo", 16, _INVALID, put(f"{CLAIM}roles", "Instructor")),
    wrong("roles_numbers", "Ruoli numerici", 16, _INVALID, put(f"{CLAIM}roles", [1, 2])),
    wrong("context_list", "Corso scritto come lista", 16, _INVALID,
           put(f"{CLAIM}context", ["co-alizione-2026"])),
    wrong("context_without_id", "Corso senza identificativo", 16, _MISSING,
           put(f"{CLAIM}context", {"title": "x"})),
    wrong("custom_list", "Parametri scritti come lista", 16, _INVALID,
           put(f"{CLAIM}custom", ["module_id", "m1"])),
    wrong("sub_absent", "Persona mancante", 17, _SUBJECT, drop("sub")),
    wrong("sub_empty", "Persona vuota", 17, _SUBJECT, put("sub", "")),
    wrong("sub_number", "Persona numerica", 17, _SUBJECT, put("sub", 4)),
    wrong("sub_too_long", "Persona oltre 255 caratteri", 17, _SUBJECT, put("sub", "x" * 256)),
)  # fmt: skip

CLAIM_FORGERIES: Final = (*_IDENTITY, *_TIMES, *_MESSAGES, *_REQUIRED)
