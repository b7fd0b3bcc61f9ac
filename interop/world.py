"""Both sides of a run, and what a person with a browser does between them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from interop.browser import Browser
from interop.contenders import Answer, said
from interop.forms import form_with
from interop.openedx_platform import OpenEdx
from interop.our_tool import OurTool
from lms_plugin.lti.platform import LtiContext, Placement, Platform
from lms_plugin.outbound import Outbound
from lms_plugin.people.learner import Learner
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.rosters.tables import Membership
from lms_plugin.storage import session_factory, writing

Form = dict[str, str]


class Failed(AssertionError):
    """What should have happened did not."""


@dataclass(frozen=True)
class World:
    """The two servers, and the tool's database to look into."""

    tool: OurTool
    openedx: OpenEdx
    engine: Engine
    outbound: Outbound

    @property
    def folder(self) -> Path:
        """Where both keep their files."""
        return self.tool.folder

    def answer(self, browser: Browser, initiation: str) -> tuple[str, Form]:
        """Through login and authentication: where the platform wants the browser to post, and what."""
        login = browser.get(initiation)
        if login.status_code != requests.codes.found:
            raise Failed(f"login answered {login.status_code}: {said(login).words}")
        page = browser.get(login.headers["Location"])
        if page.status_code != requests.codes.ok:
            raise Failed(f"the platform refused our authentication request: {page.status_code}")
        form = form_with(page, "id_token", "state")
        return form.action, {name: form.value(name) for name in ("id_token", "state")}

    def post(self, browser: Browser, form: Form) -> Answer:
        """Posts an answer of the platform to the tool."""
        return said(browser.post(f"{self.tool.address}/lti/launch", form))

    def launch(
        self, browser: Browser, person: str, block: str = "declared", **switches: object
    ) -> requests.Response:
        """A whole launch; the page it ends at. Raises Failed."""
        address, form = self.answer(browser, self.openedx.login_initiation(person, block, **switches))
        arrival = browser.post(address, form)
        if arrival.status_code != requests.codes.see_other:
            raise Failed(f"launch answered {arrival.status_code}: {said(arrival).words}")
        page = browser.follow(arrival)
        if page.status_code != requests.codes.ok:
            raise Failed(f"after the launch {page.url} answered {page.status_code}")
        return page

    def platform(self) -> Platform:
        """The registration, as the tool keeps it."""
        with self._session() as database:
            found = database.scalars(select(Platform)).one()
            database.expunge(found)
        return found

    def placements(self, person: str) -> list[Placement]:
        """Where somebody of the course has arrived."""
        subject = self.openedx.person(person)["external_id"]
        with self._session() as database:
            found = list(database.scalars(select(Placement).where(Placement.subject == subject)))
            database.expunge_all()
        return found

    def learner(self, person: str) -> Learner:
        """How the tool knows somebody of the course; raises Failed."""
        subject = self.openedx.person(person)["external_id"]
        with self._session() as database:
            found = database.scalars(select(Learner).where(Learner.account_name == subject)).all()
            database.expunge_all()
        if len(found) != 1:
            raise Failed(f"{person} is {len(found)} learners")
        return found[0]

    def course(self) -> LtiContext:
        """The course, as the tool keeps it."""
        with self._session() as database:
            found = database.scalars(select(LtiContext)).one()
            database.expunge(found)
        return found

    def memberships(self) -> list[Membership]:
        """The roster, as the tool keeps it."""
        with self._session() as database:
            found = list(database.scalars(select(Membership)))
            database.expunge_all()
        return found

    def learners(self) -> int:
        """How many people have ever arrived."""
        with self._session() as database:
            return database.scalar(select(func.count()).select_from(Learner)) or 0

    def make_everything_due(self) -> None:
        """As if the waiting time of what failed were over."""
        with self._session() as database, writing(database):
            database.execute(update(OutboxItem).values(due_at=datetime.now(UTC)))

    def _session(self) -> Session:
        return session_factory(self.engine)()


def holds(condition: object, otherwise: str) -> None:
    """Raises Failed with the words unless the condition holds."""
    if not condition:
        raise Failed(otherwise)
