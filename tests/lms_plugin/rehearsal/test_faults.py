"""The services fail as often as they are told to, the same way twice."""

from collections import Counter

import pytest
from flask.testing import FlaskClient

from lms_plugin.rehearsal.faults import FaultPlan, FaultSwitch, plan_from_json
from tests.lms_plugin.rehearsal.tool_double import Services


def pattern(seed: str, calls: int = 200) -> list[bool]:
    switch = FaultSwitch()
    switch.set(FaultPlan(rate=0.3, seed=seed))
    return [switch.strike("scores") is not None for _ in range(calls)]


def test_the_same_seed_fails_the_same_calls() -> None:
    assert pattern("a") == pattern("a")
    assert pattern("a") != pattern("b")
    assert 0.2 < sum(pattern("a")) / 200 < 0.4


def test_failure_says_when_to_come_back(services: Services, browser: FlaskClient) -> None:
    headers = services.bearer()
    browser.post("/rehearsal/faults", json={"rate": 1, "status": 429, "retry_after_seconds": 7})
    answer = browser.get("/services/co-alizione-2026/memberships", headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_only_the_named_services_fail_and_only_so_often(services: Services, browser: FlaskClient) -> None:
    browser.post("/rehearsal/faults", json={"rate": 1, "services": ["scores"], "limit": 1})
    assert services.ask_token().status_code == 200
    assert services.post_score().status_code == 500
    assert services.post_score().status_code == 200


def test_a_lost_answer_leaves_the_score_in_the_grade_book(services: Services, browser: FlaskClient) -> None:
    browser.post("/rehearsal/faults", json={"rate": 1, "services": ["scores"], "lose_answer": True})
    assert services.post_score().status_code == 500
    assert browser.get("/rehearsal/scores.json").json["accepted"] == 1  # type: ignore[index]
    browser.post("/rehearsal/faults", json={"rate": 0})
    assert services.post_score().status_code == 409


def test_a_mix_of_failures_has_each_as_often_as_it_should() -> None:
    switch = FaultSwitch()
    switch.set(FaultPlan(rate=0.2, status=429), FaultPlan(rate=0.1, status=503))
    struck = [switch.strike("scores") for _ in range(2000)]
    share = Counter(plan.status if plan else 200 for plan in struck)
    assert 0.17 < share[429] / 2000 < 0.23
    assert 0.08 < share[503] / 2000 < 0.12


def test_a_mix_is_set_over_http(services: Services, browser: FlaskClient) -> None:
    mix = [{"rate": 0.5, "status": status, "services": ["scores"]} for status in (429, 503)]
    assert browser.post("/rehearsal/faults", json={"mix": mix}).json["mix"] == 2  # type: ignore[index]
    assert {services.post_score().status_code for _ in range(30)} == {429, 503}


@pytest.mark.parametrize(
    "body",
    [
        {"mix": []},
        {"mix": [{"rate": 0.6}, {"rate": 0.6}]},
        {"mix": [{"rate": 0.6}], "rate": 1},
        {"mix": ["x"]},
        {"rate": 2},
        {"rate": "x"},
        {"status": 200},
        {"delay_seconds": 3600},
        {"services": "scores"},
        {"services": ["launch"]},
        {"sped": 1},
        [],
    ],
)
def test_nonsense_is_refused_and_changes_nothing(browser: FlaskClient, body: object) -> None:
    assert browser.post("/rehearsal/faults", json=body).status_code == 400
    assert browser.get("/rehearsal/faults").json["rate"] == 0  # type: ignore[index]


def test_an_empty_plan_fails_nothing() -> None:
    assert plan_from_json({}) == FaultPlan()


@pytest.mark.parametrize("path", ["/rehearsal/faults", "/rehearsal/scores.json"])
def test_the_switchboard_answers_this_machine_only(browser: FlaskClient, path: str) -> None:
    away = {"REMOTE_ADDR": "192.0.2.7"}
    assert browser.get(path, environ_overrides=away).status_code == 403
    assert browser.get(path, environ_overrides={"REMOTE_ADDR": "::1"}).status_code == 200


def test_another_sites_page_cannot_turn_switches(browser: FlaskClient) -> None:
    origin = {"Origin": "https://attacker.example"}
    for path in ("/rehearsal/faults", "/rehearsal/switches", "/as/dario/switches"):
        assert browser.post(path, headers=origin, json={}).status_code == 403


def test_switches_are_turned_and_checked(browser: FlaskClient) -> None:
    turned = browser.post("/rehearsal/switches", json={"profile": "moodle", "forgery": "iss_other"})
    assert turned.json == {"profile": "moodle", "forgery": "iss_other"}
    kept = browser.post("/rehearsal/switches", json={})
    assert kept.json == turned.json
    assert browser.post("/rehearsal/switches", json={"profile": "webct"}).status_code == 400
    assert browser.post("/rehearsal/switches", json={"forgery": None}).json["forgery"] is None  # type: ignore[index]
