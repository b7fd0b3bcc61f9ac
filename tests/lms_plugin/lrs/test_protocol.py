"""Headers, versions, credentials, scopes and errors of every request (xAPI 1.0.3 Communication 1, 3, 4)."""

import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms_plugin.lrs.credential import list_credentials, revoke_credential
from lms_plugin.lrs.statement_request import LARGEST_BODY
from lms_plugin.records.statement_store import store_statement
from lms_plugin.storage import writing
from tests.lms_plugin.lrs.conftest import STATEMENTS, Lrs, LrsMaker, made, voiding

VERSION = "X-Experience-API-Version"
THROUGH = "X-Experience-API-Consistent-Through"


def test_about_needs_nothing(lrs: Lrs) -> None:
    answer = lrs.call("GET", "/xapi/about", auth=None, headers={VERSION: None})
    assert answer.status_code == 200
    assert answer.json == {"version": ["1.0.3", "2.0.0"], "extensions": {}}
    assert answer.headers[VERSION] == "1.0.3"


def test_answer_speaks_the_version_of_the_request(lrs: Lrs) -> None:
    for asked in ("1.0", "1.0.0", "1.0.3", "1.0.9"):
        assert lrs.call("GET", headers={VERSION: asked}).headers[VERSION] == "1.0.3"
    answer = lrs.call("GET", headers={VERSION: "2.0.0"})
    assert (answer.status_code, answer.headers[VERSION]) == (200, "2.0.0")


def test_other_versions_are_refused(lrs: Lrs) -> None:
    for asked in (None, "", "0.95", "1.1.0", "2.1.0", "3", "one"):
        answer = lrs.call("GET", headers={VERSION: asked})
        assert answer.status_code == 400, asked
        assert answer.headers[VERSION] in {"1.0.3", "2.0.0"}
        assert answer.headers[THROUGH]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST"])
def test_unknown_caller_is_refused(lrs: Lrs, method: str) -> None:
    for auth in (None, ("nobody", "x"), ("a" * 32, "x"), ("\x00" * 32, ""), ("è", "è")):
        answer = lrs.call(method, auth=auth)
        assert answer.status_code == 401, auth
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert answer.headers[VERSION] == "1.0.3"
        assert answer.headers[THROUGH]


def test_other_authorization_is_refused(lrs: Lrs) -> None:
    for header in ("Bearer x", "Basic", "Basic ???", "Basic bm9jb2xvbg=="):
        assert lrs.call("GET", auth=None, headers={"Authorization": header}).status_code == 401, header


def test_right_key_with_wrong_secret_is_refused(lrs: Lrs) -> None:
    assert lrs.call("GET", auth=(lrs.key, lrs.secret + "x")).status_code == 401


def test_revoked_credential_is_refused_at_once(lrs_with: LrsMaker, database: Session, now: datetime) -> None:
    client = lrs_with("all")
    assert client.get().status_code == 200
    with writing(database):
        found = next(one for one in list_credentials(database) if one.key == client.key)
        revoke_credential(database, found.name, now)
    assert client.get().status_code == 401


def test_scopes_are_enforced(lrs_with: LrsMaker) -> None:
    for scope, write, put, read in (
        ("all", 200, 204, 200),
        ("all/read", 403, 403, 200),
        ("statements/read", 403, 403, 200),
        ("statements/read/mine", 403, 403, 200),
        ("statements/write", 200, 204, 403),
    ):
        client = lrs_with(scope)
        assert client.post(made()).status_code == write, scope
        assert client.put(made()).status_code == put, scope
        assert client.get().status_code == client.call("HEAD").status_code == read, scope


def test_reader_of_its_own_sees_nothing_else(lrs_with: LrsMaker) -> None:
    mine, other = lrs_with("statements/write", "statements/read/mine"), lrs_with()
    own = made()
    # Naming the reader's own account as actor does not make somebody else's statement the reader's.
    account = {"account": {"homePage": "https://formazione.example", "name": mine.key}}
    foreign = made(actor=account)
    mine.store(own)
    other.store(foreign)
    assert mine.ids() == [own["id"]]
    assert mine.ids(agent=json.dumps(account)) == []
    assert mine.get(statementId=foreign["id"]).status_code == 404
    assert mine.get(statementId=own["id"]).status_code == 200
    assert set(other.ids()) == {own["id"], foreign["id"]}


def test_authority_is_the_credential(lrs: Lrs) -> None:
    statement = made(authority={"mbox": "mailto:forged@example.it"})
    lrs.store(statement)
    kept = lrs.get(statementId=statement["id"]).json
    account = {"homePage": "https://formazione.example", "name": lrs.key}
    assert kept["authority"] == {"objectType": "Agent", "account": account}


def test_body_that_is_too_large_is_refused_as_json(lrs: Lrs) -> None:
    for size in (LARGEST_BODY + 1, 10_000_000):
        answer = lrs.call("POST", data=b"[" + b" " * size, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.json["code"]
        assert answer.headers[VERSION] == "1.0.3"
        assert answer.headers[THROUGH]


def test_batch_of_several_megabytes_is_accepted(lrs: Lrs) -> None:
    lrs.store(*(made(result={"response": "x" * 100_000}) for _ in range(30)))


def test_what_is_not_here_answers_json_with_version(lrs: Lrs) -> None:
    for method, path, status in (
        ("DELETE", STATEMENTS, 405),
        ("PATCH", STATEMENTS, 405),
        ("POST", "/xapi/about", 405),
        ("GET", "/xapi/nothing", 404),
        ("GET", "/xapi/agents/nothing", 404),
    ):
        answer = lrs.call(method, path)
        assert answer.status_code == status, path
        assert answer.json["code"]
        assert answer.headers[VERSION] == "1.0.3"


def test_error_names_path_and_rule(lrs: Lrs) -> None:
    answer = lrs.post([made(), made(verb={"id": "completed"})])
    assert answer.status_code == 400
    assert answer.json["path"] == "$[1].verb.id"
    assert "IRI" in answer.json["rule"]
    assert answer.json["request_id"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_error_comes_in_the_form_that_the_client_likes(lrs: Lrs) -> None:
    for accept, kind in (
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("image/png", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
    ):
        answer = lrs.call("GET", f"{STATEMENTS}?<b>=1", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, kind), accept
        assert "is not a query parameter here" in answer.text
        assert answer.headers[VERSION] == "1.0.3"
        assert ("<b>" in answer.text) == ("html" not in kind)


def test_form_token_is_not_asked_for(app: Any, lrs: Lrs) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    lrs.store(made())


def test_consistent_through_covers_what_was_stored(lrs: Lrs) -> None:
    statement = made()
    written = lrs.put(statement)
    found = lrs.get(statementId=statement["id"])
    # Whoever writes is told what was complete before: others may still be at work beside it.
    assert written.headers[THROUGH] < found.json["stored"] <= found.headers[THROUGH]
    stored = found.json["stored"]
    assert lrs.get().headers[THROUGH] >= stored
    assert lrs.call("HEAD").headers[THROUGH] >= stored


def test_client_cannot_void_what_follows_from_evidence(lrs: Lrs, database: Session, now: datetime) -> None:
    own = made()
    authority = {"account": {"homePage": "https://formazione.example", "name": "coalizione"}}
    with writing(database):
        store_statement(database, own, authority=authority, origin="own", stored=now)
    batch = [made(), voiding(own["id"])]
    assert lrs.post(batch).status_code == 403
    assert lrs.ids() == [own["id"]]


def test_client_cannot_hide_beforehand_what_will_follow_from_evidence(
    lrs: Lrs, database: Session, now: datetime
) -> None:
    own = made()
    lrs.store(voiding(own["id"]))
    authority = {"account": {"homePage": "https://formazione.example", "name": "coalizione"}}
    with writing(database):
        store_statement(database, own, authority=authority, origin="own", stored=now)
    assert own["id"] in lrs.ids()
