"""Pages for a person whose way into the room is closed: what happened and what to do."""

from aiohttp import web

from webinar_connector.local_room.pages import fill, html

ASK_AGAIN = "Torna alla pagina del corso e premi di nuovo «Entra»."
SENTENCES = {
    "checksumError": ("Questo collegamento non è valido.", ASK_AGAIN),
    "invalidMeetingIdentifier": (
        "Il webinar non è aperto.",
        "Torna alla pagina del corso e aspetta l'inizio.",
    ),
    "mismatchCreateTimeParam": ("Questo collegamento era per un incontro già finito.", ASK_AGAIN),
    "maxParticipantsReached": ("La stanza è piena.", "Aspetta che qualcuno esca e riprova."),
    "gone": ("Non sei più in questa stanza.", "Per rientrare torna alla pagina del corso e premi «Entra»."),
}
OTHERWISE = ("Non è possibile entrare nella stanza.", ASK_AGAIN)
STATUS = {"checksumError": 403, "maxParticipantsReached": 409, "gone": 410}


def problem_page(key: str) -> web.Response:
    """The page for one of the API's message keys, or for an address that is dead ("gone")."""
    what, advice = SENTENCES.get(key, OTHERWISE)
    body = fill("problem", what=what, advice=advice)
    return html("Stanza non disponibile", body, status=STATUS.get(key, 404))
