"""A browser that keeps no cookie inside the LMS's frame, and the LMS's page that keeps its secret instead."""

import html
import re
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms_plugin.rehearsal.initiation import LoginInitiation
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Browser

DATA = re.compile(r'data-([a-z-]+)="([^"]*)"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
OURS = {"Origin": TOOL_URL}
FRAMED = {"Sec-Fetch-Dest": "iframe"}


def data_of(page: str) -> dict[str, str]:
    """What a page tells its scripts."""
    return {name: html.unescape(value) for name, value in DATA.findall(page)}


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


@dataclass
class WithoutCookies:
    """What our scripts do in such a browser, step by step; `kept` is what the LMS's page keeps."""

    client: FlaskClient
    lms: Browser
    kept: dict[str, str] = field(default_factory=dict)

    def log_in(self, initiation: LoginInitiation) -> dict[str, str]:
        """Goes through the login; the form that the LMS has the browser post."""
        page = self.login_page(initiation)
        told = data_of(page.text)
        self.kept[told["key"]] = told["value"]
        return self.lms.practice.lms.authentication_response(told["onward"])

    def login_page(self, initiation: LoginInitiation) -> TestResponse:
        """The answer to the step that found no cookie."""
        step = self.client.post("/lti/login", data=initiation.fields, headers=FRAMED).location
        return self.client.get(step.removeprefix(TOOL_URL), headers=FRAMED)

    def post(self, form: dict[str, str]) -> dict[str, str]:
        """Posts the LMS's answer; what the page that waits would send on."""
        page = self.client.post("/lti/launch", data=form, headers=FRAMED)
        assert page.status_code == 200, page.text
        kept = self.kept.get(data_of(page.text)["key"], "")
        return {"ticket": hidden_fields(page.text)["ticket"], "browser_secret": kept}

    def confirm(self, sent: dict[str, str], origin: str | None = TOOL_URL) -> TestResponse:
        """Sends it on, from a page of this origin."""
        headers = {"Origin": origin} if origin else {}
        return self.client.post("/lti/launch/confirm", data=sent, headers=headers)

    def launch(self, user_id: str = "ada", link_id: str = "link-m1") -> TestResponse:
        """A whole launch: the redirect to the first page."""
        form = self.log_in(self.lms.practice.lms.login_initiation(user_id, link_id))
        return self.confirm(self.post(form))


def without_cookies(app: Flask, browser: Browser) -> WithoutCookies:
    """One more such browser."""
    client = app.test_client(use_cookies=False)
    client.environ_base |= browser.client.environ_base
    return WithoutCookies(client, browser)
