"""Deep linking: an instructor chooses in our picker, the platform keeps it, a learner opens it."""

import requests

from interop.browser import Browser
from interop.forms import form_with
from interop.world import World, holds

REQUEST = "LtiDeepLinkingRequest"
WANTED = ("co-alizione.m1", "co-alizione.w01")


def chosen_items_are_kept_by_the_platform(world: World) -> str:
    """Picker, details, signed answer: posted by the browser, verified and stored by the platform."""
    browser = Browser()
    saved = _choose(world, browser, WANTED)
    holds(
        saved.status_code == requests.codes.ok,
        f"the platform answered {saved.status_code}: {saved.text[:300]}",
    )
    items = world.openedx.asked("content_items")["items"]
    kinds = [item["type"] for item in items]
    holds(kinds == ["ltiResourceLink"] * len(WANTED), str(items))
    facts = [item["attributes"] for item in items]
    holds(all(fact["url"].startswith(world.tool.address) and fact["title"] for fact in facts), str(facts))
    holds([bool(fact.get("lineItem")) for fact in facts] == [True, True], str(facts))
    return ", ".join(fact["url"].removeprefix(world.tool.address) for fact in facts)


def chosen_item_opens_its_activity(world: World) -> str:
    """What was chosen, clicked by a learner."""
    items = world.openedx.asked("content_items")["items"]
    holds(len(items) == len(WANTED), f"{len(items)} items")
    for item in items:
        page = world.launch(Browser(), "ada", item=item["id"])
        path = item["attributes"]["url"].removeprefix(world.tool.address)
        holds(path in page.url, f"{path} opened {page.url}")
    return f"{len(items)} opened"


def learner_cannot_choose(world: World) -> str:
    """The platform lets only staff ask; nor does our picker open for a learner's visit."""
    browser = Browser()
    page = world.launch(browser, "enea")
    picker = browser.get(page.url.partition("/programmes/")[0] + "/deep-linking")
    holds(picker.status_code in {403, 404}, f"the picker answered {picker.status_code}")
    return f"{picker.status_code}"


def answer_is_accepted_once(world: World) -> str:
    """The same choice sent again: our picker refuses, the request is used up."""
    browser = Browser()
    _choose(world, browser, WANTED[:1])
    again = browser.get(browser.last_page.rpartition("/answer")[0])
    holds(again.status_code >= requests.codes.bad_request, f"the picker answered {again.status_code}")
    return f"{again.status_code}"


def _choose(world: World, browser: Browser, keys: tuple[str, ...]) -> requests.Response:
    picker = world.launch(browser, "carla", message_type=REQUEST)
    choice = form_with(picker, "item")
    holds("item" in choice.names, "nothing to choose")
    address = f"{picker.url.partition('?')[0]}/details"  # the `formaction` of the picker's button
    details = browser.get(address, [("item", key) for key in keys])
    confirm = form_with(details, "action", "item")
    answer = browser.post(confirm.action, confirm.with_value("action", "add"))
    browser.last_page = answer.url
    signed = form_with(answer, "JWT")
    return browser.post(signed.action, signed.sent)


DEEP_LINKING_CHECKS = (
    chosen_items_are_kept_by_the_platform, chosen_item_opens_its_activity, learner_cannot_choose,
    answer_is_accepted_once,
)  # fmt: skip
