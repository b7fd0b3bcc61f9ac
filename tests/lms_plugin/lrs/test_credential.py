"""Credentials: what each scope opens, what a limited one reaches, how often it may call, when it ends."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.lrs import rate_limits
from lms_plugin.lrs.blueprint import METHODS
from lms_plugin.lrs.credential import SCOPES, LrsCredential, Wishes, issue
from lms_plugin.storage import writing
from lms_plugin.web.buckets import Buckets
from tests.conftest import Clock
from tests.lms_plugin.lrs.conftest import STATEMENTS, Lrs, LrsMaker, made, voiding
from tests.lms_plugin.lti.fixtures import on_sqlite

OURS = "https://formazione.example/xapi/activities/co-alizione"
HOME = "https://lms.example"
AGENT = '{"account": {"homePage": "https://lms.example", "name": "42"}}'
STATE = {"activityId": f"{OURS}/m1", "agent": AGENT, "stateId": "s"}
PROFILE = {"activityId": f"{OURS}/m1", "profileId": "p"}
AGENTS = {"agent": AGENT, "profileId": "p"}
# What each resource needs: a method that is not there asks for no scope.
READERS = {"GET", "HEAD"}
MAY_READ = {"statements/read", "statements/read/mine"}
NEEDED: dict[str, tuple[dict[str, str], set[str], set[str]]] = {
    "statements": ({}, {"all", "all/read", *MAY_READ}, {"all", "statements/write"}),
    "activities/state": (STATE, {"all", "all/read", "state"}, {"all", "state"}),
    "activities/profile": (PROFILE, {"all", "all/read", "profile"}, {"all", "profile"}),
    "agents/profile": (AGENTS, {"all", "all/read", "profile"}, {"all", "profile"}),
    "activities": ({"activityId": OURS}, {"all", "all/read", "statements/read"}, set()),
    "agents": ({"agent": AGENT}, {"all", "all/read", "statements/read"}, set()),
}  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_each_resource_and_method_asks_for_its_scope(lrs_with: LrsMaker, scope: str) -> None:
    lrs = lrs_with(scope)
    for resource, methods in METHODS.items():
        if resource in {"about", "openapi.json"}:  # open to anybody
            continue
        query, read, write = NEEDED[resource]
        for method in methods:
            answer = lrs.call(method, f"/xapi/{resource}", query_string=query)
            is_allowed = scope in (read if method in READERS else write)
            assert (answer.status_code != 403) is is_allowed, (resource, method, answer.text)
            if not is_allowed and method != "HEAD":
                assert answer.json["code"] == "not_allowed"


def limited(lrs: Lrs, database: Session, now: datetime, **wishes: Any) -> Lrs:
    with writing(database):
        credential, secret = issue(database, Wishes(name=uuid4().hex, **wishes), now)
    return Lrs(lrs.client, credential.key, secret)


def about(*activities: str, **members: Any) -> dict[str, Any]:
    return (
        made(
            object={"id": "https://quiz.example/1"},
            context={"contextActivities": {"parent": [{"id": one} for one in activities]}},
        )
        | members
    )


def test_programme_reads_and_writes_its_own(lrs: Lrs, database: Session, now: datetime) -> None:
    inside, outside = about(f"{OURS}/m1"), about("https://elsewhere.example/a")
    beside = made(object={"id": f"{OURS}-due/m1"})
    lrs.store(inside, outside, beside)
    ours = limited(lrs, database, now, programme="co-alizione")
    assert ours.ids() == [inside["id"]]
    for query in ({"agent": AGENT}, {"activity": f"{OURS}/m1", "related_activities": "true"}):
        assert ours.ids(**query) == [inside["id"]]
    assert ours.ids(activity=f"{OURS}-due/m1") == []
    assert ours.get(statementId=outside["id"]).status_code == 404
    own = made(object={"objectType": "Activity", "id": OURS})
    reference = {"objectType": "StatementRef", "id": inside["id"]}
    single = {"context": {"contextActivities": {"grouping": {"id": OURS}}}}  # one, not in a list
    ours.store(own, made(object=reference, **single), voiding(inside["id"]))
    assert own["id"] in ours.ids()
    for refused in (
        outside,
        beside,
        about(OURS, "https://formazione.example/xapi/activities/other/m1"),
        made(object=reference),
        voiding(outside["id"]),
        voiding(str(uuid4())),
    ):
        answer = ours.post([own, {**refused, "id": str(uuid4())}])
        assert (answer.status_code, answer.json["code"]) == (403, "out_of_reach"), refused
    assert lrs.get(statementId=outside["id"]).status_code == 200


def test_platform_reads_and_writes_its_own_learners(lrs: Lrs, database: Session, now: datetime) -> None:
    def by(**actor: Any) -> dict[str, Any]:
        return made(actor={"objectType": "Agent", **actor})

    at_home = {"homePage": HOME, "name": "42"}
    foreign = by(account={"homePage": f"{HOME}.evil.example", "name": "42"})
    lrs.store(foreign, by(mbox="mailto:a@example.it"), made())
    theirs = limited(lrs, database, now, home_page=HOME)
    assert len(theirs.ids()) == len(theirs.ids(agent=AGENT)) == 1
    assert theirs.ids(agent='{"mbox": "mailto:a@example.it"}', related_agents="true") == []
    group = {"objectType": "Group", "member": [{"account": at_home}, {"account": at_home}]}
    theirs.store(by(account=at_home), made(actor=group))
    mixed = {"objectType": "Group", "member": [{"account": at_home}, {"mbox": "mailto:a@example.it"}]}
    inner = {name: value for name, value in foreign.items() if name != "id"}
    for refused in (foreign, made(actor=mixed), made(object={**inner, "objectType": "SubStatement"})):
        answer = theirs.post([{**refused, "id": str(uuid4())}])
        assert (answer.status_code, answer.json["code"]) == (403, "out_of_reach"), refused


def test_reference_tells_nothing_of_what_may_not_be_read(lrs: Lrs, database: Session, now: datetime) -> None:
    """Else who may write could ask of any id whose statement it is, and of what."""
    secret = about("https://elsewhere.example/a")
    lrs.store(secret)
    reference = {"objectType": "StatementRef", "id": secret["id"]}
    grouping = {"contextActivities": {"grouping": [{"id": OURS}]}}
    actor = {"account": {"homePage": HOME, "name": "7"}}
    for wishes in ({"programme": "co-alizione"}, {"scopes": ["statements/write", "statements/read/mine"]}):
        theirs = limited(lrs, database, now, **wishes)
        probe = made(actor=actor, object=reference, context=grouping, verb={"id": "https://v.example/saw"})
        theirs.store(probe)
        assert theirs.ids(verb="https://v.example/saw") == [probe["id"]]
        for asked in (
            {"agent": AGENT},
            {"verb": secret["verb"]["id"]},
            {"activity": "https://quiz.example/1"},
        ):
            assert theirs.ids(**asked) == [], asked


@on_sqlite
def test_limits_hold_for_agents_and_activities(lrs: Lrs, database: Session, now: datetime) -> None:
    ours = limited(lrs, database, now, programme="co-alizione")
    theirs = limited(lrs, database, now, home_page=HOME)
    other = '{"mbox": "mailto:a@example.it"}'
    for client, path, is_allowed in (
        (ours, f"activities?activityId={OURS}/m1", True),
        (ours, "activities?activityId=https://elsewhere.example/a", False),
        (ours, f"agents?agent={AGENT}", False),
        (theirs, f"agents?agent={AGENT}", True),
        (theirs, f"agents?agent={other}", False),
    ):
        assert client.call("GET", f"/xapi/{path}").status_code == (200 if is_allowed else 403), path


def test_who_may_not_define_leaves_definitions_as_they_are(lrs: Lrs, lrs_with: LrsMaker) -> None:
    def known(iri: str) -> Any:
        return lrs.call("GET", "/xapi/activities", query_string={"activityId": iri}).json

    def named(name: str) -> dict[str, Any]:
        return made(object={"id": "https://quiz.example/1", "definition": {"name": {"it": name}}})

    lrs_with("statements/write").store(named("scritto"))
    assert known("https://quiz.example/1").get("definition", {}) == {}
    lrs_with("statements/write", "define").store(named("definito"))
    assert known("https://quiz.example/1")["definition"]["name"] == {"it": "definito"}


@on_sqlite
def test_limits_hold_for_what_is_defined(lrs: Lrs, database: Session, now: datetime) -> None:
    def known(resource: str, **query: str) -> Any:
        return lrs.call("GET", f"/xapi/{resource}", query_string=query).json

    ours = limited(lrs, database, now, programme="co-alizione")
    theirs = limited(lrs, database, now, home_page=HOME)
    quiz = {"id": "https://quiz.example/1", "definition": {"name": {"it": "Altro"}}}
    module = {"id": f"{OURS}/m1", "definition": {"name": {"it": "Modulo"}}}
    named = {"account": {"homePage": HOME, "name": "42"}, "name": "Maria"}
    ours.store(made(actor=named, object=module, context={"contextActivities": {"other": [quiz]}}))
    assert "definition" not in known("activities", activityId=quiz["id"])
    assert known("activities", activityId=module["id"])["definition"]["name"] == {"it": "Modulo"}
    assert "name" not in known("agents", agent=AGENT)
    stranger = {"mbox": "mailto:a@example.it", "name": "Anna"}
    theirs.store(made(actor=named, context={"instructor": stranger}))
    assert known("agents", agent=AGENT)["name"] == ["Maria"]
    assert "name" not in known("agents", agent='{"mbox": "mailto:a@example.it"}')


@on_sqlite
def test_limits_hold_for_documents(lrs: Lrs, database: Session, now: datetime) -> None:
    ours = limited(lrs, database, now, programme="co-alizione")
    theirs = limited(lrs, database, now, home_page=HOME)
    elsewhere = {"activityId": "https://elsewhere.example/a"}
    other_agent = {"agent": '{"mbox": "mailto:a@example.it"}'}
    for client, resource, query, is_allowed in (
        (ours, "activities/state", STATE, True),
        (ours, "activities/state", STATE | elsewhere, False),
        (ours, "activities/profile", PROFILE, True),
        (ours, "activities/profile", PROFILE | elsewhere, False),
        (ours, "agents/profile", AGENTS, False),
        (theirs, "activities/state", STATE | elsewhere, True),
        (theirs, "activities/state", STATE | other_agent, False),
        (theirs, "activities/profile", PROFILE, False),
        (theirs, "agents/profile", AGENTS, True),
        (theirs, "agents/profile", AGENTS | other_agent, False),
    ):
        headers = {"Content-Type": "text/plain", "If-None-Match": "*"}
        options = {"query_string": query, "headers": headers, "data": b"x"}
        answer = client.call("PUT", f"/xapi/{resource}", **options)
        assert answer.status_code == (204 if is_allowed else 403), (resource, query)
        answer = client.call("GET", f"/xapi/{resource}", query_string=query)
        assert answer.status_code == (200 if is_allowed else 403), (resource, query)


def test_expired_credential_opens_nothing_and_use_is_noted_once_an_hour(
    lrs: Lrs, database: Session, clock: Clock, now: datetime
) -> None:
    brief = limited(lrs, database, now, expires_at=now + timedelta(hours=3))

    def last_used() -> datetime | None:
        database.rollback()
        used = select(LrsCredential.last_used_at).where(LrsCredential.key == brief.key)
        return database.scalar(used)

    noted = []
    for minutes in (0, 30, 30, 30):
        clock.move(minutes=minutes)
        assert brief.get().status_code == 200
        noted.append(last_used())
    hour = now + timedelta(hours=1)
    assert noted == [now, now, hour, hour]
    clock.move(hours=2)
    assert brief.get().status_code == 401


@on_sqlite
def test_credential_calls_as_often_as_it_may(lrs: Lrs, database: Session, now: datetime) -> None:
    few, free = (limited(lrs, database, now, per_minute=number) for number in (3, 0))
    assert [few.get().status_code for _try in range(3)] == [200] * 3
    answer = few.get()
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert [free.get().status_code for _try in range(5)] == [200] * 5


@on_sqlite
def test_failures_slow_the_address_but_no_good_credential(app: Flask, lrs: Lrs) -> None:
    app.extensions[rate_limits.FAILURES] = Buckets(3)
    for number, status in enumerate([401, 401, 401, 429, 429]):
        answer = lrs.call("GET", auth=(lrs.key, f"guess {number}"))
        assert answer.status_code == status
    assert "Retry-After" in answer.headers
    assert lrs.call("GET", auth=None).status_code == 429
    assert lrs.get().status_code == 200
    elsewhere = lrs.call("GET", auth=(lrs.key, "guess"), environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 401
    assert elsewhere.headers["WWW-Authenticate"].startswith("Basic ")


@on_sqlite
def test_limit_of_the_settings_holds_where_a_credential_has_none(app: Flask, lrs: Lrs) -> None:
    app.extensions[rate_limits.CREDENTIALS] = Buckets(1)
    assert [lrs.call("GET", STATEMENTS).status_code for _try in range(2)] == [200, 429]
