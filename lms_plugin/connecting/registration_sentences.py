"""What we say when a registration does not come about: what happened, and who does what about it."""

from flask_babel import lazy_gettext as _

from lms_plugin.lti import dynamic_registration_errors as errors
from lms_plugin.lti import invitations

SENTENCES = {
    invitations.InvitationUnknown.code: _(
        "Questo invito non esiste: forse l'indirizzo è stato copiato a metà. Chiedi a chi amministra CO-"
        "AliZIONE un nuovo invito."
    ),
    invitations.InvitationUsed.code: _(
        "Questo invito ha già registrato un LMS, e vale una volta sola. Per un altro LMS chiedi un altro"
        " invito a chi amministra CO-AliZIONE."
    ),
    invitations.InvitationRevoked.code: _(
        "Questo invito è stato revocato. Chiedi a chi amministra CO-AliZIONE un nuovo invito."
    ),
    invitations.InvitationExpired.code: _(
        "Questo invito è scaduto. Chiedi a chi amministra CO-AliZIONE un nuovo invito."
    ),
    invitations.InvitationTried.code: _(
        "Con questo invito si è provato troppe volte in poco tempo. Aspetta dieci minuti e ricomincia"
        " dall'LMS."
    ),
    invitations.InvitationInvalid.code: _(
        "Questo invito non si può creare: controlla il nome (al massimo 255 caratteri) e la durata."
    ),
    invitations.FormOutdated.code: _(
        "Questa conferma non vale più: è stata già inviata, è vecchia di un'ora, o ne è stata aperta una più"
        " nuova. Ricomincia dall'LMS."
    ),
    errors.AddressRefused.code: _(
        "L'LMS indica un indirizzo che non chiamiamo: non è pubblico, o non comincia con https. Se l'LMS è"
        " nella rete interna, chi gestisce CO-AliZIONE deve scrivere il suo host in COALIZIONE_TRUSTED_HOSTS."
    ),
    errors.LmsUnreachable.code: _(
        "Un indirizzo dell'LMS non risponde come dovrebbe. Controlla che sia raggiungibile da internet e che"
        " il certificato sia valido, poi ricomincia dall'LMS."
    ),
    errors.LmsRedirects.code: _(
        "Un indirizzo dell'LMS porta altrove, e per sicurezza non lo seguiamo. Chi amministra l'LMS deve"
        " indicare l'indirizzo definitivo (di solito basta https al posto di http)."
    ),
    errors.ConfigurationDenied.code: _(
        "L'LMS non mostra la propria configurazione: il codice di registrazione è scaduto o già usato, oppure"
        " il suo server web toglie l'intestazione Authorization. Ricomincia dall'LMS; se non basta, avvisa"
        " chi lo gestisce."
    ),
    errors.ConfigurationInvalid.code: _(
        "La configurazione dell'LMS (OpenID) non è completa o non è leggibile. Chi amministra l'LMS deve"
        " controllarla; in alternativa si può collegare a mano."
    ),
    errors.IssuerForeign.code: _(
        "L'LMS dice di essere un altro: il suo emittente (issuer) non corrisponde all'indirizzo da cui arriva"
        " la configurazione. Non abbiamo registrato nulla. Se l'LMS è installato in proprio, collegalo a"
        " mano."
    ),
    errors.EndpointForeign.code: _(
        "L'LMS vuole che la registrazione sia inviata a un altro sito. Non l'abbiamo inviata. Chi amministra"
        " l'LMS deve controllare l'indirizzo di registrazione (registration_endpoint)."
    ),
    errors.AlgorithmNotOffered.code: _(
        "L'LMS non firma con RS256, l'unico modo che accettiamo. Chi lo amministra deve abilitarlo."
    ),
    errors.KeysUnusable.code: _(
        "Fra le chiavi pubbliche dell'LMS (JWKS) non ce n'è una utilizzabile: serve una chiave RSA di almeno"
        " 2048 bit, con il suo nome (kid). Chi amministra l'LMS deve controllarle."
    ),
    errors.LmsRefused.code: _("L'LMS ha rifiutato la registrazione. Ecco che cosa ha risposto."),
    errors.RegistrationConflict.code: _(
        "L'LMS ha dato un codice (client id) già registrato qui con altri indirizzi. Non abbiamo cambiato"
        " nulla. Chi amministra CO-AliZIONE deve prima controllare la registrazione esistente."
    ),
    errors.AnswerInvalid.code: _(
        "L'LMS dice di averci registrato, ma non con quale codice (client id). Cancella lo strumento"
        " nell'LMS e ricomincia, oppure collegalo a mano."
    ),
}
# What to do about the words of an LMS that we know; looked for inside its answer.
ADVICE = {
    "token_already_used": _(
        "Il codice di registrazione di Moodle vale una volta sola: torna in Moodle, incolla di nuovo"
        " l'indirizzo dell'invito e ricomincia."
    ),
    "invalid_token": _(
        "Il codice di registrazione è scaduto, o il server web dell'LMS toglie l'intestazione Authorization:"
        " ricomincia dall'LMS e, se non basta, avvisa chi lo gestisce."
    ),
    "missing_domain": _(
        "L'LMS non ha letto il nostro dominio: segnala questo messaggio a chi gestisce CO-AliZIONE."
    ),
    "domain_targetlinkuri_mismatch": _(
        "Per l'LMS il nostro dominio e l'indirizzo delle attività non corrispondono: chi gestisce CO-AliZIONE"
        " deve controllare COALIZIONE_PUBLIC_URL."
    ),
}
STATUS_ADVICE = {
    401: ADVICE["invalid_token"],
    403: _("Serve un ruolo che possa installare strumenti: accedi all'LMS come amministratore e ricomincia."),
    422: _(
        "L'LMS non accetta un dato della registrazione: spesso lo strumento è già installato, o un servizio è"
        " disattivato per il tuo account. Controlla, poi ricomincia; in alternativa collegalo a mano."
    ),
}
OTHER_ADVICE = _(
    "Correggi nell'LMS e ricomincia da lì: l'invito vale ancora. In alternativa si può collegare a mano."
)


def advice(refusal: errors.LmsRefused) -> str:
    """What to do about a refusal of the LMS."""
    said = " ".join(refusal.words)
    known = next((words for name, words in ADVICE.items() if name in said), None)
    return str(known or STATUS_ADVICE.get(refusal.lms_status, OTHER_ADVICE))
