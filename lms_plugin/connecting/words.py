"""What states, faults, notices and tables are called on the administrators' pages."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lms_plugin.delivery.forwarding.administering import LetterMissing, TargetFromSettings, TargetMissing
from lms_plugin.lti.administering import ChangedMeanwhile, NotFromHere, PlatformMissing
from lms_plugin.lti.key_rotation import NextKeyTooNew, ToolKeyInUse, ToolKeysChanging, ToolKeyUnknown
from lms_plugin.lti.removal import RemovalRefused
from lms_plugin.lti.role_overrides import OverrideInvalid
from lms_plugin.lti.tool_keys import ToolKeyUnreadable
from lms_plugin.people.role import Role
from lms_plugin.web.problems import explain

# Status -> kind of the chip in web/macros.html, and its words.
STATUS: Mapping[str, tuple[str, Any]] = {
    "active": ("done", _("Attiva")),
    "pending": ("waiting", _("In attesa di approvazione")),
    "suspended": ("failed", _("Sospesa")),
}
KEY_STATUS: Mapping[str, tuple[str, Any]] = {
    "next": ("waiting", _("Prossima: pubblicata, non firma ancora")),
    "active": ("done", _("In uso: firma")),
    "retiring": ("started", _("In uscita: non firma più, è ancora pubblicata")),
    "deleted": ("todo", _("Eliminata: non è più pubblicata")),
}
DONE: Mapping[str, Any] = {
    "target_added": _("Archivio aggiunto: l'invio parte subito."),
    "target_paused": _("Invio in pausa: ciò che arriva intanto aspetta."),
    "target_resumed": _("Invio ripreso da dove era rimasto."),
    "target_credentials": _("Credenziali salvate. Se l'invio era in pausa, riprendilo."),
    "target_resent": _("Fatto: parte subito. L'archivio riconosce ciò che ha già e lo tiene una volta sola."),
    "letter_discarded": _("Rinuncia registrata. La dichiarazione resta nel nostro archivio."),
    "approve": _("Approvazione registrata: ora gli accessi sono ammessi."),
    "suspend": _("Sospensione registrata: da ora nessuno entra da qui. I dati restano."),
    "resume": _("Sospensione tolta."),
    "edited": _("Modifiche salvate."),
    "unchanged": _("Non c'era nulla da cambiare."),
    "renamed": _("Nome salvato."),
    "removed": _("Eliminazione completata."),
    "rotated": _(
        "Rotazione completata: firma la nuova chiave. La precedente resta pubblicata per una settimana."
    ),
    "already_rotated": _("Qualcun altro aveva appena ruotato le chiavi: non serviva farlo di nuovo."),
    "retired": _("La chiave non è più pubblicata."),
    "role_added": _("Ruolo salvato: vale dal prossimo accesso."),
    "role_removed": _("Ruolo tolto: dal prossimo accesso ha di nuovo il significato abituale."),
}
FAULTS: Mapping[str, Any] = {
    "name_empty": _("Scrivi un nome."),
    "name_too_long": _("Scrivi un nome di 255 caratteri al massimo, su una riga."),
    "address_malformed": _("Scrivi un indirizzo completo, come https://lms.example.it/mod/lti/auth.php."),
    "address_not_https": _(
        "L'indirizzo deve iniziare con https://. Un LMS senza https va indicato in COALIZIONE_TRUSTED_HOSTS."
    ),
    "audience_malformed": _("Scrivi il valore come lo mostra l'LMS, o lascia vuoto il campo."),
    "origin_malformed": _(
        "Scrivi una o più origini, come https://scuola.instructure.com: protocollo e nome del sito,"
        " senza percorso."
    ),
    "role_malformed": _("Scrivi il ruolo come lo invia l'LMS: fino a 500 caratteri, su una riga."),
    "part_unknown": _("Scegli una delle parti dell'elenco."),
    "deployment_unknown": _("Scegli una delle installazioni dell'elenco."),
    "key_missing": _("Scrivi il nome utente."),
    "secret_missing": _("Scrivi la password."),
    "too_long": _("Scrivi un nome di 200 caratteri al massimo."),
    "taken": _("Un altro archivio si chiama già così: scegli un altro nome."),
    "unknown": _("Scegli una delle voci dell'elenco."),
    "no_address": _("Scrivi un indirizzo completo, come https://lrs.example.it/xapi."),
    "not_bare": _("Scrivi l'indirizzo senza nome utente e senza ciò che segue ? o #."),
    "not_https": _(
        "L'indirizzo deve iniziare con https://. Un archivio senza https va indicato in"
        " COALIZIONE_TRUSTED_HOSTS."
    ),
    "no_iri": _("Scrivi indirizzi completi, come http://adlnet.gov/expapi/verbs/completed."),
    "no_day": _("Scegli un giorno, per esempio 2026-11-23."),
    "why_missing": _("Scrivi perché questa dichiarazione non deve più arrivare."),
    "name_differs": _("Il nome non è uguale: scrivilo come lo vedi qui sopra."),
}
PARTS: Mapping[str, Any] = {
    Role.LEARNER: _("Partecipante"),
    Role.TRAINER: _("Formatrice o formatore"),
    Role.OBSERVER: _("Osservatrice o osservatore: guarda, e non si registra nulla"),
    Role.LMS_ADMINISTRATOR: _("Amministra l'LMS: legge il registro della propria installazione"),
}
TABLES: Mapping[str, Any] = {
    "access_tokens": _("token di accesso ai servizi dell'LMS"),
    "course_rosters": _("elenchi dei corsi letti dall'LMS"),
    "deployments": _("installazioni"),
    "join_tickets": _("ingressi ai webinar non usati"),
    "launch_reports": _("resoconti degli accessi"),
    "learners": _("persone che sono entrate solo da qui, con nome ed e-mail"),
    "lti_contexts": _("corsi dell'LMS"),
    "memberships": _("iscrizioni ai corsi lette dall'LMS"),
    "picking_requests": _("scelte di attività iniziate"),
    "placements": _("abbinamenti fra persone e collegamenti"),
    "resource_links": _("collegamenti nei corsi"),
    "role_overrides": _("ruoli con un significato proprio"),
    "roster_syncs": _("letture degli elenchi"),
    "submission_reviews": _("consegne aperte da chi valuta"),
    "parked_launches": _("accessi a metà"),
    "visit_tickets": _("passaggi da una finestra all'altra"),
    "visits": _("visite, anche aperte in questo momento"),
}

explain(
    {
        PlatformMissing.code: _("Questa piattaforma o installazione non c'è, o è stata eliminata."),
        TargetMissing.code: _("Questo archivio non c'è, o è stato tolto."),
        TargetFromSettings.code: _(
            "Questo archivio è nominato nella configurazione (COALIZIONE_LRS_ENDPOINT, COALIZIONE_LRS_KEY,"
            " COALIZIONE_LRS_SECRET): cambialo lì."
        ),
        LetterMissing.code: _("Questa dichiarazione nel frattempo è partita, o qualcuno ha già deciso."),
        NotFromHere.code: _(
            "Lo stato nel frattempo è cambiato: torna alla pagina della piattaforma e guarda com'è."
        ),
        ChangedMeanwhile.code: _("Qualcun altro ha cambiato questi valori mentre li modificavi."),
        RemovalRefused.code: _(
            "Non si può eliminare: può ancora ricevere accessi, oppure qualcuno ha registrazioni, che non si"
            " eliminano mai. Lasciala sospesa."
        ),
        NextKeyTooNew.code: _("La prossima chiave è pubblicata da meno di 48 ore."),
        ToolKeyUnknown.code: _("Questa chiave non è, o non è più, pubblicata."),
        ToolKeyInUse.code: _("Questa chiave firma: prima ruota le chiavi."),
        ToolKeysChanging.code: _("Le chiavi stanno cambiando in questo momento: riprova."),
        ToolKeyUnreadable.code: _(
            "La chiave salvata non si apre con il segreto attuale (COALIZIONE_SECRET_KEY). Rimetti il segreto"
            " di prima, oppure ruota le chiavi."
        ),
        OverrideInvalid.code: _("Questo ruolo non si può salvare: controlla come è scritto."),
    }
)
