"""Checks 1 to 11, and what comes before them: whether a message is the LMS's, for us, now."""

from flask_babel import lazy_gettext as _

from lms_plugin.connecting.checks import BEGINNING, LAST
from lms_plugin.connecting.diagnosis import at

TRUST_DIAGNOSES = {
    "login_malformed": at(
        BEGINNING,
        _("Richiesta di accesso incompleta"),
        _(
            "L'LMS deve mandare iss, login_hint e target_link_uri, ciascuno una volta sola. Controlla che lo"
            " strumento sia configurato come LTI 1.3 e che l'indirizzo di inizio accesso (initiate login URL)"
            " sia quello di questa pagina. Se qualcuno ha solo aperto l'indirizzo a mano, non c'è nulla da"
            " fare."
        ),
    ),
    "platform_unknown": at(
        BEGINNING,
        _("LMS non registrato"),
        _(
            "Registra qui l'LMS con l'emittente (issuer) e il client id mostrati, carattere per carattere:"
            " una barra finale o http al posto di https bastano a renderli diversi."
        ),
    ),
    "platform_ambiguous": at(
        BEGINNING,
        _("Registrazione non indicata"),
        _(
            "Qui ci sono più registrazioni con lo stesso emittente. Configura l'LMS perché mandi anche il"
            " client id (parametro client_id), oppure sospendi le registrazioni che non servono più."
        ),
    ),
    "target_link_unknown": at(
        BEGINNING,
        _("Indirizzo di attività sconosciuto"),
        _(
            "L'indirizzo dell'attività nell'LMS non è uno dei nostri, o l'attività non esiste più. Correggi"
            " l'indirizzo dello strumento nell'attività, oppure inseriscila di nuovo scegliendola"
            " dall'elenco."
        ),
    ),
    "platform_error": at(
        BEGINNING,
        _("L'LMS ha risposto con un errore"),
        _(
            "L'LMS ha rifiutato la nostra domanda; il dettaglio qui sotto è il nome del suo errore. Di solito"
            " la persona non era più collegata all'LMS, o tra gli indirizzi di ritorno (redirect URI) manca"
            " il nostro. Fai riaprire l'attività dal corso; se si ripete, confronta gli indirizzi."
        ),
    ),
    "malformed_response": at(
        1,
        _("Messaggio illeggibile"),
        _(
            "La risposta dell'LMS non contiene id_token e state leggibili. Se succede sempre, un proxy o un"
            " filtro sulla rete taglia o cambia il modulo inviato, oppure l'LMS non usa il formato di LTI"
            " 1.3."
        ),
    ),
    "state_unknown": at(
        2,
        _("Accesso non iniziato da qui"),
        _(
            "Il messaggio non risponde a una domanda nostra. L'LMS deve passare prima dall'indirizzo di"
            " inizio accesso (initiate login URL) e restituire lo state invariato."
        ),
    ),
    "state_expired": at(
        2,
        _("Accesso durato troppo"),
        _(
            "Tra l'inizio e il messaggio sono passati più di dieci minuti: di solito la persona ha dovuto"
            " autenticarsi. Basta riaprire l'attività."
        ),
    ),
    "state_replayed": at(
        2,
        _("Accesso già usato"),
        _(
            "La persona è tornata indietro o ha ricaricato la pagina. Basta riaprire l'attività dal corso; se"
            " succede sempre, l'LMS o un proxy invia due volte lo stesso messaggio."
        ),
    ),
    "state_not_bound": at(
        3,
        _("Browser non riconosciuto"),
        _(
            "Il browser non ha riportato il cookie dell'accesso, e l'LMS non lo ha conservato al suo posto."
            " Imposta lo strumento perché si apra in una nuova finestra, e controlla che i filtri sulla rete"
            " o nel browser non cancellino i cookie di questo sito."
        ),
    ),
    "launch_not_waiting": at(
        3,
        _("Messaggio non più in attesa"),
        _(
            "Il messaggio aspettava che la pagina dell'LMS dicesse quale browser lo aveva chiesto, e l'attesa"
            " dura due minuti e vale una volta. Basta riaprire l'attività dal corso."
        ),
    ),
    "alg_not_allowed": at(
        4,
        _("Firma di un tipo non accettato"),
        _("Nell'LMS scegli RS256 come algoritmo di firma di questo strumento."),
    ),
    "kid_missing": at(
        4,
        _("Chiave non indicata"),
        _(
            "L'LMS firma senza dire con quale chiave (kid). Rigenera le chiavi LTI dell'LMS o aggiornalo:"
            " ogni chiave pubblicata deve avere un nome."
        ),
    ),
    "issuer_mismatch": at(
        5,
        _("Emittente diverso"),
        _(
            "L'LMS si presenta nel messaggio con un emittente (iss) diverso da quello con cui ha iniziato."
            " Confronta l'emittente registrato qui con quello dell'LMS, carattere per carattere; se"
            " l'indirizzo dell'LMS è cambiato, registralo di nuovo."
        ),
    ),
    "registration_suspended": at(
        5,
        _("Registrazione sospesa"),
        _(
            "Qui la registrazione è sospesa. Chi amministra CO-AliZIONE può riattivarla nella pagina della"
            " piattaforma."
        ),
    ),
    "registration_pending": at(
        5,
        _("Registrazione da approvare"),
        _(
            "Chi amministra CO-AliZIONE deve ancora approvare la registrazione, nella pagina della"
            " piattaforma. Poi basta riaprire l'attività."
        ),
    ),
    "key_not_found": at(
        6,
        _("Chiave non pubblicata"),
        _(
            "L'LMS ha firmato con una chiave che non sta nel suo elenco pubblico (JWKS), o che è più corta di"
            " 2048 bit. Controlla che l'indirizzo JWKS registrato qui sia quello dell'LMS e che l'elenco"
            " contenga la chiave mostrata qui sotto."
        ),
    ),
    "jwks_unavailable": at(
        6,
        _("Elenco delle chiavi irraggiungibile"),
        _(
            "Da qui non si riesce a leggere l'indirizzo JWKS dell'LMS. Controlla che risponda da internet,"
            " con un certificato valido e senza richiedere l'accesso. Se l'LMS è in una rete privata, chi"
            " amministra CO-AliZIONE deve indicarlo in COALIZIONE_TRUSTED_HOSTS."
        ),
    ),
    "bad_signature": at(
        6,
        _("Firma sbagliata"),
        _(
            "La firma non corrisponde alla chiave pubblicata con quel nome. Se nell'LMS le chiavi sono state"
            " cambiate, devono avere un nome nuovo. Se non è così, qualcuno ha alterato il messaggio."
        ),
    ),
    "audience_mismatch": at(
        7,
        _("Destinato a un altro strumento"),
        _(
            "Il client id nel messaggio (aud) non è quello registrato qui, o non è l'unico. Confronta il"
            " client id dell'LMS con quello registrato."
        ),
    ),
    "azp_mismatch": at(
        8,
        _("Autorizzato un altro strumento"),
        _("Il messaggio autorizza un altro client id (azp). Confronta il client id dell'LMS con il nostro."),
    ),
    "token_expired": at(
        9,
        _("Messaggio scaduto"),
        _(
            "Il messaggio era già scaduto all'arrivo. Guarda la differenza tra gli orologi: se supera un"
            " minuto, sincronizza l'orologio del server dell'LMS (NTP). Se è piccola, la persona ha atteso"
            " troppo."
        ),
    ),
    "token_not_yet_valid": at(
        10,
        _("Messaggio dal futuro"),
        _(
            "L'orologio del server dell'LMS è avanti di oltre un minuto, o il messaggio non dice quando è"
            " stato fatto (iat). Sincronizza l'orologio del server dell'LMS (NTP)."
        ),
    ),
    "token_too_old": at(
        10,
        _("Messaggio troppo vecchio"),
        _(
            "Il messaggio è stato fatto più di dieci minuti prima. Sincronizza l'orologio del server dell'LMS"
            " (NTP); se è giusto, la persona ha atteso troppo: basta riaprire l'attività."
        ),
    ),
    "nonce_mismatch": at(
        11,
        _("Risposta a un'altra domanda"),
        _(
            "Il nonce non è quello che avevamo mandato. L'LMS deve restituirlo invariato; se succede a una"
            " persona sola, aveva aperto due volte l'attività: basta riaprirla."
        ),
    ),
    "nonce_replayed": at(
        11,
        _("Inviato due volte"),
        _(
            "Lo stesso messaggio è arrivato due volte insieme, per esempio con un doppio clic. Basta"
            " riaprire."
        ),
        reached=LAST,
    ),
}
