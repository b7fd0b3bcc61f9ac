"""The form that takes an LMS's own values, checked field by field; saved only after its keys were read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _

from lms_plugin.connecting.manual_products import CLIENT_ID
from lms_plugin.lti import dynamic_registration_errors as errors
from lms_plugin.lti.dynamic_registration_hosts import is_trusted, split
from lms_plugin.lti.dynamic_registration_reading import count_keys, require_callable
from lms_plugin.lti.reading import LONGEST_ID, LONGEST_URL
from lms_plugin.lti.registering import LONGEST_ISSUER, Registration
from lms_plugin.outbound import Outbound

FIELDS = (
    "name", "issuer", "client_id", "deployment_ids", "auth_login_url", "auth_token_url", "jwks_url",
    "token_audience",
)  # fmt: skip
MOST_DEPLOYMENTS = 50
# What trying an address found.
FOUND = {
    errors.AddressRefused.code: _(
        "Questo indirizzo non lo chiamiamo: non è pubblico, o non comincia con https. Se l'LMS è nella rete"
        " interna, scrivi il suo host in COALIZIONE_TRUSTED_HOSTS."
    ),
    errors.LmsUnreachable.code: _(
        "A questo indirizzo non risponde nessuno, o non come dovrebbe. Controlla che sia scritto bene,"
        " raggiungibile da internet e con un certificato valido."
    ),
    errors.LmsRedirects.code: _(
        "Questo indirizzo porta altrove: scrivi quello definitivo (di solito basta https al posto di http)."
    ),
    errors.KeysUnusable.code: _(
        "Qui non abbiamo trovato chiavi utilizzabili: serve un JWKS con una chiave RSA di almeno 2048 bit e"
        " il suo nome (kid)."
    ),
}


@dataclass
class ManualForm:
    """What was written, what is wrong with it, and how many keys the LMS has."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    keys: int = 0

    @property
    def deployment_ids(self) -> list[str]:
        """One on each line."""
        return [line.strip() for line in self.values["deployment_ids"].splitlines() if line.strip()]

    def registration(self) -> Registration:
        """What to register; only when there are no errors."""
        told = {name: self.values[name] for name in FIELDS if name != "deployment_ids"}
        return Registration(**told | {"token_audience": told["token_audience"] or None})  # type: ignore[arg-type]


def read_form(sent: Mapping[str, str]) -> ManualForm:
    """The form with what is wrong with each field on its own."""
    values = {name: sent.get(name, "").strip() for name in FIELDS}
    # Blackboard's key address holds the client id, which was not known when the form was filled in for them.
    values["jwks_url"] = values["jwks_url"].replace(CLIENT_ID, values["client_id"])
    form = ManualForm(values)
    form.errors["name"] = _name_fault(values["name"])
    form.errors["client_id"] = _id_fault(values["client_id"])
    form.errors["issuer"] = _url_fault(values["issuer"], LONGEST_ISSUER)
    for name in ("auth_login_url", "auth_token_url", "jwks_url"):
        form.errors[name] = _url_fault(values[name], LONGEST_URL)
    form.errors["deployment_ids"] = _deployments_fault(form.deployment_ids)
    form.errors["token_audience"] = _audience_fault(values["token_audience"])
    form.errors = {name: words for name, words in form.errors.items() if words}
    return form


def try_addresses(form: ManualForm, outbound: Outbound) -> None:
    """Asks the guard about each address and reads the keys; call with no transaction open."""
    if "auth_login_url" not in form.errors:
        parts = split(form.values["auth_login_url"])
        if parts is None or not (parts.scheme == "https" or is_trusted(parts, outbound.trusted_hosts)):
            form.errors["auth_login_url"] = str(FOUND[errors.AddressRefused.code])
    _note(form, "auth_token_url", lambda: require_callable(outbound, form.values["auth_token_url"]))
    _note(form, "jwks_url", lambda: _count(form, outbound))


def _count(form: ManualForm, outbound: Outbound) -> None:
    form.keys = count_keys(outbound, form.values["jwks_url"])


def _note(form: ManualForm, name: str, ask: Callable[[], None]) -> None:
    if name in form.errors:
        return
    try:
        ask()
    except errors.RegistrationRefusal as refusal:
        form.errors[name] = str(FOUND[refusal.code])


def _name_fault(value: str) -> str:
    fine = 0 < len(value) <= LONGEST_ID and value.isprintable()
    return "" if fine else str(_("Scrivi come si chiama l'LMS per le persone, al massimo 255 caratteri."))


def _id_fault(value: str) -> str:
    fine = 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable()
    return "" if fine else str(_("Copia il client id esattamente come lo mostra l'LMS."))


def _url_fault(value: str, longest: int) -> str:
    fine = len(value) <= longest and split(value) is not None
    return (
        "" if fine else str(_("Scrivi un indirizzo completo, per esempio https://lms.example.it/percorso."))
    )


def _deployments_fault(values: list[str]) -> str:
    fine = len(values) <= MOST_DEPLOYMENTS
    if fine and not any(_id_fault(value) for value in values):
        return ""
    return str(_("Scrivi un deployment id per riga, esattamente come lo mostra l'LMS, al massimo 50."))


def _audience_fault(value: str) -> str:
    fine = len(value) <= LONGEST_URL and value.isascii() and value.isprintable()
    return (
        "" if fine else _("Copia il destinatario dei token esattamente come lo mostra l'LMS, o lascia vuoto.")
    )
