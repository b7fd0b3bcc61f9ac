"""Keeps a flood of logins and launches away: per client address, and per registration behind all addresses.

In each process for itself, so that no launch waits for the database to count it. The limits are far above
what a town hall behind one proxy does on the first morning of a course.
"""

import math
import time
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from flask.sansio.app import App

from lms_plugin.errors import Refusal
from lms_plugin.settings import Settings
from lms_plugin.web.buckets import Buckets, network_of
from lms_plugin.web.headers import allow_framing
from lms_plugin.web.problems import problem

ADDRESSES, REGISTRATIONS = "launch_addresses", "launch_registrations"
LIMITED = frozenset({"launching.login", "launching.check", "launching.launch", "platform_storage.confirm"})


class TooManyLaunches(Refusal):
    """More logins or launches than anybody honest makes; `wait` is in seconds."""

    code = "too_many_launches"
    status = 429

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = max(1, math.ceil(wait))


def install_rate_limits(app: App, settings: Settings) -> None:
    """Makes the buckets of this application."""
    app.extensions[ADDRESSES] = Buckets(settings.launches_per_minute)
    app.extensions[REGISTRATIONS] = Buckets(settings.registration_launches_per_minute)


def limit(blueprint: Blueprint) -> None:
    """Counts every call of a limited address of this blueprint before its view runs."""
    blueprint.before_request(_count_address)
    blueprint.register_error_handler(TooManyLaunches, _refuse)


def count_registration(platform_id: UUID) -> None:
    """Counts a call that belongs to this registration; raises TooManyLaunches."""
    _take(REGISTRATIONS, (request.endpoint, platform_id))


def _count_address() -> None:
    if request.endpoint in LIMITED:
        _take(ADDRESSES, (request.endpoint, network_of(request.remote_addr or "")))


def _take(which: str, key: tuple[object, ...]) -> None:
    wait = current_app.extensions[which].take(key, time.monotonic())
    if wait > 0:
        raise TooManyLaunches(wait)


def _refuse(refusal: TooManyLaunches) -> Response:
    # Any LMS may show this page in its frame; there is nothing to click on it.
    allow_framing("*")
    response = problem(refusal.code, refusal.status)
    response.headers["Retry-After"] = str(refusal.wait)
    return response
