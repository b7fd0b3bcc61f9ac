"""The calendar of a programme: dates where there are some, honest words where there are none."""

import dataclasses
from datetime import UTC, datetime

import pytest
from flask import Flask

from lms_plugin.people.role import Role
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.visitor import PROGRAMME, Visitor, text_of


@on_sqlite
def test_what_has_no_date_is_said_to_have_none(learner: Visitor) -> None:
    text = text_of(learner.get(f"{PROGRAMME}/calendar"))
    assert "Giornata conclusiva a Cremona" in text
    assert "20 luglio 2018, ore 09:00" in text
    assert "Passato" in text
    assert "la loro data non è ancora fissata" in text
    assert text.count("Webinar") >= 20
    assert "ancora 47 giornate in presenza" in text


@on_sqlite
def test_webinars_with_a_date_come_in_order(learner: Visitor, app: Flask) -> None:
    programmes = app.extensions["programmes"]
    found = programmes["co-alizione"]
    dates = {"w02": datetime(2026, 12, 3, 9, tzinfo=UTC), "w01": datetime(2026, 12, 10, 9, tzinfo=UTC)}
    webinars = tuple(
        dataclasses.replace(one, starts_at=dates.get(one.id, one.starts_at)) for one in found.webinars
    )
    app.extensions["programmes"] = programmes | {"co-alizione": dataclasses.replace(found, webinars=webinars)}
    text = text_of(learner.get(f"{PROGRAMME}/calendar"))
    assert text.index("3 dicembre 2026, ore 10:00") < text.index("10 dicembre 2026, ore 10:00")


@on_sqlite
@pytest.mark.parametrize("role", [Role.TRAINER, Role.OBSERVER, Role.LMS_ADMINISTRATOR])
def test_everybody_of_a_course_may_read_it(enter: Enter, role: Role) -> None:
    assert enter(role).get(f"{PROGRAMME}/calendar").status_code == 200


@on_sqlite
def test_a_programme_of_nothing_has_none(learner: Visitor) -> None:
    assert learner.get("/programmes/none/calendar").status_code == 404
