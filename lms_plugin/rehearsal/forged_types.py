"""Forgeries of claims whose value is of the wrong kind, rightly signed by the LMS's key (checks 5 to 17)."""

from typing import Final

from lms_plugin.rehearsal.altering import Change, drop, put, wrong
from lms_plugin.rehearsal.drafting import Draft, Forgery
from lms_plugin.rehearsal.vocabulary import AGS_ENDPOINT_CLAIM, CLAIM, DL_CLAIM, NRPS_CLAIM

_OTHER: Final = "another-tool"


def _like(claim: str, write: object) -> Change:
    """The claim's own value, passed through `write`."""

    def change(draft: Draft) -> None:
        if callable(write):
            draft.claims[claim] = write(draft.claims.get(claim))

    return change


def _inside(claim: str, **members: object) -> Change:
    """Some members of an object claim, others as they were."""

    def change(draft: Draft) -> None:
        honest = draft.claims.get(claim)
        draft.claims[claim] = {**(honest if isinstance(honest, dict) else {}), **members}

    return change


def _deep_linking_instead_of_link(draft: Draft) -> None:
    drop(f"{CLAIM}resource_link")(draft)
    settings = {"deep_link_return_url": f"{draft.claims['iss']}/return", "accept_types": ["ltiResourceLink"]}
    put(f"{DL_CLAIM}deep_linking_settings", settings)(draft)


def _all(check: int, code: str, *rows: tuple[str, str, Change]) -> tuple[Forgery, ...]:
    return tuple(wrong(name, title, check, (code,), change) for name, title, change in rows)


_IDENTITY: Final = (
    *_all(
        5, "issuer_mismatch",
        ("iss_number", "Emittente numerico", put("iss", 7)),
        ("iss_list", "Emittente scritto come lista", _like("iss", lambda iss: [iss])),
        ("iss_capitals", "Emittente in maiuscolo", _like("iss", lambda iss: str(iss).upper())),
    ),
    *_all(
        7, "audience_mismatch",
        ("aud_null", "Destinatario nullo", put("aud", None)),
        ("aud_object", "Destinatario scritto come oggetto", _like("aud", lambda aud: {"0": aud})),
        ("aud_nested", "Destinatario in una lista dentro una lista", _like("aud", lambda aud: [[aud]])),
        ("aud_capitals", "Destinatario in maiuscolo", _like("aud", lambda aud: str(aud).upper())),
        ("aud_longer", "Destinatario che comincia come il nostro", _like("aud", lambda aud: f"{aud}-2")),
        ("aud_stranger_first", "Un altro destinatario prima del nostro",
         _like("aud", lambda aud: [_OTHER, aud])),
    ),
    *_all(
        8, "azp_mismatch",
        ("azp_empty", "azp vuoto", put("azp", "")),
        ("azp_list", "azp scritto come lista", _like("azp", lambda _: [_OTHER])),
    ),
)  # fmt: skip

_TIMES: Final = (
    *_all(
        9, "token_expired",
        ("exp_null", "Scadenza nulla", put("exp", None)),
        ("exp_boolean", "Scadenza scritta come vero", _like("exp", lambda _: True)),
        ("exp_list", "Scadenza scritta come lista", _like("exp", lambda exp: [exp])),
        ("exp_negative", "Scadenza prima del 1970", put("exp", -1)),
    ),
    *_all(
        10, "token_not_yet_valid",
        ("iat_text", "Data di emissione come testo", _like("iat", str)),
        ("iat_null", "Data di emissione nulla", put("iat", None)),
        ("iat_boolean", "Data di emissione scritta come vero", _like("iat", lambda _: True)),
        ("iat_huge", "Data di emissione di quattrocento cifre", put("iat", 10**400)),
        ("nbf_text", "Inizio di validità come testo", put("nbf", "domani")),
    ),
    *_all(10, "token_too_old", ("iat_zero", "Emesso nel 1970", put("iat", 0))),
    *_all(
        11, "nonce_mismatch",
        ("nonce_null", "nonce nullo", put("nonce", None)),
        ("nonce_list", "nonce scritto come lista", _like("nonce", lambda nonce: [nonce])),
        ("nonce_capitals", "nonce con le maiuscole scambiate",
         _like("nonce", lambda nonce: str(nonce).swapcase())),
    ),
)  # fmt: skip

_MESSAGES: Final = (
    *_all(
        12, "version_unsupported",
        ("version_number", "Versione numerica", put(f"{CLAIM}version", 1.3)),
        ("version_list", "Versione scritta come lista", put(f"{CLAIM}version", ["1.3.0"])),
    ),
    *_all(
        13, "message_type_unsupported",
        ("message_type_list", "Tipo di messaggio scritto come lista",
         put(f"{CLAIM}message_type", ["LtiResourceLinkRequest"])),
        ("message_type_lowercase", "Tipo di messaggio in minuscolo",
         put(f"{CLAIM}message_type", "ltiresourcelinkrequest")),
        ("message_type_response", "La risposta di uno strumento al posto della domanda",
         put(f"{CLAIM}message_type", "LtiDeepLinkingResponse")),
    ),
    *_all(
        14, "deployment_unknown",
        ("deployment_null", "Installazione nulla", put(f"{CLAIM}deployment_id", None)),
        ("deployment_list", "Installazione scritta come lista", put(f"{CLAIM}deployment_id", ["1"])),
        ("deployment_padded", "Installazione con uno spazio in più", put(f"{CLAIM}deployment_id", " 1")),
        ("deployment_not_ascii", "Installazione con cifre di un altro alfabeto",
         put(f"{CLAIM}deployment_id", "\N{ARABIC-INDIC DIGIT ONE}")),
    ),
    *_all(
        15, "target_link_mismatch",
        ("target_empty", "Destinazione vuota", put(f"{CLAIM}target_link_uri", "")),
        ("target_list", "Destinazione scritta come lista",
         _like(f"{CLAIM}target_link_uri", lambda uri: [uri])),
        ("target_dots", "Destinazione con due punti nel percorso",
         _like(f"{CLAIM}target_link_uri", lambda uri: f"{uri}/../m1")),
        ("target_fragment", "Destinazione con un frammento",
         _like(f"{CLAIM}target_link_uri", lambda uri: f"{uri}#x")),
    ),
)  # fmt: skip

_LINK, _CONTEXT, _ROLES = f"{CLAIM}resource_link", f"{CLAIM}context", f"{CLAIM}roles"
_REQUIRED: Final = (
    *_all(
        16, "claim_missing",
        ("resource_link_null", "Attività nulla", put(_LINK, None)),
        ("resource_link_id_empty", "Identificativo di attività vuoto", put(_LINK, {"id": ""})),
        ("roles_null", "Ruoli nulli", put(_ROLES, None)),
        ("deep_linking_instead_of_link", "Scelta dei contenuti al posto dell'attività",
         _deep_linking_instead_of_link),
    ),
    *_all(
        16, "claim_invalid",
        ("resource_link_list", "Attività scritta come lista", put(_LINK, ["link-m1"])),
        ("resource_link_id_not_ascii", "Identificativo di attività fuori da ASCII",
         put(_LINK, {"id": "città"})),
        ("resource_link_id_newline", "A capo nell'identificativo di attività", put(_LINK, {"id": "m1\nm2"})),
        ("resource_link_title_number", "Titolo di attività numerico", _inside(_LINK, title=7)),
        ("roles_object", "Ruoli scritti come oggetto", _like(_ROLES, lambda roles: {"0": roles})),
        ("roles_nested", "Ruoli in una lista dentro una lista", _like(_ROLES, lambda roles: [roles])),
        ("roles_with_null", "Un ruolo nullo fra gli altri", _like(_ROLES, lambda roles: [*roles, None])),
        ("context_text", "Corso come testo", put(_CONTEXT, "co-alizione-2026")),
        ("context_id_number", "Identificativo di corso numerico", _inside(_CONTEXT, id=7)),
        ("context_id_too_long", "Identificativo di corso oltre 255 caratteri",
         _inside(_CONTEXT, id="x" * 256)),
        ("custom_text", "Parametri come testo", put(f"{CLAIM}custom", "activity_id=m1")),
        ("launch_presentation_text", "Presentazione come testo",
         put(f"{CLAIM}launch_presentation", "iframe")),
        ("tool_platform_list", "LMS scritto come lista", put(f"{CLAIM}tool_platform", ["moodle"])),
        ("ags_text", "Servizio dei voti come testo", put(AGS_ENDPOINT_CLAIM, "https://attacker.example")),
        ("ags_scope_text", "Permessi dei voti come testo", _inside(AGS_ENDPOINT_CLAIM, scope="score")),
        ("lineitem_javascript", "Colonna con indirizzo javascript:",
         _inside(AGS_ENDPOINT_CLAIM, lineitem="javascript:alert(1)")),
        ("lineitem_file", "Colonna con indirizzo file:",
         _inside(AGS_ENDPOINT_CLAIM, lineitem="file:///etc/passwd")),
        ("lineitem_number", "Colonna numerica", _inside(AGS_ENDPOINT_CLAIM, lineitem=7)),
        ("roster_list", "Servizio dei partecipanti scritto come lista", put(NRPS_CLAIM, [])),
        ("roster_address_gopher", "Partecipanti con indirizzo gopher:",
         _inside(NRPS_CLAIM, context_memberships_url="gopher://attacker.example/")),
        ("name_object", "Nome scritto come oggetto", put("name", {"given": "Ada"})),
        ("email_list", "Indirizzo di posta scritto come lista", put("email", ["ada@example.it"])),
    ),
    *_all(
        17, "sub_missing",
        ("sub_null", "Persona nulla", put("sub", None)),
        ("sub_list", "Persona scritta come lista", put("sub", ["ada"])),
        ("sub_not_ascii", "Persona fuori da ASCII", put("sub", "adà")),
        ("sub_newline", "A capo nella persona", put("sub", "ada\r\nbruno")),
    ),
)  # fmt: skip

TYPE_FORGERIES: Final = (*_IDENTITY, *_TIMES, *_MESSAGES, *_REQUIRED)
