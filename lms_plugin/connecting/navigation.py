"""The room's small navigation: each part of the room adds its line here."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from lms_plugin.connecting.blueprint import blueprint


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation; `prefix` begins the addresses of all pages that belong to it."""

    endpoint: str
    words: LazyString
    prefix: str

    @property
    def is_current(self) -> bool:
        """Whether the page shown belongs to it."""
        return request.path.startswith(self.prefix)


ENTRIES = (
    Entry("connecting.platforms", _("Piattaforme"), "/administration/platforms"),
    Entry("connecting.invitations", _("Inviti"), "/administration/invitations"),
    Entry("connecting.keys", _("Chiavi"), "/administration/keys"),
    Entry("connecting.forwarding", _("Inoltro"), "/administration/forwarding"),
    Entry("connecting.seals", _("Sigilli"), "/administration/seals"),
    Entry("lrs_credentials.credentials", _("Credenziali"), "/administration/credentials"),
    Entry("connecting.doctor", _("Diagnosi"), "/administration/doctor"),
)


@blueprint.app_context_processor
def _navigation() -> dict[str, Any]:
    """The entries whose pages exist, for the pages of other rooms too that stand in this navigation."""
    return {"navigation": [entry for entry in ENTRIES if entry.endpoint in current_app.view_functions]}
