"""What holds for every resource and method (xAPI 1.0.3 Communication 1.1, 3.2, 3.3)."""

import json
from collections.abc import Iterator
from typing import Any

from lms_plugin.lrs.blueprint import METHODS
from tests.lms_plugin.lrs.conftest import Lrs, made
from tests.lms_plugin.lrs.test_documents import ACTIVITY, AGENT, PATHS, query
from tests.lms_plugin.lti.fixtures import on_sqlite

VERSION = "X-Experience-API-Version"
OPEN = ("about", "openapi.json")
# They differ from one request to the next, or say how large the body is.
OF_THE_MOMENT = {"X-Request-Id", "X-Experience-API-Consistent-Through", "Date"}
pytestmark = on_sqlite


def good(resource: str) -> dict[str, Any]:
    """Parameters that the resource takes."""
    if resource in PATHS:
        return query(resource)
    return {"agents": {"agent": json.dumps(AGENT)}, "activities": {"activityId": ACTIVITY}}.get(resource, {})


def every_call() -> Iterator[tuple[str, str]]:
    """Each resource with each of its methods."""
    for resource, methods in METHODS.items():
        yield from ((method, resource) for method in methods)


def test_head_answers_like_get_without_the_body(lrs: Lrs) -> None:
    statement = made()
    lrs.store(statement)
    calls = [(resource, good(resource)) for resource in METHODS]
    calls += [("statements", {"statementId": statement["id"]}), ("statements", {"statementId": made()["id"]})]
    calls += [(path, query(path, None)) for path in PATHS] + [("agents", {}), ("nothing", {})]
    for path in PATHS[:2]:
        lrs.call("POST", f"/xapi/{path}", query_string=query(path), json={"a": 1})
    for resource, parameters in calls:
        answer = lrs.call("GET", f"/xapi/{resource}", query_string=parameters)
        head = lrs.call("HEAD", f"/xapi/{resource}", query_string=parameters)
        assert (head.status_code, head.data) == (answer.status_code, b""), (resource, parameters)
        kept = [
            {name: value for name, value in one.headers.items() if name not in OF_THE_MOMENT}
            for one in (answer, head)
        ]
        assert kept[0] == kept[1], (resource, parameters)


def test_unknown_parameters_are_refused_everywhere(lrs: Lrs) -> None:
    for method, resource in every_call():
        parameters = good(resource) or {"statementId": made()["id"]}
        wrong_case = {name.upper(): value for name, value in parameters.items()}
        for wrong in (good(resource) | {"unknown": "1"}, wrong_case):
            options = {"json": made()} if method in {"PUT", "POST"} else {}
            answer = lrs.call(method, f"/xapi/{resource}", query_string=wrong, **options)
            assert answer.status_code == 400, (method, resource, wrong)


def test_version_is_required_of_all_but_what_anybody_may_read(lrs: Lrs) -> None:
    for method, resource in every_call():
        for version in (None, "0.95", "1.1.0"):
            answer = lrs.call(
                method, f"/xapi/{resource}", query_string=good(resource), headers={VERSION: version}
            )
            assert (answer.status_code == 400) == (resource not in OPEN), (method, resource)
            assert answer.headers[VERSION] == "1.0.3"


def test_every_answer_names_the_version_of_its_request(lrs: Lrs) -> None:
    for method, resource in every_call():
        for asked, answered in (("1.0", "1.0.3"), ("2.0.0", "2.0.0")):
            for auth in ((lrs.key, lrs.secret), None):
                answer = lrs.call(method, f"/xapi/{resource}", headers={VERSION: asked}, auth=auth)
                assert answer.headers[VERSION] == answered, (method, resource)


def test_other_methods_are_refused_with_those_there_are(lrs: Lrs) -> None:
    for resource, methods in METHODS.items():
        for method in {"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"} - set(methods):
            answer = lrs.call(method, f"/xapi/{resource}")
            assert answer.status_code == 405, (method, resource)
            assert set(answer.headers["Allow"].split(", ")) == set(methods)
