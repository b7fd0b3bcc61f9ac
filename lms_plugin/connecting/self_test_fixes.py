"""The one table of self-test codes and what to do about them; a code alone, or only in one step."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lms_plugin.lti.self_test.line import Step

ADDRESSES = _("Confronta gli indirizzi registrati qui con quelli dell'LMS, carattere per carattere.")
FIXES: Mapping[str | tuple[Step, str], str] = {
    "unreachable": _(
        "Da qui l'LMS non risponde, o risponde troppo tardi, o ha un certificato non valido. Controlla"
        " l'indirizzo registrato, il certificato, e che nessun filtro (firewall, WAF) fermi il nostro server."
    ),
    "not_called": _(
        "L'indirizzo registrato non si può chiamare: deve essere https e pubblico. Un LMS in rete privata va"
        " indicato da chi amministra CO-AliZIONE in COALIZIONE_TRUSTED_HOSTS."
    ),
    "unreadable": _(
        "All'indirizzo risponde qualcosa che non è ciò che LTI prevede, per esempio una pagina di accesso o"
        " di manutenzione. Confronta l'indirizzo registrato con quello dell'LMS."
    ),
    "forbidden": _(
        "L'LMS riconosce la chiamata ma non la permette. Nelle impostazioni dello strumento permetti questo"
        " servizio (in Moodle: «Servizi»; in Canvas: gli scope della Developer Key)."
    ),
    "missing": _(
        "L'indirizzo non c'è più: forse il corso è stato cancellato. Apri un'attività da un corso che esiste"
        " e riprova."
    ),
    "busy": _("L'LMS è sovraccarico o in avaria. Riprova fra qualche minuto."),
    "refused": _("L'LMS ha rifiutato la chiamata: le sue parole dicono perché."),
    "too_slow": _("L'LMS ha risposto così lentamente che non c'era più tempo. Riprova più tardi."),
    "no_token": _("Serve il permesso della riga più sopra, che non è arrivato."),
    "no_column": _("Serve la colonna di prova, che non c'è."),
    (Step.KEYS, "missing"): ADDRESSES,
    (Step.KEYS, "forbidden"): _(
        "Le chiavi pubbliche devono leggersi senza accesso: togli la protezione da quell'indirizzo."
    ),
    "no_usable_key": _(
        "L'elenco non contiene chiavi RSA di almeno 2048 bit, con un nome (kid) diverso per ciascuna."
        " Rigenera le chiavi LTI dell'LMS."
    ),
    "last_key_gone": _(
        "La chiave che ha firmato l'ultimo accesso non è più nell'elenco. Se le chiavi sono appena cambiate,"
        " il prossimo accesso userà la nuova; altrimenti l'indirizzo JWKS registrato è di un altro LMS."
    ),
    "no_date": _("L'LMS non ha detto che ora è. La differenza si vede anche dagli accessi, nella diagnosi."),
    "clock_off": _(
        "I due orologi differiscono di oltre 30 secondi. Sincronizza il server dell'LMS con un servizio NTP"
        " (su Linux: timedatectl set-ntp true), e fai controllare anche il nostro."
    ),
    "no_scope": _(
        "Nessun accesso ci ha ancora detto quali servizi l'LMS concede. Fai aprire un'attività da un corso,"
        " meglio se da una persona iscritta come studente, e riprova."
    ),
    "no_launch": _("Nessuno ha ancora aperto un'attività da questo LMS."),
    "token_refused": _("L'LMS non ha dato il permesso: le sue parole dicono perché."),
    "token_invalid_client": _(
        "L'LMS non riconosce la nostra firma. Controlla che nello strumento l'indirizzo delle chiavi"
        " pubbliche (JWKS) sia il nostro /lti/jwks.json, raggiungibile dall'LMS, e che il client id sia"
        " giusto. In Brightspace il destinatario deve essere https://api.brightspace.com/auth/token."
    ),
    "token_invalid_scope": _(
        "L'LMS non concede nessuno dei servizi che aveva dichiarato. Permetti allo strumento voti e iscritti."
    ),
    "token_unsupported_grant_type": _("L'indirizzo registrato per i token è di un'altra cosa: confrontalo."),
    "token_invalid_request": _(
        "L'LMS non ha capito la richiesta. Un proxy potrebbe averla cambiata; controlla anche il destinatario"
        " (audience) registrato."
    ),
    (Step.TOKEN, "missing"): ADDRESSES,
    "scopes_missing": _(
        "L'LMS ha concesso meno servizi di quelli che dichiara negli accessi. Permettili nelle impostazioni"
        " dello strumento: senza, i voti o gli iscritti non si leggono."
    ),
    "no_roster": _(
        "L'LMS non offre l'elenco degli iscritti in questo corso. Se vuoi il confronto con chi non è mai"
        " entrato, permetti allo strumento il servizio «Names and Roles»."
    ),
    "more_people": _("Ci sono altre pagine: il servizio funziona anche per i corsi grandi."),
    "no_columns": _(
        "L'LMS non ha indicato dove stanno le colonne del registro voti. Permetti allo strumento il servizio"
        " voti (Assignment and Grade Services) con la gestione delle colonne, poi fai riaprire un'attività."
    ),
    "no_column_scope": _(
        "L'LMS non ci lascia gestire colonne. Va bene se ogni attività ne ha già una; altrimenti permettilo."
    ),
    "column_reused": _("È quella rimasta da una prova precedente."),
    "column_differs": _(
        "L'LMS ha cambiato il punteggio massimo che avevamo chiesto: i voti saranno riscalati."
    ),
    "not_asked": _("Non è stato chiesto."),
    "no_score_scope": _(
        "L'LMS non ci lascia inviare voti: gli esiti non arriveranno nel suo registro. Permetti il servizio"
        " voti."
    ),
    "nobody": _("Nessuna persona è ancora entrata da questo LMS."),
    "not_graded": _(
        "L'ultima persona entrata non è valutabile (insegna, o non è più iscritta). Fai aprire un'attività a"
        " chi è iscritto come studente e riprova."
    ),
    "score_refused": _("L'LMS ha rifiutato il voto di prova: le sue parole dicono perché."),
    "no_result_scope": _("L'LMS non ci lascia rileggere i voti. Non serve per inviarli."),
    "no_result": _("L'LMS ha accettato il voto ma non lo mostra. Controlla il registro voti del corso."),
    "never_deleted": _(
        "Questo LMS non lascia cancellare colonne. Quella di prova resta, non vale per nessun corso, e la"
        " prossima prova la riusa."
    ),
    "delete_refused": _(
        "L'LMS non ha permesso di cancellare la colonna di prova. Cancellala a mano nel registro voti del"
        " corso: si chiama «CO-AliZIONE: prova di collegamento»."
    ),
    "still_there": _(
        "L'LMS ha detto di averla cancellata, ma c'è ancora. Controlla il registro voti del corso: si chiama"
        " «CO-AliZIONE: prova di collegamento»."
    ),
    (Step.DELETE, "unreachable"): _(
        "La cancellazione non ha avuto risposta. Controlla il registro voti del corso: la colonna si chiama"
        " «CO-AliZIONE: prova di collegamento». La prossima prova la ritrova e la cancella."
    ),
}
