"""Wrong sequences: each message is honest, but it comes twice, from elsewhere, or with another's state."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from interop.browser import Browser
from interop.contenders import Answer, Contender, said
from lms_plugin.rehearsal.initiation import LoginInitiation

Try = Callable[[Contender], Answer]


@dataclass(frozen=True)
class WrongSequence:
    """One way to misuse honest messages; `check` and `code` as in docs/lti.md, 0 for the login."""

    name: str
    words: str
    asked_by: str
    check: int
    code: str
    attempt: Try


def _posted_twice(tool: Contender) -> Answer:
    browser = Browser()
    form = tool.answer(browser, tool.lms.login_initiation())
    tool.post(browser, form)
    return tool.post(browser, form)


def _posted_twice_from_elsewhere(tool: Contender) -> Answer:
    browser = Browser()
    form = tool.answer(browser, tool.lms.login_initiation())
    tool.post(browser, form)
    return tool.post(Browser(), form)


def _posted_from_elsewhere(tool: Contender) -> Answer:
    return tool.post(Browser(), tool.answer(Browser(), tool.lms.login_initiation()))


def _into_another_login(tool: Contender) -> Answer:
    """Login CSRF: the attacker's answer lands in a browser that has a login of its own under way."""
    attackers = tool.answer(Browser(), tool.lms.login_initiation("bruno"))
    victim = Browser()
    tool.answer(victim, tool.lms.login_initiation("ada"))
    return tool.post(victim, attackers)


def _stolen_token(tool: Contender) -> Answer:
    """The attacker has somebody's unused message and puts it under a state of his own."""
    stolen = tool.answer(Browser(), tool.lms.login_initiation("carla"))
    attacker = Browser()
    own = tool.answer(attacker, tool.lms.login_initiation("bruno"))
    return tool.post(attacker, {"id_token": stolen["id_token"], "state": own["state"]})


def _swapped_states(tool: Contender) -> Answer:
    browser = Browser()
    one, two = (tool.answer(browser, tool.lms.login_initiation(who)) for who in ("ada", "bruno"))
    return tool.post(browser, {"id_token": two["id_token"], "state": one["state"]})


def _another_lms(tool: Contender) -> Answer:
    browser = Browser()
    mine = tool.answer(browser, tool.lms.login_initiation())
    theirs = tool.answer(browser, tool.neighbour.login_initiation(), tool.neighbour)
    return tool.post(browser, {"id_token": theirs["id_token"], "state": mine["state"]})


def _parameter_twice(tool: Contender) -> Answer:
    browser = Browser()
    one, two = (tool.answer(browser, tool.lms.login_initiation(who)) for who in ("ada", "bruno"))
    response = browser.post(tool.launch_url, {**one, "id_token": [one["id_token"], two["id_token"]]})
    return said(response)


def _login(change: Callable[[LoginInitiation], LoginInitiation]) -> Try:
    def attempt(tool: Contender) -> Answer:
        return said(tool.begin(Browser(), change(tool.lms.login_initiation())))

    return attempt


def _with(**fields: str) -> Try:
    return _login(lambda honest: replace(honest, fields={**honest.fields, **fields}))


def _without(name: str) -> Try:
    return _login(
        lambda honest: replace(
            honest, fields={key: value for key, value in honest.fields.items() if key != name}
        )
    )


STATE = "SEC 7.3"
REPLAY = "SEC 5.1.3"
SEQUENCES = (
    WrongSequence("sequence_posted_twice", "the same answer again, same browser", REPLAY, 2, "state_replayed",
                  _posted_twice),
    WrongSequence("sequence_posted_twice_elsewhere", "the same answer again, elsewhere", REPLAY, 2,
                  "state_replayed", _posted_twice_from_elsewhere),
    WrongSequence("sequence_other_browser", "an answer posted by another browser", STATE, 3,
                  "state_not_bound", _posted_from_elsewhere),
    WrongSequence("sequence_login_csrf", "another person's answer in a browser that is logging in", STATE, 3,
                  "state_not_bound", _into_another_login),
    WrongSequence("sequence_stolen_token", "another person's unused token under one's own state", STATE, 11,
                  "nonce_mismatch", _stolen_token),
    WrongSequence("sequence_swapped_states", "two open launches of one browser, states swapped", STATE, 11,
                  "nonce_mismatch", _swapped_states),
    WrongSequence("sequence_other_lms", "the answer of one LMS to the login of another", "OIDC 3.1.3.7", 5,
                  "issuer_mismatch", _another_lms),
    WrongSequence("sequence_token_twice", "two `id_token` parameters in one form", "ours", 1,
                  "malformed_response", _parameter_twice),
    WrongSequence("login_issuer_unknown", "login initiation of an unknown LMS", "OIDC 4", 0,
                  "platform_unknown", _with(iss="https://attacker.example")),
    WrongSequence("login_target_foreign", "login initiation towards another site", "OIDC 4", 0,
                  "target_link_unknown", _with(target_link_uri="https://attacker.example/")),
    WrongSequence("login_hint_absent", "login initiation without `login_hint`", "OIDC 4", 0,
                  "login_malformed", _without("login_hint")),
)  # fmt: skip
