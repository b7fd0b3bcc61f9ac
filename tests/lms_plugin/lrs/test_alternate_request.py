"""Requests sent as a POST of a form (xAPI 1.0.3 Communication 1.3), by browsers that can do nothing else."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from lms_plugin.lrs.alternate_request import LARGEST_FORM
from tests.lms_plugin.lrs.conftest import STATEMENTS, Lrs, made
from tests.lms_plugin.lrs.test_documents import STATE, query
from tests.lms_plugin.lti.fixtures import on_sqlite

VERSION = "X-Experience-API-Version"
BARE: dict[str, Any] = {"auth": None, "headers": {VERSION: None}}


def send(lrs: Lrs, method: str, fields: Any, path: str = STATEMENTS, **options: Any) -> Any:
    """POST of the fields, with `?method=`."""
    options.setdefault("query_string", {"method": method})
    data = fields if isinstance(fields, str | bytes) else urlencode(fields)
    content_type = options.pop("content_type", "application/x-www-form-urlencoded")
    return lrs.call("POST", path, data=data, content_type=content_type, **options)


def headers(lrs: Lrs, **more: str) -> dict[str, str]:
    """What a browser that cannot set headers puts into the form."""
    credential = b64encode(f"{lrs.key}:{lrs.secret}".encode()).decode()
    return {"Authorization": f"Basic {credential}", VERSION: "1.0.3"} | more


def test_statement_is_put_and_found_with_nothing_but_form_fields(lrs: Lrs) -> None:
    statement = made(result={"response": "però & così = 100%"})
    fields = headers(lrs, statementId=statement["id"], content=json.dumps(statement))
    for content_type in ("application/x-www-form-urlencoded", "text/plain", None):
        assert send(lrs, "PUT", fields, content_type=content_type, **BARE).status_code == 204
    found = send(lrs, "GET", headers(lrs, statementId=statement["id"]), **BARE)
    assert found.json["result"] == statement["result"]
    page = send(lrs, "GET", headers(lrs, limit="1", verb=statement["verb"]["id"]), **BARE)
    assert [one["id"] for one in page.json["statements"]] == [statement["id"]]
    assert page.headers[VERSION] == "1.0.3"


@on_sqlite
def test_headers_may_also_be_headers(lrs: Lrs) -> None:
    batch = [made(), made()]
    answer = send(lrs, "POST", {"content": json.dumps(batch)})
    assert answer.json == [statement["id"] for statement in batch]
    assert send(lrs, "GET", {"limit": "1"}).status_code == 200
    # The form wins.
    assert send(lrs, "GET", {VERSION: "0.8"}).status_code == 400
    assert send(lrs, "GET", {"authorization": "Basic bm9ib2R5Ong="}).status_code == 401


def test_documents_with_their_preconditions(lrs: Lrs) -> None:
    def call(method: str, **more: str) -> Any:
        return send(lrs, method, headers(lrs, **query(STATE), **more), f"/xapi/{STATE}", **BARE)

    new = {"If-None-Match": "*", "Content-Type": "text/plain; charset=utf-8", "Content-Length": "3"}
    assert call("PUT", content="così", **new).status_code == 204
    found = call("GET")
    assert (found.data.decode(), found.headers["Content-Type"]) == ("così", "text/plain; charset=utf-8")
    assert call("PUT", content="x", **new).status_code == 412
    assert call("PUT", content='{"a": 1}', **{"If-Match": found.headers["ETag"]}).status_code == 204
    assert call("POST", content='{"b": 2}').status_code == 204
    assert call("GET").json == {"a": 1, "b": 2}
    assert call("DELETE").status_code == 204
    assert call("GET").status_code == 404


@on_sqlite
def test_what_cannot_be_understood_is_refused(lrs: Lrs) -> None:
    statement = made()
    one, content = statement["id"], json.dumps(statement)
    good = {"statementId": one, "content": content}
    twice = [*good.items(), ("content", content)]
    for method, fields, options in (
        ("PUT", good, {"query_string": {"method": "PUT", "statementId": one}}),
        ("PUT", good, {"query_string": [("method", "PUT"), ("method", "PUT")]}),
        ("PUT", {"statementId": one}, {}),
        ("PUT", "", {}),
        ("PUT", json.dumps(good), {}),
        ("PUT", good, {"content_type": "application/json"}),
        ("PUT", good, {"content_type": "multipart/form-data; boundary=x"}),
        ("PUT", good | {"unknown": "1"}, {}),
        ("PUT", good | {"If-Match": "a\r\nX: b"}, {}),
        ("PUT", good | {"Authorization": "Básic"}, {}),
        ("PUT", good | {"Content-Type": "text/html"}, {}),
        ("PUT", twice, {}),
        ("PUT", [*good.items(), ("x-experience-api-version", "1.0.3"), (VERSION, "1.0.3")], {}),
        ("PUT", "statementId=%FF&content=%FF", {}),
        ("PUT", b"content=\xff", {}),
        ("PUT", "&".join(f"a{number}=1" for number in range(200)), {}),
        ("put", good, {}),
        ("PATCH", good, {}),
        ("HEAD", {}, {}),
        ("", good, {}),
    ):
        answer = send(lrs, method, fields, **options)
        assert answer.status_code == 400, (method, fields, options)
        assert answer.json["rule"]
    assert lrs.ids() == []


@on_sqlite
def test_form_that_is_too_large_is_refused(lrs: Lrs) -> None:
    assert send(lrs, "PUT", b"content=" + b"x" * LARGEST_FORM).status_code == 413


@on_sqlite
def test_only_a_post_can_stand_for_another_method(lrs: Lrs) -> None:
    for method in ("PUT", "GET"):
        answer = lrs.call(method, STATEMENTS, query_string={"method": "POST"}, json=made())
        assert answer.status_code == 400, method
    assert lrs.ids() == []


@on_sqlite
@pytest.mark.parametrize("place", ["header", "form"])
def test_version_2_has_no_alternate_syntax(lrs: Lrs, place: str) -> None:
    statement = made()
    lrs.version = "2.0.0" if place == "header" else "1.0.3"
    fields = {"statementId": statement["id"], "content": json.dumps(statement), VERSION: "2.0.0"}
    for method in ("PUT", "POST", "GET"):
        answer = send(lrs, method, fields)
        assert (answer.status_code, answer.json["path"]) == (400, "$.method")
    assert lrs.ids() == []


@on_sqlite
def test_pages_of_ours_know_no_alternate_methods(lrs: Lrs) -> None:
    assert send(lrs, "GET", {}, "/health").status_code in {404, 405}
