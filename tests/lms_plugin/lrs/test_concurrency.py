"""Preconditions and simultaneous writers of documents (xAPI 1.0.3 Communication 3.1; 2.0 4.1.4)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from tests.lms_plugin.lrs.conftest import Lrs, LrsMaker
from tests.lms_plugin.lrs.test_documents import JSON, NEW, PATHS, STATE, Documents

WRITERS = 6
STALE = '"1234567890123456789012345678901234567890"'


def outcome(version: str, path: str, headers: dict[str, str], *, exists: bool) -> int:
    """What the specifications want of a PUT."""
    if "If-Match" in headers:
        return 204 if exists and headers["If-Match"] != STALE else 412
    if "If-None-Match" in headers:
        return 412 if exists else 204
    if version == "2.0.0":
        return 409 if exists else 204
    if path == STATE:
        return 204
    return 409 if exists else 400


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize("path", PATHS)
def test_put_obeys_its_preconditions(lrs_with: LrsMaker, version: str, path: str) -> None:
    documents = Documents(lrs_with(version=version), path)
    for exists in (False, True):
        for headers in ({}, NEW, {"If-Match": STALE}, {"If-Match": "current"}, {"If-Match": "*"}):
            documents("DELETE")
            if exists:
                documents("POST", data={"kept": True})
            tag = documents("GET").headers.get("ETag", '"none"')
            given = {name: value.replace("current", tag) for name, value in headers.items()}
            answer = documents("PUT", data={"sent": True}, headers=given)
            wanted = outcome(version, path, given, exists=exists)
            assert answer.status_code == wanted, (headers, exists)
            found = documents("GET")
            if wanted == 204:
                assert found.json == {"sent": True}
            else:
                assert answer.json["rule"]
                assert (found.json == {"kept": True}) if exists else (found.status_code == 404)
            if wanted == 409:
                assert "If-Match" in answer.json["rule"]


@pytest.mark.parametrize("path", PATHS)
def test_post_and_delete_obey_their_preconditions(lrs: Lrs, path: str) -> None:
    documents = Documents(lrs, path)
    for method in ("POST", "DELETE"):
        assert documents(method, data={"a": 1}, headers={"If-Match": "*"}).status_code == 412
    assert documents("POST", data={"a": 1}, headers=NEW).status_code == 204
    assert documents("POST", data={"a": 2}, headers=NEW).status_code == 412
    for method in ("POST", "DELETE"):
        assert documents(method, data={"a": 2}, headers={"If-Match": STALE}).status_code == 412
    assert documents("GET").json == {"a": 1}
    tags = f"{STALE}, {documents('GET').headers['ETag']}"
    assert documents("POST", data={"a": 3}, headers={"If-Match": tags}).status_code == 204
    assert documents("DELETE", headers={"If-Match": documents("GET").headers["ETag"]}).status_code == 204
    assert documents("GET").status_code == 404


def at_once(app: Flask, lrs: Lrs, work: Callable[[Documents, int], Any]) -> Sequence[Any]:
    """Runs the work in several threads, each with a client of its own."""

    def one(number: int) -> Any:
        client = app.test_client()
        client.environ_base |= lrs.client.environ_base
        return work(Documents(Lrs(client, lrs.key, lrs.secret), STATE), number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


def test_of_simultaneous_creators_one_wins(app: Flask, lrs: Lrs) -> None:
    def create(documents: Documents, number: int) -> int:
        return int(documents("PUT", data={"by": number}, headers=NEW).status_code)

    statuses = at_once(app, lrs, create)
    assert sorted(statuses) == [204] + [412] * (WRITERS - 1)
    assert Documents(lrs, STATE)("GET").json == {"by": statuses.index(204)}


def test_no_increment_of_simultaneous_writers_is_lost(app: Flask, lrs: Lrs) -> None:
    Documents(lrs, STATE).keep({"count": 0})

    def increment(documents: Documents, number: int) -> None:
        del number
        for _time in range(3):
            status = 412
            while status == 412:
                found = documents("GET")
                more = {"count": found.json["count"] + 1}
                status = documents("PUT", data=more, headers={"If-Match": found.headers["ETag"]}).status_code
            assert status == 204

    at_once(app, lrs, increment)
    assert Documents(lrs, STATE)("GET").json == {"count": 3 * WRITERS}


def test_no_member_of_simultaneous_merges_is_lost(app: Flask, lrs: Lrs) -> None:
    def merge(documents: Documents, number: int) -> int:
        return int(documents("POST", data=b'{"m%d":%d}' % (number, number), headers=JSON).status_code)

    assert set(at_once(app, lrs, merge)) == {204}
    assert Documents(lrs, STATE)("GET").json == {f"m{number}": number for number in range(WRITERS)}
