"""The final assessment in the player: from all modules, twice, with the result of each module."""

import re

import pytest
from flask import Flask

from course_content.programme import Assessment
from lms_plugin.people.role import Role
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.test_assessment import hand_in as hand_in_module
from tests.lms_plugin.modules.test_assessment import read_everything
from tests.lms_plugin.modules.visitor import FINAL, PROGRAMME, Visitor, right, text_of, wrong


@pytest.fixture
def assessment(app: Flask) -> Assessment:
    found = app.extensions["programmes"]["co-alizione"].final_assessment.assessment
    assert isinstance(found, Assessment)
    return found


def hand_in(learner: Visitor, assessment: Assessment, *, rightly: bool) -> str:
    place, number = learner.start(FINAL)
    questions = learner.drawn(assessment, number)
    form = right(questions) if rightly else wrong(questions)
    assert learner.post(place, form | {"action": "submit"}).status_code == 303
    return place


def test_questions_come_module_after_module_without_a_key(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start(FINAL)
    page = learner.get(place).text
    questions = learner.drawn(assessment, number)
    shown = [page.index(f'id="domanda-{question.id}"') for question in questions]
    assert (len(shown), shown) == (24, sorted(shown))
    assert re.findall(r"<h2>Modulo (\d)", page) == ["1", "2", "3", "4", "5", "6"]
    assert not any(question.feedback in page for question in questions)
    assert re.findall(r'value="save-(\d+)"', page) == ["4", "8", "12", "16", "20"]


def test_anybody_may_begin_and_is_told_which_modules_are_not_completed(learner: Visitor, app: Flask) -> None:
    page = learner.get(FINAL)
    assert page.text.count("/modules/m") == 6
    assert "Puoi fare la verifica finale quando vuoi" in text_of(page)
    read_everything(learner)
    hand_in_module(learner, app.extensions["programmes"]["co-alizione"].module("m1").assessment, rightly=True)
    assert learner.get(FINAL).text.count("/modules/m") == 5


def test_passing_says_so_everywhere_and_is_no_module(learner: Visitor, assessment: Assessment) -> None:
    place = hand_in(learner, assessment, rightly=True)
    words = text_of(learner.get(place))
    assert "Verifica superata" in words
    assert "Nessun modulo è sotto la soglia." in words
    assert learner.outcomes("final-assessment") == ["passed"]
    assert learner.outcomes("co-alizione") == []
    programme = text_of(learner.get(PROGRAMME))
    assert "Verifica finale del programma Superata con 100%" in programme
    assert "Moduli completati: 0 di 6 aperti" in programme


def test_the_result_says_which_modules_to_read_again(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start(FINAL)
    questions = learner.drawn(assessment, number)
    form = right(questions[:20]) | wrong(questions[20:])
    learner.post(place, form | {"action": "submit"})
    page = learner.get(place)
    assert "Un modulo ti conviene rileggerlo" in text_of(page)
    rows = re.findall(r'modules/(m\d)">.*?</tr>', page.text, flags=re.DOTALL)
    assert rows == ["m1", "m2", "m3", "m4", "m5", "m6"]
    assert page.text.count("0%: da rileggere") == 1
    assert page.text.count('class="question"') == 24
    (said,) = learner.payloads("assessment.submitted")
    assert (said["percent"], len(said["answers"]), len(said["questions"])) == (83, 24, 24)


def test_a_third_attempt_is_refused_and_the_secretariat_named(
    learner: Visitor, assessment: Assessment
) -> None:
    hand_in(learner, assessment, rightly=False)
    place = hand_in(learner, assessment, rightly=False)
    refused = learner.post(FINAL)
    assert refused.status_code == 409
    for page in (learner.get(FINAL), learner.get(place), refused):
        assert "può riaprire la verifica" in text_of(page)
    assert "<form" not in learner.get(FINAL).text.partition("<main")[2].partition("</main")[0]
    assert learner.post(f"{FINAL}/attempts/3", {"action": "submit"}).status_code == 404
    assert [one["attempt"] for one in learner.payloads("assessment.started")] == [1, 2]


def test_leaving_keeps_the_answers_and_leads_to_the_programme(
    learner: Visitor, assessment: Assessment
) -> None:
    place, number = learner.start(FINAL)
    left = learner.post(place, right(learner.drawn(assessment, number)[:3]) | {"action": "leave"})
    assert left.headers["Location"].endswith("/programmes/co-alizione?saved=1")
    assert "Le risposte date finora sono salvate" in text_of(learner.get(f"{PROGRAMME}?saved=1"))
    assert "Risposte già salvate: 3 di 24" in text_of(learner.get(place))


def test_observers_read_the_rules_and_begin_nothing(enter: Enter) -> None:
    observer = enter(Role.OBSERVER)
    assert "24 domande" in text_of(observer.get(FINAL))
    assert observer.post(FINAL).status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_programme_without_one_has_no_such_page(learner: Visitor) -> None:
    assert learner.get("/programmes/for-pa/final-assessment").status_code == 404
    assert "Verifica finale" not in text_of(learner.get("/programmes/for-pa"))
