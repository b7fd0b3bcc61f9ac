"""Forms of a page, read as a browser would send them when nothing is changed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class PageForm:
    """Where a form goes and what it holds; `names` are all its controls, `sent` what is sent unchanged."""

    action: str
    method: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def value(self, name: str) -> str:
        """What a control holds; raises LookupError."""
        for given, value in self.sent:
            if given == name:
                return value
        raise LookupError(f"{name} holds nothing")

    def with_value(self, name: str, value: str) -> list[tuple[str, str]]:
        """What is sent with one control more, a pressed button for instance."""
        return [*self.sent, (name, value)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.select = ""
        self.area = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(said.get("action", ""), said.get("method", "get").lower()))
        if not self.forms:
            return
        name = said.get("name", "")
        if name and tag in {"input", "select", "textarea", "button"}:
            self.forms[-1].names.append(name)
        if tag == "input" and name:
            self._input(name, said)
        elif tag == "option" and self.select and "selected" in said:
            self.forms[-1].sent.append((self.select, said.get("value", "")))
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area, self.text = name, ""

    def _input(self, name: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if kind not in NOT_SENT and (kind not in {"checkbox", "radio"} or "checked" in said):
            self.forms[-1].sent.append((name, said.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area and self.forms:
            self.forms[-1].sent.append((self.area, self.text.strip()))
            self.area = ""
        elif tag == "select":
            self.select = ""


def forms(page: requests.Response) -> list[PageForm]:
    """The forms of a page, their addresses made whole."""
    reader = _Reader()
    reader.feed(page.text)
    for form in reader.forms:
        form.action = urljoin(page.url, form.action)
    return reader.forms


def form_with(page: requests.Response, *names: str) -> PageForm:
    """The first form that has all these controls; raises LookupError."""
    for form in forms(page):
        if set(names) <= set(form.names):
            return form
    raise LookupError(f"{page.status_code} {page.url} has no form with {', '.join(names)}")
