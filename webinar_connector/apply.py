"""Carry a plan out step by step: intent, call, read back, save. A crash loses and doubles nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webinar_connector.plan import Cancel, Change, Create, Keep, Step, webinar_id
from webinar_connector.providers.errors import ProviderError, RateLimitedError, TemporaryError
from webinar_connector.providers.interface import Provider
from webinar_connector.store import Store
from webinar_connector.webinars import BookedWebinar

Result = Literal["done", "ready", "kept", "differs", "refused"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step.

    `done`: it is so on the platform, read back. `ready`: the platform keeps nothing before the start, the
    parameters are noted and it accepts us. `differs`: it acted but holds something else. `refused`: no.
    """

    webinar_id: str
    step: str
    result: Result
    reason: str = ""
    code: str = ""


def apply(steps: Iterable[Step], provider: Provider, store: Store, now: datetime) -> Iterator[Outcome]:
    """Carry out the steps, giving each outcome when it is saved; stops at a rate limit. Consume it wholly.

    After a crash, run `plan` and `apply` again: bookings made are kept, the one under way is asked for again.
    """
    for step in steps:
        if isinstance(step, Keep):
            yield Outcome(step.booked.id, step.kind, "kept")
            continue
        store.intend(webinar_id(step), step.kind, now)
        try:
            yield _carry_out(step, provider, store, now)
        except ProviderError as refused:
            # After a timeout nobody knows whether the platform acted: the intent stays for the next run.
            if not isinstance(refused, TemporaryError):
                store.abandon(webinar_id(step))
            yield Outcome(webinar_id(step), step.kind, "refused", str(refused), refused.code)
            if isinstance(refused, RateLimitedError):
                return


def _carry_out(step: Create | Change | Cancel, provider: Provider, store: Store, now: datetime) -> Outcome:
    if isinstance(step, Cancel):
        provider.cancel(step.booked)
        store.remove(step.booked.id)
        return Outcome(step.booked.id, step.kind, "done")
    known = step.booked if isinstance(step, Change) and step.booked.provider == provider.name else None
    booked = provider.book(step.wanted, known, now)
    result = _read_back(provider, booked)
    if result == "differs":
        # Saved with an empty fingerprint, so that the next plan tries to change it again.
        booked = BookedWebinar(booked.id, booked.provider, booked.external_id, "", booked.booked_at)
    store.save(booked)
    return Outcome(booked.id, step.kind, result)


def _read_back(provider: Provider, booked: BookedWebinar) -> Result:
    held = provider.read_back(booked)
    if held is None:
        return "ready"
    return "done" if held == booked.fingerprint else "differs"
