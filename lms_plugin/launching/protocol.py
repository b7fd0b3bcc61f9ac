"""What the LTI addresses share: the LMSs' keys, the sealing of logins, our one redirect address."""

from typing import cast

from flask import current_app
from flask.sansio.app import App

from lms_plugin.lti.key_sets import KeySets
from lms_plugin.lti.login_state import LoginStates
from lms_plugin.lti.parking import Parking
from lms_plugin.outbound import Outbound
from lms_plugin.web.configuration import settings

KEY_SETS, LOGIN_STATES, REDIRECT_URI = "platform_key_sets", "login_states", "redirect_uri"


def install_protocol(app: App) -> None:
    """One of each for the application, so that keys need not be asked for at every launch."""
    chosen = app.extensions["settings"]
    app.extensions[KEY_SETS] = KeySets(Outbound(chosen.trusted_hosts))
    app.extensions[LOGIN_STATES] = LoginStates(chosen.secret_key)


def key_sets() -> KeySets:
    """The LMSs' public keys, as far as they are known."""
    return cast("KeySets", current_app.extensions[KEY_SETS])


def login_states() -> LoginStates:
    """Makes and opens the states of logins."""
    return cast("LoginStates", current_app.extensions[LOGIN_STATES])


def parking() -> Parking:
    """Where messages wait for their browser."""
    return Parking(settings().secret_key)


def redirect_uri() -> str:
    """Where every LMS sends its answers: LMSs compare it character by character."""
    known: str | None = current_app.extensions.get(REDIRECT_URI)
    if known is None:
        path = current_app.url_map.bind("").build("launching.launch")
        known = current_app.extensions[REDIRECT_URI] = settings().public_url + path
    return known
