"""In words: what we ask of an LMS and why, and what its administrator does next."""

from flask_babel import lazy_gettext as _

from lms_plugin.lti.dynamic_registration_products import AGS, DEEP_LINKING, NRPS, RESOURCE_LINK

SCOPE_WORDS = {
    f"{AGS}lineitem": _("creare e trovare la colonna dei voti di ogni attività"),
    f"{AGS}score": _("scrivere l'esito di chi completa un'attività"),
    f"{AGS}result.readonly": _("rileggere il voto che l'LMS ha conservato, per accorgersi se manca"),
    f"{NRPS}contextmembership.readonly": _("leggere chi è iscritto al corso, per dire chi non è mai entrato"),
}
MESSAGE_WORDS = {
    RESOURCE_LINK: _("aprire un'attività dal corso"),
    DEEP_LINKING: _("scegliere le attività mentre si prepara il corso (Deep Linking)"),
}
PERSONAL_WORDS = (
    ("name", _("Nome e cognome: servono al registro delle presenze e agli attestati")),
    ("email", _("Indirizzo e-mail: serve solo a distinguere gli omonimi nel registro")),
)
# What remains to be done in the LMS, by product.
AFTER_THERE = {
    "moodle": _(
        "In Moodle lo strumento arriva «in attesa»: attivalo alla pagina degli strumenti esterni (Gestione"
        " strumenti)."
    ),
    "canvas": _(
        "In Canvas conferma l'installazione nella schermata che segue, accendi la chiave (Developer Keys) e"
        " aggiungi l'app all'account o al corso con il client id: da lì nasce il deployment."
    ),
    "brightspace": _(
        "In Brightspace apri il deployment dello strumento e abilita le informazioni su unità organizzativa,"
        " utente e collegamento: senza, gli accessi arrivano vuoti."
    ),
    "blackboard": _(
        "In Blackboard Learn aggiungi lo strumento con il client id (Amministratore, Integrazioni, Provider"
        " di strumenti LTI) e approvalo: ogni istituzione ha il proprio deployment."
    ),
}
PRODUCT_NAMES = {
    "moodle": "Moodle",
    "canvas": "Canvas",
    "brightspace": "Brightspace",
    "blackboard": "Blackboard",
    "sakai": "Sakai",
}
STATE_WORDS = {
    "open": ("waiting", _("Da usare")),
    "used": ("done", _("Usato")),
    "revoked": ("failed", _("Revocato")),
    "expired": ("warning", _("Scaduto")),
}
