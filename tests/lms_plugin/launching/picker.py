"""A trainer at the tool's picker, come from the practice LMS; and what goes back to it."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from werkzeug.test import TestResponse

from lms_plugin.lti import claims as names
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

M1, W01, W02 = "co-alizione.m1", "co-alizione.w01", "co-alizione.w02"
FINAL = "co-alizione.final-assessment"
WHOLE, CALENDAR, IN_PREPARATION = "co-alizione", "co-alizione.calendar", "small.m2"


def ask(browser: Browser, user_id: str = "carla", **settings: object) -> TestResponse:
    """Carries a deep linking request to the tool; a setting of None is left out."""
    initiation = browser.practice.lms.deep_linking_initiation(user_id, **settings)
    return browser.post(browser.answer(initiation))


class Picker:
    """One opened picker."""

    def __init__(self, browser: Browser, user_id: str = "carla", **settings: object) -> None:
        self.browser = browser
        launched = ask(browser, user_id, **settings)
        assert launched.status_code == 303, launched.text
        self.path = launched.location.removeprefix(TOOL_URL)

    def page(self, **query: object) -> TestResponse:
        """The choice."""
        return self.browser.client.get(self.path, query_string=query)

    def details(self, *keys: str) -> TestResponse:
        """The second step."""
        return self.browser.client.get(f"{self.path}/details", query_string={"item": keys})

    def answer(self, *keys: str, **fields: str) -> TestResponse:
        """Sends the second step as it is proposed, with some fields changed (`maximum="5"` for all items)."""
        page = self.details(*keys).text
        form: dict[str, Any] = {"item": list(keys), "action": "add", **written(page)}
        for key in keys:
            form |= {f"{part}-{key}": value for part, value in fields.items()}
        return self.send(form)

    def send(self, form: Mapping[str, Any]) -> TestResponse:
        """Any form."""
        return self.browser.client.post(f"{self.path}/answer", data=form)

    def cancel(self) -> TestResponse:
        """«Annulla»."""
        return self.send({"action": "cancel"})


def written(page: str) -> dict[str, str]:
    """What a browser would send of the details page: proposed values of its fields."""
    form = dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)<', page))
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, kind = attributes.get("name", ""), attributes.get("type")
        if name not in {"", "item", "csrf_token"} and (kind != "checkbox" or " checked" in tag):
            form[name] = attributes.get("value", "")
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form[name] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in form.items()}


def token_in(answer: TestResponse) -> str:
    """The signed answer on the page that sends it."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'name="JWT" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def claims_in(answer: TestResponse) -> dict[str, Any]:
    """What the answer says; its signature is checked by the practice LMS, see `deliver`."""
    claims: dict[str, Any] = jwt.decode(token_in(answer), options={"verify_signature": False})
    return claims


def items_in(answer: TestResponse) -> list[dict[str, Any]]:
    """The content items of an answer."""
    items: list[dict[str, Any]] = claims_in(answer)[names.CONTENT_ITEMS]
    return items


def return_address(answer: TestResponse) -> str:
    """Where the page sends it."""
    found = re.search(r'<form action="([^"]+)" method="post" data-send-on', answer.text)
    assert found, answer.text
    return unescape(found[1])


def deliver(answer: TestResponse) -> requests.Response:
    """Posts the answer to the LMS, as the browser does."""
    address = return_address(answer)
    assert urlsplit(address).query, "the return address keeps its query"
    return requests.post(address, data={"JWT": token_in(answer)}, timeout=5)
