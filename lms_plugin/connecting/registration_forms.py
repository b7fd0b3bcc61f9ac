"""The confirmation of a registration: a form that proves by itself, without a cookie, that we showed it.

In an LMS's frame no cookie of ours may come back. The form therefore carries, sealed, what was shown and the
secret of the one confirmation that its invitation still accepts.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from lms_plugin.lti.dynamic_registration_products import PersonalData
from lms_plugin.lti.dynamic_registration_reading import PlatformConfiguration
from lms_plugin.lti.invitations import FormOutdated
from lms_plugin.lti.sealing import SealBroken, Sealer

PURPOSE = "registration forms"
LIFE = timedelta(hours=1)
LISTS = ("scopes", "messages", "placements")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What one form is about."""

    form: str
    token: str
    shown_at: datetime
    configuration: PlatformConfiguration


def seal(sealer: Sealer, confirmation: Confirmation) -> str:
    """The confirmation as the value of a hidden field; nobody but us reads or changes it."""
    content: dict[str, Any] = asdict(confirmation)
    content["shown_at"] = confirmation.shown_at.isoformat()
    return sealer.seal(json.dumps(content).encode()).decode()


def unseal(sealer: Sealer, value: str, now: datetime) -> Confirmation:
    """What the form was about; raises FormOutdated when it is not ours or an hour old."""
    try:
        content: dict[str, Any] = json.loads(sealer.unseal(value.encode(errors="replace")))
    except SealBroken as broken:
        raise FormOutdated from broken
    shown_at = datetime.fromisoformat(content["shown_at"])
    if not timedelta(0) <= now - shown_at <= LIFE:
        raise FormOutdated
    configuration = content["configuration"]
    lists = {name: tuple(configuration[name]) for name in LISTS}
    read = PlatformConfiguration(**configuration | lists)
    return Confirmation(content["form"], content["token"], shown_at, read)


def personal_data(form: MultiDict[str, str]) -> PersonalData:
    """What the administrator ticked."""
    chosen = form.getlist("personal")
    return PersonalData(name="name" in chosen, email="email" in chosen)
