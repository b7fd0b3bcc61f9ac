"""A switch that makes the service end points fail now and then, the same way each time for one seed."""

import hashlib
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

Service = Literal["token", "scores", "lineitems", "results", "roster", "jwks"]
SERVICES: tuple[Service, ...] = ("token", "scores", "lineitems", "results", "roster", "jwks")
_LONGEST_DELAY_SECONDS = 60.0
_AFTER_ERRORS = 600


@dataclass(frozen=True)
class FaultPlan:
    """`rate` of the calls to `services` fail; with `lose_answer` the work is done, then the answer lost."""

    rate: float = 0.0
    status: int = 500
    delay_seconds: float = 0.0
    retry_after_seconds: int | None = None
    lose_answer: bool = False
    seed: str = "rehearsal"
    limit: int | None = None
    services: frozenset[str] = field(default_factory=lambda: frozenset(SERVICES))

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError("rate must lie between 0 and 1")
        if self.status not in range(HTTPStatus.BAD_REQUEST, _AFTER_ERRORS):
            raise ValueError("status must be a client or server error")
        if not 0 <= self.delay_seconds <= _LONGEST_DELAY_SECONDS:
            raise ValueError("delay_seconds must lie between 0 and 60")
        if not self.services <= set(SERVICES):
            raise ValueError(f"services must be among {', '.join(SERVICES)}")


class FaultSwitch:
    """One plan, or a mix of several: each call falls to one of them at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: tuple[FaultPlan, ...] = (FaultPlan(),)
        self._calls = 0
        self._failed: Counter[FaultPlan] = Counter()

    def set(self, *plans: FaultPlan) -> None:
        """Carry these out from now on; chance follows the seed of the first."""
        with self._lock:
            self._plans, self._calls = plans, 0
            self._failed.clear()

    def strike(self, service: Service) -> FaultPlan | None:
        """The plan to carry out on this call, or None when this call goes well."""
        with self._lock:
            plans = [plan for plan in self._plans if plan.rate > 0 and service in plan.services]
            if not plans:
                return None
            self._calls += 1
            drawn = _draw(plans[0].seed, self._calls)
            for plan in plans:
                if drawn < plan.rate:
                    return self._struck(plan)
                drawn -= plan.rate
            return None

    def _struck(self, plan: FaultPlan) -> FaultPlan | None:
        if plan.limit is not None and self._failed[plan] >= plan.limit:
            return None
        self._failed[plan] += 1
        return plan

    def described(self) -> dict[str, object]:
        with self._lock:
            plan = self._plans[0]
            return {
                "rate": plan.rate,
                "status": plan.status,
                "delay_seconds": plan.delay_seconds,
                "retry_after_seconds": plan.retry_after_seconds,
                "lose_answer": plan.lose_answer,
                "seed": plan.seed,
                "limit": plan.limit,
                "services": sorted(plan.services),
                "calls": self._calls,
                "failed": self._failed.total(),
                "mix": len(self._plans),
            }


def plans_from_json(document: Mapping[str, object]) -> tuple[FaultPlan, ...]:
    """As `plan_from_json`, or a mix of plans from {"mix": [plan, …]}, whose rates add up to 1 at most."""
    mix = document.get("mix")
    if mix is None:
        return (plan_from_json(document),)
    if len(document) > 1 or not isinstance(mix, list) or not mix:
        raise ValueError("mix stands alone and is a list of plans")
    plans = tuple(plan_from_json(one if isinstance(one, dict) else {"plan": None}) for one in mix)
    if sum(plan.rate for plan in plans) > 1:
        raise ValueError("the rates of a mix add up to 1 at most")
    return plans


def plan_from_json(document: Mapping[str, object]) -> FaultPlan:
    """A plan from the body of POST /rehearsal/faults; raises ValueError naming what is wrong."""
    known = FaultPlan.__dataclass_fields__
    unknown = sorted(set(document) - set(known))
    if unknown:
        raise ValueError(f"unknown fields: {', '.join(unknown)}")
    values = dict(document)
    services = values.pop("services", list(SERVICES))
    if not isinstance(services, list):
        raise ValueError("services must be a list")  # noqa: TRY004 - one exception type for a wrong body
    try:
        return FaultPlan(**values, services=frozenset(services))  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError("a field has the wrong type") from error


def _draw(seed: str, call: int) -> float:
    """A number in [0, 1) that depends on the seed and the call alone, so that a failure can be had again."""
    digest = hashlib.sha256(f"{seed}:{call}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
