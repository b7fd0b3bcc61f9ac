"""Grade book columns: list, filter, page, make, change, delete."""

import json

import pytest
from werkzeug.test import TestResponse

from lms_plugin.rehearsal import lms_of
from lms_plugin.rehearsal.vocabulary import AGS_ENDPOINT_CLAIM, LINE_ITEM_TYPE, LINE_ITEMS_TYPE
from tests.lms_plugin.rehearsal.tool_double import URL, MakeLms, Services, Tool, verified

ITEM = "/services/co-alizione-2026/lineitems/column-m1/lineitem"


def put(services: Services, address: str = ITEM, **fields: object) -> TestResponse:
    return services.client.put(
        address,
        data=json.dumps({"label": "Altro", "scoreMaximum": 50, **fields}),
        content_type=LINE_ITEM_TYPE,
        headers=services.bearer(),
    )


def ids(answer: TestResponse) -> list[str]:
    assert isinstance(answer.json, list)
    return [item["id"].split("/")[-2] for item in answer.json]


def test_the_three_gradable_activities_have_a_column(services: Services) -> None:
    answer = services.list_line_items()
    assert answer.content_type == LINE_ITEMS_TYPE
    assert ids(answer) == ["column-m1", "column-final", "column-w01"]
    assert answer.json[0]["resourceLinkId"] == "link-m1"  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?resource_link_id=link-w01", ["column-w01"]),
        ("?resource_link_id=none", []),
        ("?tag=quiz", []),
        ("?resource_id=", ["column-m1", "column-final", "column-w01"]),
    ],
)
def test_columns_can_be_filtered(services: Services, query: str, found: list[str]) -> None:
    assert ids(services.list_line_items(query)) == found


def test_pages_lead_to_each_other_and_end(services: Services) -> None:
    first = services.list_line_items("?limit=2")
    assert ids(first) == ["column-m1", "column-final"]
    assert f'<{URL}/services/co-alizione-2026/lineitems?limit=2&from=2>; rel="next"' in first.headers["Link"]

    last = services.list_line_items("?limit=2&from=2")
    assert ids(last) == ["column-w01"]
    assert "next" not in last.headers["Link"]


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?limit=-1", "?from=x", "?limit=²"])
def test_nonsense_paging_is_refused(services: Services, query: str) -> None:
    assert services.list_line_items(query).status_code == 400


def test_moodle_writes_links_with_curly_quotes_and_escaped_ampersands(make: MakeLms, tool: Tool) -> None:
    services = Services(make("moodle").test_client(), tool)
    header = services.list_line_items("?type_id=1&limit=1").headers["Link"]
    assert "&amp;limit=1" in header
    assert "rel=â\x80\x9cnextâ\x80\x9d" in header
    assert services.list_line_items().json[0]["id"].endswith("/lineitem?type_id=1")  # type: ignore[index]


def test_the_container_media_type_must_be_asked_for(services: Services) -> None:
    answer = services.client.get(
        "/services/co-alizione-2026/lineitems", headers={**services.bearer(), "Accept": "application/json"}
    )
    assert answer.status_code == 406


def test_a_new_column_can_be_read_back(services: Services) -> None:
    made = services.create_line_item(resourceId="r1", tag="quiz", resourceLinkId="link-programme")
    assert made.status_code == 201
    assert made.content_type == LINE_ITEM_TYPE
    assert made.json is not None
    read = services.client.get(made.json["id"].removeprefix(URL), headers=services.bearer())
    assert read.json == made.json
    assert ids(services.list_line_items("?tag=quiz")) == ids(services.list_line_items("?resource_id=r1"))


@pytest.mark.parametrize(
    "fields",
    [
        {"label": ""},
        {"label": None},
        {"scoreMaximum": 0},
        {"scoreMaximum": "10"},
        {"scoreMaximum": True},
        {"scoreMaximum": None},
        {"tag": 7},
    ],
)
def test_a_malformed_column_is_refused(services: Services, fields: dict[str, object]) -> None:
    assert services.create_line_item(**fields).status_code == 400
    assert put(services, **fields).status_code == 400
    assert len(ids(services.list_line_items())) == 3


def test_a_column_of_an_unknown_link_is_refused(services: Services) -> None:
    assert services.create_line_item(resourceLinkId="link-none").status_code == 404


def test_label_and_maximum_may_change_but_not_what_it_belongs_to(services: Services) -> None:
    changed = put(services)
    assert changed.status_code == 200
    assert changed.json is not None
    assert (changed.json["label"], changed.json["scoreMaximum"]) == ("Altro", 50)
    assert changed.json["resourceLinkId"] == "link-m1"
    assert put(services, resourceLinkId="link-w01").status_code == 400
    assert put(services, resourceId="other").status_code == 400


def test_a_deleted_column_takes_its_grades_along(services: Services) -> None:
    services.post_score()
    assert services.client.delete(ITEM, headers=services.bearer()).status_code == 204
    assert services.client.get(ITEM, headers=services.bearer()).status_code == 404
    assert "80 %" not in services.client.get("/as/carla/grades").text


def test_moodle_leaves_an_empty_line_item_claim_after_deletion(make: MakeLms, tool: Tool) -> None:
    app = make("moodle")
    services, lms = Services(app.test_client(), tool), lms_of(app)
    services.client.delete(ITEM, headers=services.bearer())
    form = lms.authentication_response(tool.auth_request(lms.login_initiation()))
    endpoint = verified(lms, form["id_token"])[AGS_ENDPOINT_CLAIM]
    assert isinstance(endpoint, dict)
    assert endpoint["lineitem"] == ""


def test_open_edx_deletes_nothing_and_wants_whole_maxima(make: MakeLms, tool: Tool) -> None:
    services = Services(make("openedx").test_client(), tool)
    assert services.client.delete(ITEM, headers=services.bearer()).status_code == 403
    assert services.create_line_item(scoreMaximum=1.5).status_code == 400
    assert services.create_line_item(scoreMaximum=2.0).status_code == 201
