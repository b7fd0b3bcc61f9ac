"""Attempts: started before anything is shown, kept as they go, handed in once, marked and explained."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from course_content.programme import Assessment
from lms_plugin.people.role import Role
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.visitor import (
    ASSESSMENT,
    MODULE,
    PROGRAMME,
    Visitor,
    right,
    right_answer,
    text_of,
    wrong,
)


@pytest.fixture
def assessment(app: Flask) -> Assessment:
    found = app.extensions["programmes"]["co-alizione"].module("m1").assessment
    assert isinstance(found, Assessment)
    return found


def read_everything(learner: Visitor) -> None:
    for number in range(1, 7):
        learner.post(f"{MODULE}/lessons/m1-l{number}")


def hand_in(learner: Visitor, assessment: Assessment, *, rightly: bool) -> str:
    place, number = learner.start()
    questions = learner.drawn(assessment, number)
    form = right(questions) if rightly else wrong(questions)
    assert learner.post(place, form | {"action": "submit"}).status_code == 303
    return place


def test_seed_is_evidence_before_a_question_is_shown(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    started = learner.payloads("assessment.started")
    assert [(one["attempt"], len(one["seed"])) for one in started] == [(1, 16)]
    page = learner.get(place).text
    shown = [page.index(f'id="domanda-{question.id}"') for question in learner.drawn(assessment, number)]
    assert len(shown) == assessment.draw
    assert shown == sorted(shown)


def test_no_key_and_no_feedback_is_in_the_page_before_the_answers(
    learner: Visitor, assessment: Assessment
) -> None:
    place, number = learner.start()
    page = learner.get(place).text
    for question in learner.drawn(assessment, number):
        assert question.feedback not in page
        assert all(choice.feedback not in page for choice in question.choices)


def test_starting_twice_leads_to_the_same_attempt(learner: Visitor) -> None:
    assert learner.start() == learner.start()
    assert len(learner.evidence("assessment.started")) == 1


def test_everything_right_passes_and_completes_the_module(learner: Visitor, assessment: Assessment) -> None:
    read_everything(learner)
    place = hand_in(learner, assessment, rightly=True)
    words = text_of(learner.get(place))
    assert "Verifica superata" in words
    assert "Hai ottenuto 100%. Serve almeno il 70%." in words
    submitted = learner.payloads("assessment.submitted")
    assert submitted[0]["percent"] == 100
    assert set(submitted[0]["scores"].values()) == {"1/1"}
    assert learner.outcomes("m1-assessment") == ["passed"]
    assert learner.outcomes("m1") == ["completed"]


def test_completed_module_says_since_when_and_why(learner: Visitor, assessment: Assessment) -> None:
    read_everything(learner)
    hand_in(learner, assessment, rightly=True)
    words = text_of(learner.get(MODULE))
    assert "È completato dal 23 novembre 2026, ore 10:00, perché:" in words
    assert "hai letto tutte e 6 le lezioni" in words
    assert "il tuo risultato migliore è 100%" in words
    assert "Completato" in text_of(learner.get(PROGRAMME))


def test_passing_without_reading_does_not_complete_and_the_page_says_what_is_missing(
    learner: Visitor, assessment: Assessment
) -> None:
    place = hand_in(learner, assessment, rightly=True)
    assert learner.outcomes("m1") == []
    assert "mancano ancora 6 lezioni da leggere" in text_of(learner.get(place))
    assert "ne mancano 6" in text_of(learner.get(MODULE))


def test_answers_are_kept_for_the_marker_in_the_order_of_the_bank(
    learner: Visitor, assessment: Assessment
) -> None:
    hand_in(learner, assessment, rightly=True)
    answers = learner.payloads("assessment.submitted")[0]["answers"]
    bank = {question.id: question for question in assessment.questions}
    for question_id, answer in answers.items():
        kind, key = bank[question_id].kind, bank[question_id].answer
        assert (sorted(answer) == sorted(key)) if kind == "multiple" else (tuple(answer) == key)


def test_missing_answers_are_named_and_the_others_are_kept(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    questions = learner.drawn(assessment, number)
    answer = learner.post(place, right(questions[:4]) | {"action": "submit"})
    assert answer.status_code == 422
    for position, question in enumerate(questions, start=1):
        link = f'<a href="#domanda-{question.id}">Domanda {position}: manca la risposta</a>'
        assert (link in answer.text) == (position > 4)
    assert learner.evidence("assessment.submitted") == []
    assert len(learner.evidence("assessment.answered")) == 4
    assert "Risposte già salvate: 4 di 10" in text_of(learner.get(place))


def test_half_given_answers_come_back_after_leaving(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    ordering = next(one for one in learner.drawn(assessment, number) if one.kind == "ordering")
    first, second = ordering.choices[0].id, ordering.choices[1].id
    half = {f"{ordering.id}.{first}": "2", f"{ordering.id}.{second}": "2"}
    left = learner.post(place, half | {"action": "leave"})
    assert left.headers["Location"].endswith("/modules/m1?saved=1")
    assert "Le risposte date finora sono salvate" in learner.get(f"{MODULE}?saved=1").text
    assert learner.get(place).text.count('<option value="2" selected>') == 2
    assert place in learner.get(MODULE).text  # «Continua» leads back into the attempt


def test_saving_again_what_is_saved_adds_nothing(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    single = next(one for one in learner.drawn(assessment, number) if one.kind == "single")
    a, b = single.choices[0].id, single.choices[1].id
    for value in (a, a, b, a):
        learner.post(place, {single.id: value, "action": "save"})
    assert [one["answer"] for one in learner.payloads("assessment.answered")] == [[a], [b], [a]]


def test_autosave_is_told_when(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    form = right_answer(learner.drawn(assessment, number)[0]) | {"action": "save"}
    answer = learner.post(place, form, headers={"Accept": "application/json"})
    assert answer.json == {"saved_at": "10:00"}


def test_replayed_submission_counts_once(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    questions = learner.drawn(assessment, number)
    learner.post(place, wrong(questions) | {"action": "submit"})
    again = learner.post(place, right(questions) | {"action": "submit"})
    assert again.status_code == 303
    assert [one["percent"] for one in learner.payloads("assessment.submitted")] == [0]
    assert learner.outcomes("m1-assessment") == ["failed"]
    assert "Hai ottenuto 0%" in text_of(learner.get(place))


def test_best_result_counts(learner: Visitor, assessment: Assessment) -> None:
    hand_in(learner, assessment, rightly=True)
    place = hand_in(learner, assessment, rightly=False)
    assert "finora è 100% (tentativo 1)" in text_of(learner.get(place))
    assert "Superata con 100%" in text_of(learner.get(ASSESSMENT))


def test_fourth_attempt_is_refused(learner: Visitor, assessment: Assessment) -> None:
    for _attempt in range(3):
        hand_in(learner, assessment, rightly=False)
    page = learner.get(ASSESSMENT)
    assert "Inizia il tentativo" not in page.text
    assert "scrivi alla segreteria" in page.text
    refused = learner.post(ASSESSMENT)
    assert refused.status_code == 409
    assert "Hai usato tutti i tentativi" in refused.text
    assert len(learner.evidence("assessment.started")) == 3


def test_each_attempt_draws_anew(learner: Visitor, assessment: Assessment) -> None:
    for _attempt in range(2):
        hand_in(learner, assessment, rightly=False)
    seeds = {one["seed"] for one in learner.payloads("assessment.started")}
    assert len(seeds) == 2


def test_unknown_option_is_refused_and_nothing_is_kept(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    questions = learner.drawn(assessment, number)
    single = next(one for one in questions if one.kind == "single")
    answer = learner.post(place, right(questions) | {single.id: "zz", "action": "submit"})
    assert answer.status_code == 400
    assert learner.evidence("assessment.answered") == []
    assert learner.evidence("assessment.submitted") == []


def test_questions_that_were_not_drawn_are_ignored(learner: Visitor, assessment: Assessment) -> None:
    place, number = learner.start()
    questions = learner.drawn(assessment, number)
    others = [one for one in assessment.questions if one.id not in {asked.id for asked in questions}]
    foreign = right(others) | {"m1-l1-q2": "true", "non.esiste": "x"}
    learner.post(place, foreign | right(questions) | {"action": "submit"})
    assert set(learner.payloads("assessment.submitted")[0]["answers"]) == {one.id for one in questions}


@pytest.mark.parametrize("number", [0, 1, 99])
def test_attempt_that_was_not_started_is_not_there(learner: Visitor, number: int) -> None:
    path = f"{ASSESSMENT}/attempts/{number}"
    assert learner.get(path).status_code == 404
    assert learner.post(path, {"action": "submit"}).status_code == 404
    assert learner.evidence("assessment.submitted") == []


def test_nobody_sees_the_attempt_of_another(enter: Enter, learner: Visitor) -> None:
    place, _number = learner.start()
    assert enter(name="Luca Bianchi").get(place).status_code == 404


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LMS_ADMINISTRATOR])
def test_who_only_looks_cannot_start(enter: Enter, role: Role) -> None:
    visitor = enter(role)
    assert "Inizia il tentativo" not in visitor.get(ASSESSMENT).text
    assert visitor.post(ASSESSMENT).status_code == 403
    assert visitor.evidence("assessment.started") == []


def test_four_taps_at_the_same_moment_start_and_hand_in_one_attempt(
    app: Flask, learner: Visitor, assessment: Assessment
) -> None:
    cookie = learner.client.get_cookie(f"__Host-visit-{learner.visit}", domain="formazione.example")
    assert cookie is not None

    def tap(path: str, form: dict[str, object]) -> int:
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value, domain="formazione.example", secure=True)
        return (
            Visitor(browser, learner.database, learner.visit, learner.learner_id).post(path, form).status_code
        )

    with ThreadPoolExecutor(4) as taps:
        assert set(taps.map(tap, [ASSESSMENT] * 4, [{}] * 4)) == {303}
    assert len(learner.evidence("assessment.started")) == 1
    form = right(learner.drawn(assessment, 1)) | {"action": "submit"}
    with ThreadPoolExecutor(4) as taps:
        assert set(taps.map(tap, [f"{ASSESSMENT}/attempts/1"] * 4, [form] * 4)) == {303}
    assert len(learner.evidence("assessment.submitted")) == 1
    assert learner.outcomes("m1-assessment") == ["passed"]
