"""Wrong deep linking requests, rightly signed by the LMS's own key; an honest one gets in before each."""

import base64
import json
from collections.abc import Callable
from typing import Any

from interop.browser import Browser
from interop.contenders import Answer, Contender, NotRefused
from interop.sequences import Try, WrongSequence
from lms_plugin.rehearsal.drafting import Draft
from lms_plugin.rehearsal.vocabulary import DL_CLAIM

SETTINGS = f"{DL_CLAIM}deep_linking_settings"
OF_PLATFORM, OURS = "platform: DL 4.4.1", "ours"
Change = Callable[[dict[str, Any]], object]


def _draft(tool: Contender, browser: Browser, user_id: str = "carla") -> Draft:
    form = tool.answer(browser, tool.lms.deep_linking_initiation(user_id))
    payload = form["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return Draft(claims, form["state"], tool.lms.installation.keys, "")


def _post(tool: Contender, browser: Browser, draft: Draft) -> Answer:
    return tool.post(browser, draft.form(draft.signed()))


def _altered(change: Change) -> Try:
    def attempt(tool: Contender) -> Answer:
        browser = Browser()
        honest = _post(tool, browser, _draft(tool, browser))
        if honest.kind != "accepted":
            raise NotRefused(f"{tool.name} refused an honest deep linking request: {honest.words}")
        draft = _draft(tool, browser)
        change(draft.claims)
        return _post(tool, browser, draft)

    return attempt


def _settings(**changes: object) -> Try:
    """Some settings changed; None leaves one out."""

    def change(claims: dict[str, Any]) -> None:
        merged = {**claims[SETTINGS], **changes}
        claims[SETTINGS] = {name: value for name, value in merged.items() if value is not None}

    return _altered(change)


def _asked_by_a_learner(tool: Contender) -> Answer:
    browser = Browser()
    return _post(tool, browser, _draft(tool, browser, "ada"))


def _wrong(name: str, words: str, code: str, attempt: Try, asked_by: str = OF_PLATFORM) -> WrongSequence:
    return WrongSequence(f"deep_linking_{name}", f"deep linking: {words}", asked_by, 16, code, attempt)


DEEP_LINKING_FORGERIES = (
    _wrong("settings_absent", "no settings", "claim_missing", _altered(lambda claims: claims.pop(SETTINGS))),
    _wrong("settings_list", "settings a list", "claim_invalid",
           _altered(lambda claims: claims.update({SETTINGS: [claims[SETTINGS]]}))),
    _wrong("return_url_absent", "no return address", "claim_missing", _settings(deep_link_return_url=None)),
    _wrong("return_url_number", "return address a number", "claim_invalid",
           _settings(deep_link_return_url=7)),
    _wrong("return_url_javascript", "return address `javascript:`", "claim_invalid",
           _settings(deep_link_return_url="javascript:alert(1)")),
    _wrong("return_url_foreign", "return address of another site", "return_url_foreign",
           _settings(deep_link_return_url="https://attacker.example/return"), OURS),
    _wrong("accept_types_absent", "no accepted types", "claim_missing", _settings(accept_types=None)),
    _wrong("accept_types_text", "accepted types a text", "claim_invalid",
           _settings(accept_types="ltiResourceLink")),
    _wrong("accept_types_numbers", "accepted types numbers", "claim_invalid", _settings(accept_types=[1])),
    _wrong("targets_absent", "no presentation targets", "claim_missing",
           _settings(accept_presentation_document_targets=None)),
    _wrong("targets_text", "presentation targets a text", "claim_invalid",
           _settings(accept_presentation_document_targets="iframe")),
    _wrong("accept_multiple_number", "`accept_multiple` a number", "claim_invalid",
           _settings(accept_multiple=1)),
    _wrong("data_object", "`data` an object", "claim_invalid", _settings(data={"a": 1})),
    _wrong("title_number", "title a number", "claim_invalid", _settings(title=5)),
    WrongSequence("deep_linking_by_a_learner", "deep linking: asked for a learner", OURS, 18,
                  "forbidden_role", _asked_by_a_learner),
)  # fmt: skip
