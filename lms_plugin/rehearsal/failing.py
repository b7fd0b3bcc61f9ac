"""Makes an end point fail as the fault switch says: before the work, or after it with the answer lost."""

import functools
import time
from collections.abc import Callable
from typing import ParamSpec

from flask import Response, make_response
from flask.typing import ResponseReturnValue

from lms_plugin.rehearsal.faults import FaultPlan, Service
from lms_plugin.rehearsal.here import here

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def failing(service: Service) -> Callable[[View[P]], View[P]]:
    """Put a view under the fault switch, as `service`."""

    def wrap(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            plan = here().faults.strike(service)
            if plan is None:
                return view(*args, **kwargs)
            if plan.lose_answer:
                view(*args, **kwargs)
            time.sleep(plan.delay_seconds)
            return _failure(plan)

        return answer

    return wrap


def _failure(plan: FaultPlan) -> Response:
    response = make_response("rehearsed failure", plan.status, {"Content-Type": "text/plain; charset=utf-8"})
    if plan.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(plan.retry_after_seconds)
    return response
