"""Every route answers with the headers that its class of page must have."""

import re
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.people.role import LAUNCHED_ROLES, STAFF_ROLES, Role
from lms_plugin.storage import writing
from lms_plugin.web.access import Door, access_of
from lms_plugin.web.visit_table import Visit
from tests.factories.people import make_deployment, make_learner, make_placement, make_staff, make_visit
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.test_routes import routes

# Public keys, the signed head of proofs and the vocabulary are the same for everybody: they may be kept.
MAY_BE_KEPT = {
    "launching.jwks",
    "proofs.head",
    "proofs.keys",
    "vocabulary.activity",
    "vocabulary.course",
    "vocabulary.current_profile",
    "vocabulary.platform",
    "vocabulary.profile",
}
LTI = ("launching.", "platform_storage.", "registration.")
LMS = "https://lms.example"
BBB = "https://video.example/bigbluebutton/api"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"COALIZIONE_BBB_URL": BBB, "COALIZIONE_BBB_SECRET": "s" * 40}


def policy(response: TestResponse) -> dict[str, list[str]]:
    """The Content-Security-Policy, directive by directive."""
    parts = [part.split() for part in response.headers["Content-Security-Policy"].split(";")]
    assert len({part[0] for part in parts}) == len(parts)
    return {part[0]: part[1:] for part in parts}


def require_strict(response: TestResponse, endpoint: str) -> None:
    """What every answer has, whoever asks."""
    directives = policy(response)
    for name in ("default-src", "script-src", "style-src", "connect-src"):
        assert directives[name] == ["'self'"], (endpoint, name)
    for name in ("object-src", "base-uri"):
        assert directives[name] == ["'none'"], (endpoint, name)
    assert not re.search(
        "unsafe|nonce|\\*", response.headers["Content-Security-Policy"].rpartition("frame-")[0]
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff", endpoint
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000"), endpoint
    assert response.headers["Referrer-Policy"] in {"strict-origin-when-cross-origin", "no-referrer"}, endpoint
    assert "X-Frame-Options" not in response.headers, endpoint
    kept = "max-age=" in response.headers["Cache-Control"]
    assert kept == (endpoint in MAY_BE_KEPT and response.status_code == HTTPStatus.OK), endpoint
    assert not (kept and "Set-Cookie" in response.headers), endpoint
    assert kept or "no-store" in response.headers["Cache-Control"], endpoint


def require_media(response: TestResponse, endpoint: str) -> None:
    """Camera and microphone belong to the pages of webinars and the video platform."""
    whom = '(self "https://video.example")' if endpoint.startswith("webinars.") else "()"
    given = response.headers["Permissions-Policy"].split(", ")
    wanted = [f"{name}={whom}" for name in ("camera", "microphone", "display-capture")]
    assert given == [*wanted, "geolocation=()"], endpoint


@on_sqlite
def test_every_route_is_strict_also_to_strangers(app: Flask, client: FlaskClient) -> None:
    for endpoint, method, path in routes(app):
        response = client.open(path, method=method)
        require_strict(response, endpoint)
        assert "camera=()" in response.headers["Permissions-Policy"], endpoint
        ancestors = policy(response)["frame-ancestors"]
        # Only what an LMS that we do not know opens in its frame may be framed by anybody, and the page that
        # says there, with nothing to click on, that a visit is over.
        assert ancestors == ["'none'"] or (may_be_framed(app, endpoint) and ancestors == ["*"]), endpoint


def may_be_framed(app: Flask, endpoint: str) -> bool:
    """Whether it is a page for LMSs or for people whom they bring."""
    access = access_of(app, endpoint)
    return endpoint.startswith(LTI) or (access is not None and bool(access.roles & LAUNCHED_ROLES))


@on_sqlite
@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_no_page_of_staff_can_be_framed(
    app: Flask, client: FlaskClient, database: Session, role: Role
) -> None:
    with writing(database):
        staff = make_staff(database, role)
        _visit, cookie, secret = make_visit(database, role, staff_id=staff.id, reads_records=True)
    client.set_cookie(cookie, secret)
    pages = [one for one in routes(app) if is_for(app, one[0], {role}) and one[1] == "GET"]
    assert len(pages) > 3
    for endpoint, method, path in pages:
        response = client.open(path, method=method)
        require_strict(response, endpoint)
        assert policy(response)["frame-ancestors"] == ["'none'"], endpoint


@on_sqlite
def test_pages_of_a_launch_can_be_framed_by_that_lms_alone(
    app: Flask, client: FlaskClient, database: Session
) -> None:
    with writing(database):
        learner, deployment = make_learner(database), make_deployment(database)
        placement = make_placement(database, learner, deployment)
        visit, cookie, secret = make_visit(
            database,
            Role.LEARNER,
            learner_id=learner.id,
            placement_id=placement.id,
            deployment_id=deployment.id,
        )
        database.execute(update(Visit).values(frame_ancestors=f"{LMS} https://scuola.example"))
        name = visit.name
    client.set_cookie(cookie, secret)
    pages = [
        one
        for one in routes(app)
        if is_for(app, one[0], LAUNCHED_ROLES) and one[1] == "GET" and "/v/0123456789" in one[2]
    ]
    assert len(pages) > 10
    for endpoint, method, path in pages:
        if Role.LEARNER not in access_of(app, endpoint).roles:  # type: ignore[union-attr]
            continue
        response = client.open(path.replace("0123456789", name), method=method)
        require_strict(response, endpoint)
        require_media(response, endpoint)
        framed_by = policy(response)["frame-ancestors"]
        assert framed_by == [LMS, "https://scuola.example"], (endpoint, method, response.status)


def is_for(app: Flask, endpoint: str, roles: set[Role] | frozenset[Role]) -> bool:
    """Whether somebody in one of these roles may call it."""
    access = access_of(app, endpoint)
    return access is not None and access.door is Door.VISIT and bool(access.roles & roles)
