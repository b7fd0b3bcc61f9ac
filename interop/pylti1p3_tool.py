"""A Flask tool on PyLTI1p3 as its README builds one; runs in the environment of bench/requirements.txt.

Nothing of PyLTI1p3 is changed. Its refusals become a 401 with their words, so that they can be told from a
crash, which stays a 500: its own exceptions, and the plain `Exception` with which it says that it does not
know an issuer or client id. Launch data lie in the memory of the one process, as with a simple cache.
"""

import json
import os
from typing import Any

from flask import Flask, Response, redirect
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.exception import LtiException, OIDCException
from pylti1p3.tool_config import ToolConfDict


class SimpleCache:
    """A cache in memory; nothing here runs for so long that it would have to forget."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The value, None when there is none."""
        return self._kept.get(key)

    def set(self, key: str, value: object, _seconds: int | None = None) -> None:
        """Keeps the value."""
        self._kept[key] = value


def create_tool() -> Flask:
    """The tool, told by INTEROP_PLATFORMS which platforms it knows."""
    tool = Flask(__name__)
    tool.config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True)
    tool.secret_key = os.environ["INTEROP_SECRET_KEY"]
    platforms = ToolConfDict(json.loads(os.environ["INTEROP_PLATFORMS"]))
    cache = SimpleCache()

    @tool.route("/login", methods=["GET", "POST"])
    def login() -> Response:
        asked = FlaskRequest()
        begun = FlaskOIDCLogin(asked, platforms, launch_data_storage=FlaskCacheDataStorage(cache))
        answer: Response = begun.redirect(asked.get_param("target_link_uri"))
        return answer

    @tool.post("/launch")
    def launch() -> Response:
        storage = FlaskCacheDataStorage(cache)
        message = FlaskMessageLaunch(FlaskRequest(), platforms, launch_data_storage=storage)
        message.get_launch_data()  # validates, and keeps the launch under its id
        answer = redirect(f"/first-page?launch={message.get_launch_id()}", 303)
        assert isinstance(answer, Response)
        return answer

    @tool.get("/up")
    def up() -> str:
        return "yes"

    tool.register_error_handler(Exception, _refusal)
    return tool


def _refusal(error: Exception) -> tuple[str, int]:
    if type(error) in {LtiException, OIDCException, Exception}:
        return f"refused: {error}", 401
    raise error
