"""What we say about each refused launch: what happened, and what to do about it."""

from flask_babel import lazy_gettext as _

SENTENCES = {
    "login_malformed": _(
        "L'LMS ha inviato una richiesta di accesso incompleta. Chiedi a chi lo amministra di controllare"
        " la configurazione di questo strumento."
    ),
    "platform_unknown": _(
        "Questo LMS non è registrato qui. Chi amministra CO-AliZIONE deve collegarlo: alla pagina «Collega"
        " un LMS» dell'amministrazione, o con i comandi «coalizione platform invite» (un invito da incollare"
        " nell'LMS) e «coalizione platform add» (a mano)."
    ),
    "platform_ambiguous": _(
        "L'LMS non ha detto quale registrazione usa, e qui ce n'è più di una. Chi amministra l'LMS deve"
        " far inviare anche il client id (client_id)."
    ),
    "target_link_unknown": _(
        "L'indirizzo di questa attività non esiste più o è scritto male. Chi ha preparato il corso deve"
        " correggere l'indirizzo dello strumento nell'attività."
    ),
    "malformed_response": _("La risposta dell'LMS non è leggibile. Torna al corso e riapri l'attività."),
    "state_unknown": _(
        "Questo accesso non è iniziato da qui. Torna al corso nel tuo LMS e riapri l'attività."
    ),
    "state_expired": _(
        "Sono passati più di dieci minuti da quando hai aperto l'attività. Torna al corso e riaprila."
    ),
    "state_replayed": _(
        "Questo accesso è già stato usato: succede tornando indietro o ricaricando la pagina. Torna al"
        " corso e riapri l'attività."
    ),
    "state_not_bound": _(
        "Il tuo browser non ha conservato il cookie di questo accesso. Apri l'attività in una nuova"
        " finestra. Se non basta, torna al corso e riaprila, oppure consenti i cookie di questo sito."
    ),
    "launch_not_waiting": _(
        "Questo accesso non è più in attesa: sono passati due minuti, o è già stato usato. Torna al corso e"
        " riapri l'attività."
    ),
    "alg_not_allowed": _(
        "L'LMS ha firmato l'accesso in un modo che non accettiamo. Chi lo amministra deve usare RS256."
    ),
    "kid_missing": _(
        "L'LMS non ha detto con quale chiave ha firmato l'accesso. Chi lo amministra deve controllare le"
        " chiavi (JWKS) dello strumento."
    ),
    "issuer_mismatch": _(
        "L'accesso arriva da un LMS diverso da quello che l'ha iniziato. Chi amministra l'LMS deve"
        " controllare l'emittente (issuer)."
    ),
    "registration_suspended": _("L'accesso da questo LMS è sospeso. Rivolgiti a chi amministra CO-AliZIONE."),
    "registration_pending": _(
        "L'LMS è registrato, ma chi amministra CO-AliZIONE non ha ancora approvato la registrazione. Deve"
        " farlo alla pagina «Piattaforme collegate» dell'amministrazione; poi riapri l'attività."
    ),
    "key_not_found": _(
        "L'LMS ha firmato con una chiave che non pubblica. Riprova fra un minuto; se non basta, chi"
        " amministra l'LMS deve controllare le sue chiavi (JWKS)."
    ),
    "jwks_unavailable": _(
        "Non riusciamo a leggere le chiavi pubbliche del tuo LMS. Riprova fra un minuto; se non basta,"
        " chi amministra l'LMS deve controllare che l'indirizzo delle chiavi (JWKS) sia raggiungibile da"
        " internet."
    ),
    "bad_signature": _("La firma dell'accesso non è valida. Torna al corso nel tuo LMS e riapri l'attività."),
    "audience_mismatch": _(
        "L'accesso era destinato a un altro strumento. Chi amministra l'LMS deve controllare il client id."
    ),
    "azp_mismatch": _(
        "L'accesso era destinato a un altro strumento (azp). Chi amministra l'LMS deve controllare il"
        " client id."
    ),
    "token_expired": _(
        "L'accesso è scaduto. Torna al corso e riapri l'attività. Se succede sempre, l'orologio del"
        " server dell'LMS è indietro: avvisa chi lo amministra."
    ),
    "token_not_yet_valid": _(
        "L'accesso porta un'ora nel futuro. L'orologio del server dell'LMS è avanti: avvisa chi lo"
        " amministra."
    ),
    "token_too_old": _(
        "L'accesso è stato firmato più di dieci minuti fa. Torna al corso e riapri l'attività. Se succede"
        " sempre, avvisa chi amministra l'LMS: l'orologio del server è indietro."
    ),
    "nonce_mismatch": _(
        "L'accesso non corrisponde a quello che hai iniziato. Torna al corso e riapri l'attività."
    ),
    "nonce_replayed": _(
        "Questo accesso è appena stato usato, forse con un doppio clic. Torna al corso e riapri l'attività."
    ),
    "version_unsupported": _(
        "L'LMS ha usato una versione di LTI diversa dalla 1.3. Chi lo amministra deve configurare lo"
        " strumento come LTI 1.3."
    ),
    "message_type_unsupported": _(
        "L'LMS ha chiesto qualcosa che questo strumento non offre. Si possono aprire attività, aggiungerne al"
        " corso e rivedere le consegne."
    ),
    "deployment_unknown": _(
        "L'LMS non ha detto da quale installazione (deployment) arriva, o ne ha detta un'altra. Chi lo"
        " amministra deve controllare il deployment id."
    ),
    "deployment_pending": _(
        "Questa installazione dello strumento è nuova e aspetta di essere approvata da chi amministra CO-"
        "AliZIONE. Riapri l'attività quando ti diranno che è pronta."
    ),
    "deployment_suspended": _(
        "L'accesso da questa installazione dello strumento è sospeso. Rivolgiti a chi amministra CO-AliZIONE."
    ),
    "target_link_mismatch": _(
        "L'LMS ha cambiato indirizzo durante l'accesso. Chi ha preparato il corso deve correggere"
        " l'indirizzo dello strumento nell'attività."
    ),
    "claim_missing": _(
        "All'accesso manca un dato obbligatorio. Chi amministra CO-AliZIONE vede nella Diagnosi qual è."
    ),
    "claim_invalid": _(
        "Un dato dell'accesso non è scritto come prevede LTI. Chi amministra CO-AliZIONE vede nella Diagnosi"
        " qual è."
    ),
    "return_url_foreign": _(
        "L'LMS vuole la risposta a un indirizzo che non è suo. Chi lo amministra deve controllare l'indirizzo"
        " di ritorno (deep_link_return_url); se è giusto, chi amministra CO-AliZIONE deve aggiungere quel"
        " sito alla piattaforma, fra gli altri siti dell'LMS."
    ),
    "sub_missing": _(
        "L'LMS non ha detto chi sei. Accedi all'LMS e riapri l'attività: l'accesso anonimo non è possibile."
    ),
    "forbidden_role": _(
        "Il tuo ruolo nell'LMS non apre questa pagina. La segreteria richiede un ruolo di amministrazione;"
        " aggiungere attività e rivedere le consegne, un ruolo di docente. Se ti serve, chiedi a chi"
        " amministra l'LMS."
    ),
    "module_unavailable": _(
        "Questa attività non è ancora disponibile. Scegline un'altra nel corso, o chiedi a chi lo ha"
        " preparato."
    ),
    "platform_error": _(
        "Il tuo LMS non ha completato l'accesso. Accedi di nuovo all'LMS e riapri l'attività dal corso."
    ),
    "too_many_launches": _(
        "In questo momento arrivano troppi accessi dalla tua rete o dal tuo LMS. Aspetta un minuto, poi"
        " torna al corso e riapri l'attività."
    ),
    "launch_by_link": _(
        "Questa pagina non si apre da sola. Torna al corso nel tuo LMS e apri l'attività da lì."
    ),
}
