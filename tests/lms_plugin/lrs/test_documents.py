"""State, Activity Profile and Agent Profile documents (xAPI 1.0.3 Communication 2.2; 2.0 4.1.6)."""

import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from lms_plugin.lrs.documents import LARGEST_DOCUMENT
from lms_plugin.records.document_store import erase_documents_of
from lms_plugin.records.statement_index import agent_key
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.lms_plugin.lrs.conftest import Lrs, LrsMaker
from tests.lms_plugin.lti.fixtures import on_sqlite

AGENT = {"account": {"homePage": "https://lms.example", "name": "42"}}
OTHER = {"mbox": "mailto:anna@example.it"}
ACTIVITY = "https://formazione.example/xapi/activities/p/m1"
STATE, ACTIVITY_PROFILE, AGENT_PROFILE = "activities/state", "activities/profile", "agents/profile"
PATHS = [STATE, ACTIVITY_PROFILE, AGENT_PROFILE]
NEW = {"If-None-Match": "*"}
JSON = {"Content-Type": "application/json"}


def query(path: str, one: str | None = "one", **more: Any) -> dict[str, Any]:
    """Parameters of the resource: about the usual activity and agent, with the document's id."""
    found: dict[str, Any] = {"activityId": ACTIVITY} if path.startswith("activities") else {}
    if path != ACTIVITY_PROFILE:
        found["agent"] = json.dumps(AGENT)
    if one is not None:
        found["stateId" if path == STATE else "profileId"] = one
    return found | more


class Documents:
    """Calls one document resource."""

    def __init__(self, lrs: Lrs, path: str) -> None:
        self.lrs, self.path = lrs, path

    def __call__(self, method: str, one: str | None = "one", data: Any = None, **options: Any) -> Any:
        """Any request; `query` adds parameters, a value that is no bytes is sent as JSON."""
        parameters = query(self.path, one) | options.pop("query", {})
        kept = {name: value for name, value in parameters.items() if value is not None}
        headers = options.pop("headers", {})
        if data is not None and not isinstance(data, bytes):
            data, headers = json.dumps(data).encode(), JSON | headers
        return self.lrs.call(method, f"/xapi/{self.path}", query_string=kept, data=data, headers=headers)

    def keep(self, data: Any, one: str = "one", **options: Any) -> None:
        """PUT of a new document that must work."""
        headers = NEW | options.pop("headers", {})
        answer = self("PUT", one, data, headers=headers, **options)
        assert answer.status_code == 204, answer.text
        assert not answer.data

    def ids(self, **more: Any) -> list[str]:
        """Ids that a GET without one finds."""
        answer = self("GET", None, query=more)
        assert answer.status_code == 200, answer.text
        return list(answer.json)


@pytest.fixture(params=PATHS)
def documents(request: pytest.FixtureRequest, lrs: Lrs) -> Documents:
    return Documents(lrs, request.param)


@pytest.fixture
def states(lrs: Lrs) -> Documents:
    return Documents(lrs, STATE)


def test_type_that_no_column_holds_is_refused(documents: Documents) -> None:
    for kind in ("text/\x00", "text/plain; a=\x00", "text"):
        answer = documents("PUT", data=b"x", headers=NEW | {"Content-Type": kind})
        assert (answer.status_code, answer.json["rule"]) == (400, "must be an Internet media type")


def test_document_comes_back_as_it_was_sent(documents: Documents) -> None:
    for one, data, kind in (
        ("json", '{"città": 1.0}'.encode(), "application/json; charset=utf-8"),
        ("bytes", bytes(range(256)), "image/png"),
        ("form", b"a=1&b=2", "application/x-www-form-urlencoded"),
        ("empty", b"", "text/plain"),
        ("à / ?&=", b"odd id", "text/plain"),
    ):
        documents.keep(data, one, headers={"Content-Type": kind})
        answer = documents("GET", one)
        assert (answer.status_code, answer.data, answer.headers["Content-Type"]) == (200, data, kind)
        assert answer.headers["ETag"] == f'"{hashlib.sha1(data).hexdigest()}"'  # noqa: S324 - 1.0.3 wants it
        assert answer.headers["Last-Modified"] == "Mon, 23 Nov 2026 09:00:00 GMT"
        head = documents("HEAD", one)
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
        assert head.headers["Content-Length"] == str(len(data))


@on_sqlite
def test_page_that_a_client_keeps_cannot_run_as_ours(states: Documents) -> None:
    states.keep(b"<script>alert(1)</script>", headers={"Content-Type": "text/html"})
    answer = states("GET")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@on_sqlite
def test_document_without_media_type_is_bytes(states: Documents) -> None:
    states.keep(b"x")
    assert states("GET").headers["Content-Type"] == "application/octet-stream"


@on_sqlite
def test_known_document_is_not_sent_again(documents: Documents) -> None:
    documents.keep({"a": 1})
    known = {"If-None-Match": documents("GET").headers["ETag"]}
    answer = documents("GET", headers=known)
    assert (answer.status_code, answer.data) == (304, b"")


def test_missing_document_is_404_and_gone_after_delete(documents: Documents) -> None:
    assert documents("GET").status_code == documents("HEAD").status_code == 404
    documents.keep({"a": 1})
    assert documents("DELETE").status_code == 204
    assert documents("GET").status_code == 404
    assert documents("DELETE").status_code == 204


def test_ids_are_listed_with_since(documents: Documents, clock: Clock) -> None:
    assert documents.ids() == []
    documents.keep({"a": 1}, "old")
    clock.move(seconds=10)
    documents.keep({"a": 1}, "new")
    assert documents.ids() == ["old", "new"]
    assert documents.ids(since="2026-11-23T09:00:00Z") == ["new"]
    assert documents.ids(since="2026-11-23T10:00:10+01:00") == []
    answer = documents("GET", None)
    assert answer.headers["Last-Modified"] == "Mon, 23 Nov 2026 09:00:10 GMT"
    assert answer.headers["ETag"]
    clock.move(seconds=10)
    assert documents("POST", "old", {"b": 2}).status_code == 204
    assert documents.ids(since="2026-11-23T09:00:10Z") == ["old"]
    assert documents("GET", "old").headers["Last-Modified"] == "Mon, 23 Nov 2026 09:00:20 GMT"


def test_other_agents_and_activities_have_their_own(lrs: Lrs) -> None:
    for path, other in (
        (STATE, {"agent": json.dumps(OTHER)}),
        (STATE, {"activityId": ACTIVITY + "2"}),
        (AGENT_PROFILE, {"agent": json.dumps(OTHER)}),
        (ACTIVITY_PROFILE, {"activityId": ACTIVITY + "2"}),
    ):
        documents = Documents(lrs, path)
        documents("POST", data={"mine": True})
        assert documents("GET", query=other).status_code == 404
        assert documents.ids(**other) == []
    assert Documents(lrs, AGENT_PROFILE).ids() == ["one"]


@on_sqlite
def test_same_agent_written_in_another_way_is_the_same(states: Documents) -> None:
    states.keep({"a": 1})
    named = json.dumps({"objectType": "Agent", "name": "Anna", **AGENT}, indent=1)
    assert states("GET", query={"agent": named}).json == {"a": 1}


def test_registration_is_part_of_the_address(states: Documents) -> None:
    first, second = str(uuid4()), str(uuid4())
    states.keep({"at": "none"})
    states.keep({"at": "first"}, query={"registration": first})
    states.keep({"at": "second"}, query={"registration": second})
    states.keep({"at": "second"}, "two", query={"registration": second.upper()})
    assert states("GET").json == {"at": "none"}
    assert states("GET", query={"registration": first}).json == {"at": "first"}
    assert states.ids(registration=second) == ["one", "two"]
    assert states.ids() == ["one", "two"]
    assert states("DELETE", None, query={"registration": second}).status_code == 204
    assert states("GET", query={"registration": second}).status_code == 404
    assert states.ids() == ["one"]
    assert states("DELETE", None).status_code == 204
    assert states.ids() == []


@on_sqlite
def test_profiles_are_deleted_one_by_one(lrs: Lrs) -> None:
    for path in (ACTIVITY_PROFILE, AGENT_PROFILE):
        answer = Documents(lrs, path)("DELETE", None)
        assert (answer.status_code, answer.json["path"]) == (400, "$.profileId")


def test_post_merges_top_level_members_only(documents: Documents) -> None:
    kept = b'{"x": "foo", "y": {"a": 1, "b": 2}, "n": 1.50, "big": 12345678901234567890123}'
    assert documents("POST", data=kept, headers=JSON).status_code == 204
    assert documents("GET").data == kept
    assert documents("POST", data={"y": {"c": 3}, "z": None}).status_code == 204
    answer = documents("GET")
    assert answer.json == {"x": "foo", "y": {"c": 3}, "n": 1.5, "big": 12345678901234567890123, "z": None}
    # Numbers stay as their client wrote them.
    assert b'"n":1.50,"big":12345678901234567890123' in answer.data
    assert answer.headers["Content-Type"] == "application/json"


UNMERGEABLE = [
    (b'{"a":1}', "application/json", b'{"b":2}', "text/plain"),
    (b'{"a":1}', "text/plain", b'{"b":2}', "application/json"),
    (b'{"a":1}', "application/json", b"[1]", "application/json"),
    (b'{"a":1}', "application/json", b'{"b":2', "application/json"),
    (b'{"a":1}', "application/json", b'{"b":1,"b":2}', "application/json"),
    (b'{"a":1}', "application/json", b'{"b":NaN}', "application/json"),
    (b'{"a":1}', "application/json", b'{"b":"\\ud800"}', "application/json"),
    (b'{"a":1}', "application/json", b"\xff", "application/json"),
    (b'{"a":1}', "application/json", b"[" * 100_000, "application/json"),
    (b'["a"]', "application/json", b'{"b":2}', "application/json"),
    (b"not json", "application/json", b'{"b":2}', "application/json"),
]


@on_sqlite
def test_what_cannot_be_merged_is_refused_and_changes_nothing(states: Documents) -> None:
    for kept, kept_type, sent, sent_type in UNMERGEABLE:
        states("DELETE")
        states.keep(kept, headers={"Content-Type": kept_type})
        answer = states("POST", data=sent, headers={"Content-Type": sent_type})
        assert answer.status_code == 400, answer.text
        assert answer.json["rule"]
        assert states("GET").data == kept


def test_new_document_of_any_type_may_be_posted(documents: Documents) -> None:
    assert documents("POST", data=b"plain", headers={"Content-Type": "text/plain"}).status_code == 204
    assert documents("GET").data == b"plain"
    assert documents("POST", "broken", b"{", headers=JSON).status_code == 400
    assert documents("GET", "broken").status_code == 404


WRONG: list[dict[str, Any]] = [
    {"activityId": None},
    {"activityId": "no-iri"},
    {"activityId": ""},
    {"agent": None},
    {"agent": "anna"},
    {"agent": "{}"},
    {"agent": "[]"},
    {"agent": "null"},
    {"agent": json.dumps({"objectType": "Group", **OTHER})},
    {"agent": json.dumps(OTHER | AGENT)},
    {"agent": json.dumps({"mbox": "anna@example.it"})},
    {"registration": "1"},
    {"registration": ""},
    {"stateId": ""},
    {"stateId": "x" * 1001},
    {"stateId": "a\x00b"},
    {"since": "2026-11-23T09:00:00Z"},
    {"stateid": "one"},
    {"Agent": json.dumps(AGENT)},
    {"profileId": "one"},
    {"unknown": "1"},
]


@on_sqlite
def test_wrong_parameters_are_refused(states: Documents) -> None:
    for wrong in WRONG:
        for method in ("PUT", "POST", "GET", "HEAD", "DELETE"):
            assert states(method, data=b"x", query=wrong).status_code == 400, (method, wrong)
        assert states("GET", query=wrong).json["path"].startswith(f"$.{next(iter(wrong))}"), wrong
    assert states.ids() == []


@on_sqlite
def test_wrong_since_and_doubled_parameters_are_refused(documents: Documents) -> None:
    assert documents("GET", None, query={"since": "yesterday"}).status_code == 400
    path = f"/xapi/{documents.path}"
    for doubled in query(documents.path):
        parameters = [*query(documents.path).items(), (doubled, "again")]
        answer = documents.lrs.call("GET", path, query_string=parameters)
        assert (answer.status_code, answer.json["path"]) == (400, f"$.{doubled}")


@on_sqlite
def test_id_is_required_to_write(documents: Documents) -> None:
    for method in ("PUT", "POST"):
        assert documents(method, None, {"a": 1}, headers=NEW).status_code == 400


def test_largest_document_is_kept_and_a_larger_one_refused(states: Documents) -> None:
    states.keep(b'{"a":"' + b"x" * (LARGEST_DOCUMENT - 8) + b'"}', headers=JSON)
    for method, data in (("PUT", b"x" * (LARGEST_DOCUMENT + 1)), ("POST", b'{"b":"one more"}')):
        answer = states(method, data=data, headers=JSON)
        assert (answer.status_code, str(LARGEST_DOCUMENT) in answer.json["rule"]) == (413, True)
    assert len(states("GET").data) == LARGEST_DOCUMENT


@on_sqlite
def test_odd_media_types_are_refused(states: Documents) -> None:
    for kind in ("json", "text/" + "x" * 300):
        assert states("PUT", data=b"x", headers={"Content-Type": kind}).status_code == 400


@on_sqlite
def test_scopes_of_documents(lrs_with: LrsMaker) -> None:
    for scope, reads, writes in (
        ("all", {*PATHS}, {*PATHS}),
        ("all/read", {*PATHS}, set()),
        ("state", {STATE}, {STATE}),
        ("profile", {ACTIVITY_PROFILE, AGENT_PROFILE}, {ACTIVITY_PROFILE, AGENT_PROFILE}),
        ("statements/read", set(), set()),
        ("statements/write", set(), set()),
    ):
        client = lrs_with(scope)
        for path in PATHS:
            documents = Documents(client, path)
            for method in ("PUT", "POST", "DELETE"):
                refused = documents(method, scope, {"a": 1}, headers=NEW).status_code == 403
                assert refused == (path not in writes), (scope, path, method)
            assert (documents("GET", None).status_code == 403) == (path not in reads), (scope, path)
        assert (client.post([]).status_code == 403) == (scope not in {"all", "statements/write"})


def test_documents_of_a_person_can_be_erased(lrs: Lrs, database: Session) -> None:
    for path in PATHS:
        Documents(lrs, path)("POST", data={"a": 1})
        Documents(lrs, path)(
            "POST", "two", {"a": 1}, query={"agent": json.dumps(OTHER)} if path == AGENT_PROFILE else {}
        )
    key = agent_key(AGENT)
    assert key is not None
    with writing(database):
        assert erase_documents_of(database, key) == 3
    assert Documents(lrs, STATE).ids() == Documents(lrs, AGENT_PROFILE).ids() == []
    assert Documents(lrs, AGENT_PROFILE).ids(agent=json.dumps(OTHER)) == ["two"]
    assert Documents(lrs, ACTIVITY_PROFILE).ids() == ["one", "two"]
