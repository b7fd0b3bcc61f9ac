"""Login, launch, who arrives as what; and what must not work although the platform itself signed it."""

import base64
import json
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from interop.browser import Browser
from interop.world import World, holds
from lms_plugin.rehearsal.drafting import Draft
from lms_plugin.rehearsal.forging import FORGERIES
from lms_plugin.rehearsal.keys import KeyRing, key_from_pem
from lms_plugin.rehearsal.launches import AnsweredLaunch
from lms_plugin.web.visit_table import Visit

VISIT = re.compile(r"/v/([^/]+)/")
# For Open edX alone the signed target counts instead of the one at login: this forgery is then an honest
# message for another page of ours, which is in preparation.
OTHERWISE = {"target_other_page": ("module_unavailable",)}
ROLES = {"ada": "learner", "carla": "lms_administrator", "dora": "trainer"}


def registration_by_the_values_shown(world: World) -> str:
    """What the platform's author sees is all that `coalizione platform add` needs."""
    platform = world.platform()
    holds(platform.issuer == world.openedx.address, "another issuer")
    return f"client id {platform.client_id[:8]}…, deployment 1"


def launch_ends_at_the_module(world: World) -> str:
    """Login initiation by GET, authentication request, signed answer, module page."""
    page = world.launch(Browser(), "ada")
    holds("/programmes/co-alizione/modules/m1" in page.url, f"ended at {page.url}")
    return "200 at the module's page"


def learner_is_who_the_platform_says(world: World) -> str:
    """Account, name and address as signed."""
    person, learner = world.openedx.person("ada"), world.learner("ada")
    holds(learner.home_page == world.openedx.address, f"home page {learner.home_page}")
    holds((learner.name, learner.email) == (person["name"], "ada@comune.example"), f"name {learner.name!r}")
    return f"{learner.name}, account {learner.account_name[-4:]}"


def roles_are_understood(world: World) -> str:
    """Each of the platform's roles, as the visit keeps it."""
    for person, role in ROLES.items():
        name = VISIT.search(world.launch(Browser(), person).url)
        assert name is not None
        with Session(world.engine) as database:
            newest = database.scalars(select(Visit).order_by(Visit.created_at.desc())).first()
        holds(newest is not None and str(newest.role) == role, f"{person} is {newest and newest.role}")
    return ", ".join(f"{person} {role}" for person, role in ROLES.items())


def one_person_at_two_blocks(world: World) -> str:
    """Two links of a course: one learner, two placements."""
    for block in ("declared", "programmatic"):
        world.launch(Browser(), "bruno", block)
    world.learner("bruno")
    placements = world.placements("bruno")
    holds(len(placements) == 2, f"{len(placements)} placements")
    return "one learner, two placements"


def answer_counts_once(world: World) -> str:
    """The same answer again is a replay."""
    browser = Browser()
    _, form = world.answer(browser, world.openedx.login_initiation("ada"))
    world.post(browser, form)
    again = world.post(browser, form)
    holds(again.words == "state_replayed", f"{again.status} {again.words}")
    return "state_replayed"


def answer_counts_in_its_own_browser(world: World) -> str:
    """An honest answer posted by another browser."""
    _, form = world.answer(Browser(), world.openedx.login_initiation("ada"))
    elsewhere = world.post(Browser(), form)
    holds(elsewhere.words == "state_not_bound", f"{elsewhere.status} {elsewhere.words}")
    return "state_not_bound"


def every_forgery_under_the_true_key_is_refused(world: World) -> str:
    """Each named forgery, made of this platform's own message and signed with its own key."""
    told = world.openedx.asked("private_key")
    keys = KeyRing([("active", key_from_pem(told["kid"], told["pem"]))])
    earlier = _earlier(world)
    wrong = []
    for forgery in FORGERIES.values():
        browser = Browser()
        _, honest = world.answer(browser, world.openedx.login_initiation("ada"))
        draft = Draft(_claims(honest["id_token"]), honest["state"], keys, world.tool.address, earlier)
        answer = world.post(browser, forgery.form(draft))
        if answer.kind != "refused" or answer.words not in OTHERWISE.get(forgery.name, forgery.codes):
            wrong.append(f"{forgery.name}: {answer.status} {answer.words}")
    holds(not wrong, "; ".join(wrong))
    return f"{len(FORGERIES)} refused, each with its code"


def _earlier(world: World) -> AnsweredLaunch:
    browser = Browser()
    _, form = world.answer(browser, world.openedx.login_initiation("carla"))
    holds(world.post(browser, form).kind == "accepted", "the honest launch before was refused")
    return AnsweredLaunch("", form["state"], form["id_token"])


def _claims(token: str) -> dict[str, object]:
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


LAUNCH_CHECKS = (
    registration_by_the_values_shown, launch_ends_at_the_module, learner_is_who_the_platform_says,
    roles_are_understood, one_person_at_two_blocks, answer_counts_once, answer_counts_in_its_own_browser,
)  # fmt: skip
FORGERY_CHECKS = (every_forgery_under_the_true_key_is_refused,)
