"""The roster: who is in the course, page by page."""

import pytest
from werkzeug.test import TestResponse

from lms_plugin.rehearsal.vocabulary import INSTRUCTOR_ROLE, ROSTER_TYPE
from tests.lms_plugin.rehearsal.tool_double import URL, MakeLms, Services, Tool

ADDRESS = "/services/co-alizione-2026/memberships"


def ask(services: Services, query: str = "", accept: str = ROSTER_TYPE) -> TestResponse:
    return services.client.get(f"{ADDRESS}{query}", headers={**services.bearer(), "Accept": accept})


def members(answer: TestResponse) -> list[str]:
    assert answer.json is not None
    return [member["user_id"] for member in answer.json["members"]]


def test_everybody_is_listed_with_full_role_identifiers(services: Services) -> None:
    answer = ask(services)
    assert answer.content_type == ROSTER_TYPE
    assert members(answer) == ["ada", "bruno", "elena", "carla", "dario"]
    assert answer.json["members"][3]["roles"] == [INSTRUCTOR_ROLE]  # type: ignore[index]
    assert answer.json["context"]["id"] == "co-alizione-2026"  # type: ignore[index]


def test_a_person_who_shares_no_name_has_none_in_the_roster(services: Services) -> None:
    elena = ask(services).json["members"][2]  # type: ignore[index]
    assert set(elena) == {"status", "user_id", "roles"}


def test_pages_cover_everybody_once(services: Services) -> None:
    seen, query = [], "?limit=2"
    for _ in range(5):
        answer = ask(services, query)
        seen += members(answer)
        following = [part for part in answer.headers["Link"].split(", ") if 'rel="next"' in part]
        if not following:
            break
        query = following[0][1:].partition(">")[0].removeprefix(f"{URL}{ADDRESS}")
    assert seen == ["ada", "bruno", "elena", "carla", "dario"]


@pytest.mark.parametrize("role", ["Instructor", INSTRUCTOR_ROLE.replace("#", "%23")])
def test_role_filter_takes_the_bare_and_the_full_name(services: Services, role: str) -> None:
    assert members(ask(services, f"?role={role}")) == ["carla"]


def test_resource_link_adds_a_message_and_must_exist(services: Services) -> None:
    assert "message" in ask(services, "?rlid=link-m1").json["members"][0]  # type: ignore[index]
    assert ask(services, "?rlid=link-none").status_code == 404


def test_another_media_type_is_refused(services: Services) -> None:
    assert ask(services, accept="application/json").status_code == 406


def test_moodle_names_roles_with_bare_words(make: MakeLms, tool: Tool) -> None:
    answer = ask(Services(make("moodle").test_client(), tool))
    assert [member["roles"][0] for member in answer.json["members"]] == [  # type: ignore[index]
        "Learner",
        "Learner",
        "Learner",
        "Instructor",
        "Instructor",
    ]


def test_people_come_go_and_change_when_a_test_says_so(services: Services) -> None:
    change = {
        "absent": ["bruno"],
        "extra": 2,
        "roles": {"ada": [INSTRUCTOR_ROLE]},
        "statuses": {"elena": "Inactive"},
    }
    assert services.client.post("/rehearsal/roster", json=change).json == {"members": 6}
    found = {member["user_id"]: member for member in ask(services).json["members"]}  # type: ignore[index]
    assert list(found) == ["ada", "elena", "carla", "dario", "extra-00001", "extra-00002"]
    assert (found["ada"]["roles"], found["elena"]["status"]) == ([INSTRUCTOR_ROLE], "Inactive")
    assert services.client.post("/rehearsal/roster", json={}).json == {"members": 5}


@pytest.mark.parametrize("wrong", [{"colour": 1}, {"extra": -1}, {"extra": "2"}, {"absent": "ada"}, [1]])
def test_a_wrong_change_of_the_roster_is_refused(services: Services, wrong: object) -> None:
    assert services.client.post("/rehearsal/roster", json=wrong).status_code == 400


def test_open_edx_gives_a_big_course_only_in_pieces(make: MakeLms, tool: Tool) -> None:
    services = Services(make("openedx").test_client(), tool)
    services.client.post("/rehearsal/roster", json={"extra": 200})
    assert ask(services).status_code == 403
    assert len(members(ask(services, "?limit=50"))) == 50
