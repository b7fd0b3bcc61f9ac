"""The action plan: filled in, printed, taken away as files; and nothing of it stays with us."""

import json
import logging
import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms_plugin.people.role import Role
from lms_plugin.tables import TABLES
from lms_plugin.web.request_log import RequestFormatter
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.visitor import PROGRAMME, Form, Visitor, text_of

LESSON = f"{PROGRAMME}/modules/m6/lessons/m6-l6"
SHEET = f"{LESSON}/worksheet"
HOSTILE = '"><script>alert(1)</script>\r\nBEGIN:VEVENT\r\nX-EVIL:1\x00\u2028; \\,ù'


@pytest.fixture
def plan(now: datetime) -> Form:
    """A whole plan, with its first step in ten days."""
    texts = ("problema", "obiettivo", "alleati", "atto", "primo-passo", "indicatore")
    day = (now + timedelta(days=10)).date().isoformat()
    return {f"text-{name}": f"Il mio testo su {name}, perché sì" for name in texts} | {"day": day}


def entry(answer: TestResponse) -> Calendar:
    """The calendar of a downloaded file, as other software reads it."""
    assert answer.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.data)


@on_sqlite
def test_lesson_leads_to_the_sheet_with_its_six_fields_and_an_example(learner: Visitor) -> None:
    assert f"{SHEET}" in learner.get(LESSON).text
    page = learner.get(SHEET).text
    assert re.findall(r'<textarea[^>]* name="text-([a-z-]+)"', page) == [
        "problema", "obiettivo", "alleati", "atto", "primo-passo", "indicatore",
    ]  # fmt: skip
    assert "Collelungo è un Comune inventato" in page
    assert "Non lo conserviamo" in page


@on_sqlite
def test_plan_is_one_page_that_says_what_was_written(learner: Visitor, plan: Form, now: datetime) -> None:
    answer = learner.post(SHEET, plan)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    text = text_of(answer)
    assert text.count("Il mio testo su") == 6
    assert f"{(now + timedelta(days=10)).day} " in text
    assert "Mancano ancora" not in text


@on_sqlite
def test_unfinished_plan_says_what_is_missing(learner: Visitor) -> None:
    text = text_of(learner.post(SHEET, {"text-problema": "Pochi alloggi"}))
    assert "Mancano ancora: Obiettivo, Alleati, Atto, Primo passo, Indicatore." in text
    assert "Scarica l'appuntamento" not in text.replace("&#39;", "'")


def test_nothing_of_a_plan_stays_with_us(
    learner: Visitor, plan: Form, caplog: pytest.LogCaptureFixture
) -> None:
    def rows() -> dict[str, int | None]:
        learner.database.rollback()
        count = select(func.count())
        return {one.__tablename__: learner.database.scalar(count.select_from(one)) for one in TABLES}

    before = rows()
    with caplog.at_level(logging.DEBUG):
        for wanted in ("page", "form", "text", "calendar"):
            assert learner.post(SHEET, plan | {"as": wanted}).status_code == 200
        assert learner.post(SHEET, plan | {"day": "mai"}).status_code == 422
    assert rows() == before
    lines = json.dumps([RequestFormatter().format(record) for record in caplog.records])
    assert "Il mio testo" not in lines


@on_sqlite
def test_text_is_utf8_that_windows_programs_read_too(learner: Visitor, plan: Form) -> None:
    answer = learner.post(SHEET, plan | {"as": "text", "text-atto": "prima riga\r\nseconda"})
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="piano-d-azione.txt"'
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeffIl mio piano d'azione\r\n")
    assert "Problema\r\nIl mio testo su problema, perché sì\r\n" in text
    assert "Atto\r\nprima riga\r\nseconda\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


@on_sqlite
def test_first_step_goes_into_a_calendar_once(learner: Visitor, plan: Form) -> None:
    answer = learner.post(SHEET, plan | {"as": "calendar"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="piano-d-azione.ics"'
    (event,) = entry(answer).walk("VEVENT")
    day = date.fromisoformat(plan["day"])
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (day, day + timedelta(days=1))
    assert event["summary"] == "Primo passo: Il mio testo su primo-passo, perché sì"
    (again,) = entry(learner.post(SHEET, plan | {"as": "calendar"})).walk("VEVENT")
    assert again["uid"] == event["uid"]


@on_sqlite
@pytest.mark.parametrize(("days", "accepted"), [(-1, False), (0, True), (30, True), (31, False)])
def test_first_step_comes_within_30_days(
    learner: Visitor, plan: Form, now: datetime, days: int, *, accepted: bool
) -> None:
    day = (now + timedelta(days=days)).date()
    answer = learner.post(SHEET, plan | {"day": f"{day:%d/%m/%Y}"})
    assert answer.status_code == (200 if accepted else 422)
    assert ("Deve arrivare entro 30 giorni" in answer.text) != accepted


@on_sqlite
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text-problema": "x" * 401}, "Problema: hai scritto 401 caratteri, il massimo è 400"),
        ({"text-alleati": "a\n" * 8}, "Alleati: sulla pagina occupa 8 righe, il massimo è 6"),
        ({"text-atto": "a\n" * 4 + "b" * 330}, "Atto: sulla pagina occupa 9 righe, il massimo è 6"),
        ({"day": "30 febbraio"}, "questa data non esiste"),
        ({"day": "2026-02-30"}, "questa data non esiste"),
        ({"day": "\x00١/١/٢٠٢٧"}, "questa data non esiste"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    learner: Visitor, plan: Form, changed: Form, said: str
) -> None:
    for wanted in ("page", "text", "calendar"):
        answer = learner.post(SHEET, plan | changed | {"as": wanted})
        assert answer.status_code == 422
        assert said in text_of(answer)
        assert 'id="errori"' in answer.text
        assert "Il mio testo su obiettivo, perché sì</textarea>" in answer.text
        assert "Content-Disposition" not in answer.headers


@on_sqlite
def test_empty_plan_is_refused_kindly(learner: Visitor) -> None:
    answer = learner.post(SHEET, {"text-problema": " \n\x00 "})
    assert answer.status_code == 422
    assert "Scrivi almeno una voce" in answer.text


@on_sqlite
def test_going_back_to_write_finds_everything_as_it_was(learner: Visitor, plan: Form) -> None:
    answer = learner.post(SHEET, plan | {"text-obiettivo": "x" * 900, "as": "form"})
    assert answer.status_code == 200
    assert "x" * 900 in answer.text
    assert f'value="{plan["day"]}"' in answer.text
    assert 'id="errori"' not in answer.text


@on_sqlite
def test_hostile_text_stays_text(learner: Visitor, plan: Form) -> None:
    hostile = plan | {name: HOSTILE for name in plan if name != "day"}
    for wanted in ("page", "form"):
        page = learner.post(SHEET, hostile | {"as": wanted}).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "\x00" not in page
    calendar = learner.post(SHEET, hostile | {"as": "calendar", "file_name": "x\r\nSet-Cookie: a=b"})
    assert calendar.headers["Content-Disposition"] == 'attachment; filename="piano-d-azione.ics"'
    (event,) = entry(calendar).walk("VEVENT")
    assert "X-EVIL" not in event
    assert event["description"] == '"><script>alert(1)</script>\nBEGIN:VEVENT\nX-EVIL:1\n; \\,ù'
    assert "\n" not in event["summary"]
    assert all(len(line) <= 75 for line in calendar.data.split(b"\r\n"))
    assert b"\x00" not in learner.post(SHEET, hostile | {"as": "text"}).data


@on_sqlite
@pytest.mark.parametrize("role", [Role.TRAINER, Role.OBSERVER, Role.LMS_ADMINISTRATOR])
def test_everybody_of_a_course_may_write_one(enter: Enter, plan: Form, role: Role) -> None:
    visitor = enter(role, known=role is Role.TRAINER)
    assert visitor.get(SHEET).status_code == 200
    assert visitor.post(SHEET, plan | {"as": "calendar"}).status_code == 200


@on_sqlite
def test_lesson_without_a_sheet_has_no_page_of_one(learner: Visitor) -> None:
    for lesson in ("m6-l5", "m6-l9"):
        assert learner.get(f"{PROGRAMME}/modules/m6/lessons/{lesson}/worksheet").status_code == 404


@on_sqlite
def test_form_of_another_site_is_refused(app: Flask, learner: Visitor, plan: Form) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert learner.post(SHEET, plan).status_code == 400
