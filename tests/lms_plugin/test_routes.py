"""Every route says who may call it, and refuses everybody else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms_plugin.app import create_app
from lms_plugin.people.role import EVERYBODY
from lms_plugin.settings import Settings
from lms_plugin.web.access import Door, access_of

SAMPLE: dict[str, str | int] = {
    "number": 1,
    "step": 1,
    "visit": "0123456789",
    "programme_id": "co-alizione",
    "module_id": "m1",
    "webinar_id": "w01",
}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, a path) of every route."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {
                name: SAMPLE.get(name, "00000000-0000-4000-8000-000000000000") for name in rule.arguments
            }
            path = rule.build(values)[1] if rule.build(values) else rule.rule
            found += [(rule.endpoint, method, path) for method in rule.methods or () if method != "OPTIONS"]
    return found


def test_every_route_declares_who_may_call_it(app: Flask) -> None:
    assert [name for name in app.view_functions if access_of(app, name) is None] == []


def test_every_declared_role_exists(app: Flask) -> None:
    for name in app.view_functions:
        access = access_of(app, name)
        assert access is not None
        assert (access.door is Door.VISIT) == bool(access.roles)
        assert access.roles <= EVERYBODY


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_of_a_visit_opens_without_one(app: Flask, client: FlaskClient) -> None:
    guarded = [route for route in routes(app) if access_of(app, route[0]).door is Door.VISIT]  # type: ignore[union-attr]
    assert guarded
    for endpoint, method, path in guarded:
        assert client.open(path, method=method).status_code == 401, (endpoint, method)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_lrs_resource_opens_without_a_credential(app: Flask, client: FlaskClient) -> None:
    guarded = [r for r in routes(app) if access_of(app, r[0]).door is Door.LRS_CREDENTIAL]  # type: ignore[union-attr]
    assert guarded
    for endpoint, method, path in guarded:
        headers = {"X-Experience-API-Version": "1.0.3"}
        assert client.open(path, method=method, headers=headers).status_code == 401, (endpoint, method)


def test_undeclared_route_keeps_the_application_from_starting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Flask.register_blueprint

    def with_a_forgotten_route(self: Flask, *arguments: object, **options: object) -> None:
        original(self, *arguments, **options)  # type: ignore[arg-type]
        self.view_functions.setdefault("forgotten", lambda: "anybody can read this")

    monkeypatch.setattr(Flask, "register_blueprint", with_a_forgotten_route)
    with pytest.raises(RuntimeError, match="forgotten"):
        create_app(settings)
