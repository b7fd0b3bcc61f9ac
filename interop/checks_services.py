"""Line items, scores, results, rosters: our client against the services of the platform."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from interop.browser import Browser
from interop.learning import complete_module
from interop.world import Failed, World, holds
from lms_plugin.lti import ags
from lms_plugin.lti.line_item import LineItem
from lms_plugin.lti.nrps import MEMBERSHIP_SCOPE, read_roster
from lms_plugin.lti.service_call import ServiceCalls, ServiceRefused
from lms_plugin.rosters.syncing import RosterReader
from lms_plugin.storage import session_factory

T = TypeVar("T")

FORBIDDEN = 403


def _calls(world: World) -> ServiceCalls:
    secret = world.tool.environment["COALIZIONE_SECRET_KEY"]
    return ServiceCalls(world.outbound, secret, session_factory(world.engine))


def _line_items_url(world: World, block: str) -> str:
    for placement in world.placements("bruno"):
        if bool(placement.line_item_url) == (block == "declared") and placement.line_items_url:
            return placement.line_items_url
    raise Failed(f"no line items address of {block}")


def module_passed_reaches_the_grade_book(world: World) -> str:
    """A module read and passed; the worker asks a token and posts the score."""
    browser = Browser()
    complete_module(browser, world.launch(browser, "ada"))
    told = world.tool.command("worker", "--once").strip()
    grades = world.openedx.asked("gradebook")["grades"]
    holds([(grade["person"], grade["score"]) for grade in grades] == [("ada", 1.0)], f"{told}; {grades}")
    return "1.0 of 1 in the grade book"


def score_says_what_happened(world: World) -> str:
    """What the platform stored of it."""
    subject = world.openedx.person("ada")["external_id"]
    scores = [one for one in world.openedx.asked("gradebook")["scores"] if one["user_id"] == subject]
    said = [(one["given"], one["maximum"], one["activity"], one["grading"]) for one in scores]
    holds(said == [(100.0, 100.0, "Completed", "FullyGraded")], str(said))
    return "100/100 Completed FullyGraded"


def nothing_is_sent_twice(world: World) -> str:
    """The worker again: nothing is due."""
    world.tool.command("worker", "--once")
    holds(len(world.openedx.asked("gradebook")["grades"]) == 1, "sent again")
    return "one grade still"


def lost_answer_costs_no_grade(world: World) -> str:
    """The score is taken, the answer lost; sent again it is refused as known, and counts as delivered."""
    browser = Browser()
    complete_module(browser, world.launch(browser, "bruno"))
    world.openedx.asked("lose_answer")
    first = world.tool.command("worker", "--once").strip()
    world.make_everything_due()
    second = world.tool.command("worker", "--once").strip()
    holds("1 retry" in first and "1 delivered" in second, f"{first}; then {second}")
    grades = [grade["person"] for grade in world.openedx.asked("gradebook")["grades"]]
    holds(grades.count("bruno") == 1, str(grades))
    return "one grade, delivered"


def result_is_read_back(world: World) -> str:
    """The platform's result service, through our client."""
    placement = next(one for one in world.placements("ada") if one.line_item_url)
    url = placement.line_item_url or ""
    found = _with_token(
        world, lambda token: ags.get_results(world.outbound, url, token), scope=ags.RESULT_SCOPE
    )
    said = [(one.score, one.maximum) for one in found if one.user_id == placement.subject]
    holds(said == [(100.0, 100.0)], str(said))
    return "100 of 100"


def declared_line_item_is_listed(world: World) -> str:
    """The column that the platform made."""
    found = _listed(world, "declared")
    holds(len(found) == 1 and found[0].score_maximum == 100, str(found))
    return found[0].label


def line_item_is_made_found_and_changed(world: World) -> str:
    """POST, GET with each filter, PUT, GET one; DELETE is refused by this platform to everybody."""
    url, server = _line_items_url(world, "programmatic"), world.outbound
    wanted = LineItem("Verifica del modulo 1", 100, resource_id="interop/m1", tag="interop")
    made = _with_token(world, lambda token: ags.create_line_item(server, url, token, wanted))
    for filters in ({"resource_id": "interop/m1"}, {"tag": "interop"}):
        holds([one.url for one in _listed(world, "programmatic", **filters)] == [made.url], f"by {filters}")
    holds(_listed(world, "programmatic", tag="another") == [], "a filter lets everything through")
    renamed = replace(wanted, label="Modulo 1", url=made.url)
    _with_token(world, lambda token: ags.update_line_item(server, token, renamed))
    again = _with_token(world, lambda token: ags.get_line_item(server, made.url, token))
    holds(again.label == "Modulo 1", again.label)
    return f"made, found by each filter, renamed; {_deleted(world, made.url)}"


def _deleted(world: World, url: str) -> str:
    try:
        _with_token(world, lambda token: ags.delete_line_item(world.outbound, url, token))
    except ServiceRefused as refused:
        holds(refused.status == FORBIDDEN, f"DELETE answered {refused.status}")
        return "DELETE 403, as always here"
    return "deleted"


def _listed(world: World, block: str, **filters: str) -> list[LineItem]:
    url = _line_items_url(world, block)
    return _with_token(world, lambda token: ags.list_line_items(world.outbound, url, token, **filters))


def _with_token(world: World, ask: Callable[[str], T], scope: str = ags.LINE_ITEM_SCOPE) -> T:
    return _calls(world).call(world.platform(), [scope], ask, datetime.now(UTC))


def tool_makes_its_column_once(world: World) -> str:
    """At a block without a column: the tool makes one, for everybody, and the grade gets into the course."""
    for _ in range(2):
        world.launch(Browser(), "ada", "programmatic")
        world.tool.command("worker", "--once")
    told = world.openedx.asked("gradebook")
    made = [item for item in told["line_items"] if item["resource_link_id"].endswith("@programmatic")]
    holds(len(made) == 1, f"{len(made)} columns")
    graded = [one["score"] for one in told["grades"] if one["block"].endswith("@programmatic")]
    holds(graded == [1.0], str(graded))
    return f"{made[0]['label']!r}, one grade"


def roster_is_read(world: World) -> str:
    """The whole course with names and parts; nobody becomes a learner by it."""
    before = world.learners()
    sync = _reader(world).sync(world.course().id)
    holds(sync is not None and sync.outcome == "done", f"{sync and (sync.outcome, sync.answer)}")
    found = {(one.name, str(one.part)) for one in world.memberships()}
    holds(found == PARTS, str(found))
    holds(world.learners() == before, "somebody who never came became a learner")
    return f"{len(found)} people"


def roster_is_read_in_pages(world: World) -> str:
    """Two at a time, by the Link headers of the platform."""
    address = f"{world.course().memberships_url}?limit=2"
    read = _with_token(
        world, lambda token: read_roster(world.outbound, address, token), scope=MEMBERSHIP_SCOPE
    )
    holds(
        (read.pages, len(read.members)) == (3, len(PARTS)), f"{read.pages} pages, {len(read.members)} people"
    )
    return f"{read.pages} pages"


def _reader(world: World) -> RosterReader:
    secret, sessions = world.tool.environment["COALIZIONE_SECRET_KEY"], session_factory(world.engine)
    return RosterReader(world.outbound, secret, sessions, lambda: datetime.now(UTC))


PARTS = {
    ("Ada Bianchi", "learner"), ("Bruno Conti", "learner"), ("Carla Rossi", "lms_administrator"),
    ("Dora Verdi", "trainer"), ("Enea Neri", "learner"),
}  # fmt: skip
SERVICE_CHECKS = (
    module_passed_reaches_the_grade_book, score_says_what_happened, nothing_is_sent_twice,
    lost_answer_costs_no_grade, result_is_read_back, tool_makes_its_column_once,
    declared_line_item_is_listed, line_item_is_made_found_and_changed, roster_is_read,
    roster_is_read_in_pages,
)  # fmt: skip
