"""What an LMS's administrator does with an invitation: pastes it, looks, confirms."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.lti.invitations import RegistrationInvitation, Wishes, make_invitation
from lms_plugin.lti.platform import Platform
from lms_plugin.storage import writing
from tests.lms_plugin.connecting.small_lms import CONFIGURATION, SmallLms

CONFIRMATION = re.compile(r'name="confirmation" value="([^"]+)"')


@dataclass
class Registrar:
    """One administrator at one LMS, with one invitation."""

    client: FlaskClient
    database: Session
    secret: str

    @property
    def path(self) -> str:
        """The invitation's address here."""
        return f"/lti/register/{self.secret}"

    def look(self, address: str, token: str = "") -> TestResponse:
        """What the frame shows."""
        query = {"openid_configuration": address} | ({"registration_token": token} if token else {})
        return self.client.get(self.path, query_string=query)

    def look_at(self, lms: SmallLms, token: str = "") -> TestResponse:
        """The same for a small LMS."""
        return self.look(f"{lms.url}{CONFIGURATION}", token)

    def follow(self, start: str) -> TestResponse:
        """The address an LMS sends the frame to."""
        parts = urlsplit(start)
        return self.client.get(f"{parts.path}?{parts.query}")

    def confirm(self, page: TestResponse, **form: Any) -> TestResponse:
        """Presses the button of a page."""
        found = CONFIRMATION.search(page.text)
        assert found is not None, page.text
        return self.client.post(self.path, data={"confirmation": unescape(found[1]), **form})

    def platforms(self) -> list[Platform]:
        """What is registered now."""
        self.database.rollback()
        self.database.expire_all()
        return list(self.database.scalars(select(Platform).order_by(Platform.created_at)))

    def is_unused(self) -> bool:
        """Whether the invitations are all as good as new, and no LMS is registered."""
        self.database.rollback()
        used = select(func.count()).where(RegistrationInvitation.used_at.is_not(None))
        return self.database.scalar(used) == 0 and self.platforms() == []


def invited(client: FlaskClient, database: Session, now: datetime, **wishes: Any) -> Registrar:
    """Somebody with a fresh invitation."""
    with writing(database):
        made = make_invitation(database, Wishes("anna@example.it", **wishes), now)
    return Registrar(client, database, made.secret)
