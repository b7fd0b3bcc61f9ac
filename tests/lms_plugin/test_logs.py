"""Log lines are JSON, tied together by the request's id, and tell nothing they should not."""

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms_plugin.extensions import db
from lms_plugin.web.request_log import RequestFormatter


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(RequestFormatter().format(record)) for record in caplog.records]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestRequests:
    def test_request_is_one_line_without_its_query(
        self, client: FlaskClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, "coalizione.request"):
            client.get("/livez?token=secret-in-a-query")
        (line,) = lines(caplog)
        assert (line["method"], line["route"], line["status"]) == ("GET", "/livez", 200)
        assert "secret-in-a-query" not in json.dumps(line)

    def test_proxy_s_request_id_is_kept_when_it_is_well_formed(self, client: FlaskClient) -> None:
        answer = client.get("/livez", headers={"X-Request-Id": "abcdef0123456789"})
        assert answer.headers["X-Request-Id"] == "abcdef0123456789"

    def test_odd_request_id_is_replaced(self, client: FlaskClient) -> None:
        answer = client.get("/livez", headers={"X-Request-Id": "x; DROP TABLE {}"})
        assert answer.headers["X-Request-Id"].isalnum()

    def test_one_time_link_is_not_logged(self, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            client.get("/secretariat/sign-in/a-secret-that-lets-in")
        assert "a-secret-that-lets-in" not in json.dumps(lines(caplog))


def test_an_error_of_the_database_tells_no_values(database: Session, app: Flask) -> None:
    question = text("SELECT :name FROM no_such_table")
    with app.app_context(), pytest.raises(SQLAlchemyError) as of_page:
        db.session.execute(question, {"name": "Mario Rossi"})
    with pytest.raises(SQLAlchemyError) as of_worker:
        database.execute(question, {"name": "Mario Rossi"})
    for raised in (of_page, of_worker):
        assert "no_such_table" in str(raised.value)
        assert "Mario Rossi" not in str(raised.value)
