"""Checks 12 to 18: whether what a trusted message says can be served."""

from flask_babel import lazy_gettext as _

from lms_plugin.connecting.checks import LAST
from lms_plugin.connecting.diagnosis import at

MESSAGE_DIAGNOSES = {
    "version_unsupported": at(
        12,
        _("Versione di LTI diversa"),
        _("Nell'LMS configura lo strumento come LTI 1.3, non 1.1 o 2.0."),
    ),
    "message_type_unsupported": at(
        13,
        _("Tipo di messaggio non offerto"),
        _(
            "Nell'LMS lo strumento è usato in un posto che non offriamo. Toglilo da lì, o registralo di nuovo"
            " scegliendo solo i posti che la pagina di configurazione elenca."
        ),
    ),
    "deployment_unknown": at(
        14,
        _("Installazione non indicata"),
        _(
            "Il messaggio non dice da quale installazione (deployment) arriva, o ne dice una diversa da"
            " quella dell'inizio, o ne aspettano già troppe. Confronta il deployment id dell'LMS con quelli"
            " elencati nella pagina della piattaforma."
        ),
    ),
    "deployment_pending": at(
        14,
        _("Installazione da approvare"),
        _(
            "È la prima volta che questa installazione (deployment) arriva. Chi amministra CO-AliZIONE può"
            " approvarla nella pagina della piattaforma; poi basta riaprire l'attività."
        ),
    ),
    "deployment_suspended": at(
        14,
        _("Installazione sospesa"),
        _(
            "Qui l'installazione (deployment) è sospesa. Chi amministra CO-AliZIONE può riattivarla nella"
            " pagina della piattaforma."
        ),
    ),
    "target_link_mismatch": at(
        15,
        _("Indirizzo cambiato"),
        _(
            "L'indirizzo dell'attività nel messaggio (target_link_uri) non è quello dell'inizio, o non è più"
            " nostro. Salva di nuovo l'attività nell'LMS con l'indirizzo giusto, o inseriscila di nuovo."
        ),
    ),
    "claim_missing": at(
        16,
        _("Manca un dato"),
        _(
            "Al messaggio manca un dato obbligatorio: il suo nome è nel dettaglio. Nell'LMS permetti allo"
            " strumento di ricevere corso, attività e ruoli."
        ),
    ),
    "claim_invalid": at(
        16,
        _("Un dato è scritto male"),
        _(
            "Un dato del messaggio non è scritto come prevede LTI: il suo nome è nel dettaglio. Controlla i"
            " parametri personalizzati; se non dipende da quelli, segnala il difetto a chi produce l'LMS."
        ),
    ),
    "return_url_foreign": at(
        16,
        _("Indirizzo di ritorno estraneo"),
        _(
            "L'LMS vuole la risposta a un indirizzo che non è suo (deep_link_return_url). Controlla"
            " l'indirizzo pubblico dell'LMS nelle sue impostazioni; se ne usa più d'uno, chi amministra"
            " CO-AliZIONE può aggiungerlo alle origini della piattaforma."
        ),
        reached=17,
    ),
    "sub_missing": at(
        17,
        _("Persona non indicata"),
        _(
            "Il messaggio è anonimo. Nell'LMS permetti allo strumento di ricevere l'identificativo della"
            " persona; il nome e l'e-mail possono restare riservati."
        ),
    ),
    "forbidden_role": at(
        LAST,
        _("Il ruolo non basta"),
        _(
            "Il ruolo della persona nel corso non apre questa pagina. Il registro della segreteria chiede un"
            " ruolo di amministrazione. Se il ruolo è giusto ma l'LMS lo chiama in un altro modo, si può dire"
            " che cosa significa nella pagina della piattaforma."
        ),
    ),
    "module_unavailable": at(
        LAST,
        _("Attività non pronta"),
        _(
            "L'attività non esiste o non è ancora pronta, oppure i parametri personalizzati activity e"
            " programme non ne nominano una sola. Scegline un'altra nel corso."
        ),
    ),
}
