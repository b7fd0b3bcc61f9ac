"""What to do in one product, beside what `diagnoses` says for all: where the setting is, and what is odd."""

from flask_babel import lazy_gettext as _

# (code, family of lti/families) to the sentence.
PRODUCT_FIXES = {
    ("platform_unknown", "moodle"): _(
        "In Moodle: Amministrazione del sito → Plugin → Tool esterno → Gestione tool; nei dettagli"
        " dello strumento («Visualizza dettagli della configurazione») trovi Platform ID e Client ID."
    ),
    ("platform_unknown", "canvas"): _(
        "In Canvas l'emittente è quasi sempre https://canvas.instructure.com, anche per un server proprio; il"
        " client id è il numero lungo nella colonna «Dettagli» delle Developer Keys."
    ),
    ("target_link_unknown", "moodle"): _(
        "In Moodle l'indirizzo sta nell'attività, campo «URL strumento», o nello strumento se quel campo è"
        " vuoto."
    ),
    ("platform_error", "moodle"): _(
        "Moodle accetta ogni inizio di accesso una volta sola: chi torna indietro con il browser riceve"
        " questo errore. In «Redirection URI(s)» dello strumento deve esserci il nostro indirizzo, identico."
    ),
    ("platform_error", "canvas"): _(
        "login_required vuol dire che il browser ha bloccato i cookie di Canvas stesso: apri lo strumento in"
        " una nuova scheda."
    ),
    ("platform_error", "blackboard"): _(
        "In Blackboard gli indirizzi di ritorno si dichiarano nel Developer Portal, non nella scuola."
    ),
    ("state_not_bound", "moodle"): _(
        "In Moodle: nelle impostazioni dello strumento, «Contenitore di lancio di default» → «Nuova"
        " finestra». Moodle non conserva dati per gli strumenti."
    ),
    ("state_not_bound", "canvas"): _(
        "In Canvas spunta «Carica in una nuova scheda» nell'attività. L'app per telefono non conserva dati"
        " per gli strumenti."
    ),
    ("state_not_bound", "openedx"): _(
        "In Open edX: nel blocco LTI, «LTI Launch Target» → «New Window». Open edX non conserva dati per gli"
        " strumenti."
    ),
    ("jwks_unavailable", "moodle"): _(
        "L'indirizzo di Moodle è <indirizzo del sito>/mod/lti/certs.php e non deve chiedere l'accesso."
    ),
    ("jwks_unavailable", "canvas"): _(
        "L'indirizzo di Canvas cloud è https://sso.canvaslms.com/api/lti/security/jwks."
    ),
    ("audience_mismatch", "moodle"): _(
        "In Moodle ogni strumento ha un Client ID suo: se lo strumento è stato cancellato e rifatto, il"
        " client id è cambiato e va registrato qui."
    ),
    ("audience_mismatch", "canvas"): _(
        "In Canvas il client id è il numero della Developer Key, non l'identificativo dell'app installata."
    ),
    ("deployment_unknown", "canvas"): _(
        "In Canvas ogni installazione dell'app ha un Deployment Id suo: Impostazioni → App → ingranaggio →"
        " «Deployment Id»."
    ),
    ("deployment_pending", "moodle"): _(
        "In Moodle il deployment id è il numero dello strumento: ne nasce uno nuovo per ogni strumento"
        " aggiunto."
    ),
    ("deployment_pending", "canvas"): _(
        "In Canvas un deployment nuovo nasce ogni volta che l'app è installata in un account o in un corso."
    ),
    ("deployment_pending", "blackboard"): _(
        "In Blackboard emittente e client id sono gli stessi in tutto il mondo: approva il deployment solo se"
        " riconosci la scuola."
    ),
    ("claim_missing", "brightspace"): _(
        "In Brightspace, nella distribuzione (deployment), attiva «Org Unit Information», «User Information»"
        " e «Link Information»."
    ),
    ("sub_missing", "canvas"): _(
        "In Canvas il livello di privacy della Developer Key non deve togliere l'identificativo; la vista"
        " studente di prova ne ha comunque uno."
    ),
    ("sub_missing", "brightspace"): _("In Brightspace, nella distribuzione, attiva «User Information»."),
    ("module_unavailable", "canvas"): _(
        "SpeedGrader di Canvas a volte riapre l'attività con un altro collegamento: aprila dal corso."
    ),
}
