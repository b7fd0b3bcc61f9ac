"""How often a credential may call, and an address fail to: token buckets in each process for itself.

The failures of an address slow only what fails: a good credential is looked at first, and never waits for
what others do behind the same proxy.
"""

import math
import time
from uuid import UUID

from flask import Blueprint, current_app, request
from flask.blueprints import BlueprintSetupState

from lms_plugin.errors import Refusal
from lms_plugin.web.buckets import Buckets, network_of

CREDENTIALS, FAILURES = "lrs_credentials", "lrs_failures"
FAILURES_PER_MINUTE = 60


class TooManyRequests(Refusal):
    """More calls than the credential may make, or than an address may fail with; `wait` is in seconds."""

    code = "too_many_requests"
    status = 429

    def __init__(self, rule: str, wait: float) -> None:
        super().__init__(rule)
        self.wait = max(1, math.ceil(wait))


def install(blueprint: Blueprint) -> None:
    """Makes the buckets of the application that the blueprint is registered with."""
    blueprint.record_once(_make_buckets)


def _make_buckets(state: BlueprintSetupState) -> None:
    settings = state.app.extensions["settings"]
    state.app.extensions[CREDENTIALS] = Buckets(settings.lrs_requests_per_minute)
    state.app.extensions[FAILURES] = Buckets(FAILURES_PER_MINUTE)


def count_request(credential: UUID, per_minute: int | None) -> None:
    """Counts a request of a credential; raises TooManyRequests."""
    # Its limit is part of the key, so that another limit begins a new bucket.
    wait = _take(CREDENTIALS, (credential, per_minute), per_minute)
    if wait > 0:
        raise TooManyRequests("this credential calls oftener than it may", wait)


def count_failure() -> None:
    """Counts a request without a credential in force; raises TooManyRequests."""
    wait = _take(FAILURES, (network_of(request.remote_addr or ""),), None)
    if wait > 0:
        raise TooManyRequests("too many requests without a credential in force came from this address", wait)


def _take(which: str, key: tuple[object, ...], per_minute: int | None) -> float:
    buckets: Buckets = current_app.extensions[which]
    return buckets.take(key, time.monotonic(), per_minute)
