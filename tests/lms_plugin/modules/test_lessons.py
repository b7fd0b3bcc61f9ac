"""A learner reads lessons and tries self-checks; what is kept is what happened, once."""

import pytest

from lms_plugin.people.role import Role
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.visitor import MODULE, PROGRAMME, Visitor, text_of

LESSON = f"{MODULE}/lessons/m1-l1"
MATCHING = f"{LESSON}/self-checks/m1-l1-q1"
TRUE_FALSE = f"{LESSON}/self-checks/m1-l1-q2"


def test_lesson_is_light_has_one_h1_and_shifted_headings(learner: Visitor) -> None:
    answer = learner.get(LESSON)
    assert len(answer.data) < 100_000
    assert answer.text.count("<h1") == 1
    assert "Da ricordare" in answer.text
    assert " style=" not in answer.text
    assert "<script" not in answer.text


def test_reading_goes_on_and_is_kept_once_however_often_it_is_sent(learner: Visitor) -> None:
    first, second = learner.post(LESSON), learner.post(LESSON)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"].endswith("/lessons/m1-l2")
    assert [row.activity_id for row in learner.evidence("lesson.read")] == ["m1-l1"]
    assert learner.outcomes("m1-l1") == ["completed"]
    assert "Letta il 23 novembre 2026" in learner.get(LESSON).text


def test_last_lesson_leads_to_the_assessment(learner: Visitor) -> None:
    assert learner.post(f"{MODULE}/lessons/m1-l6").headers["Location"].endswith("/m1/assessment")


def test_self_check_tells_about_every_option_and_comes_back_to_the_question(learner: Visitor) -> None:
    before = learner.get(LESSON).text
    assert "Il Comune è titolare di queste funzioni" not in before
    answer = learner.post(TRUE_FALSE, {"m1-l1-q2": "false"})
    assert answer.headers["Location"].endswith("/lessons/m1-l1#esito-m1-l1-q2")
    after = learner.get(LESSON).text
    assert "Il Comune è titolare di queste funzioni" in after
    assert "La tua risposta non è giusta" in after
    assert "Era da scegliere" in after
    assert learner.payloads("self_check.answered") == [
        {"answer": ["false"], "question": "m1-l1-q2", "score": "0/1"}
    ]


def test_self_check_can_be_tried_again_and_the_same_answer_twice_is_one(learner: Visitor) -> None:
    for value in ("false", "false", "true", "false"):
        learner.post(TRUE_FALSE, {"m1-l1-q2": value})
    answers = [one["answer"][0] for one in learner.payloads("self_check.answered")]
    assert answers == ["false", "true", "false"]


def test_half_given_pairs_stay_in_the_page_with_an_error_that_leads_there(learner: Visitor) -> None:
    answer = learner.post(MATCHING, {"m1-l1-q1.a": "t1", "m1-l1-q1.b": ""})
    assert answer.status_code == 422
    assert '<a href="#domanda-m1-l1-q1">' in answer.text
    assert '<option value="t1" selected>' in answer.text
    assert learner.evidence("self_check.answered") == []


def test_reloading_the_page_of_an_error_leads_back_to_the_lesson(learner: Visitor) -> None:
    assert learner.get(MATCHING).headers["Location"].endswith("/lessons/m1-l1#domanda-m1-l1-q1")


@pytest.mark.usefixtures("small_too")
@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        (f"{LESSON}/self-checks/m1-l2-q1", {}, 404),  # a question of another lesson
        (f"{LESSON}/self-checks/m1-q01", {}, 404),  # a question of the assessment
        (TRUE_FALSE, {"m1-l1-q2": "forse"}, 400),
        (f"{MODULE}/lessons/m9-l9", {}, 404),
        ("/programmes/small/modules/m2/lessons/m2-l1", {}, 404),
        ("/programmes/altro/modules/m1/lessons/m1-l1", {}, 404),
    ],
)
def test_what_does_not_belong_is_refused_and_leaves_no_trace(
    learner: Visitor, path: str, form: dict[str, str], status: int
) -> None:
    assert learner.post(path, form).status_code == status
    assert learner.evidence("self_check.answered") == []
    assert learner.evidence("lesson.read") == []


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LMS_ADMINISTRATOR])
def test_who_only_looks_may_read_and_is_kindly_refused_an_answer(enter: Enter, role: Role) -> None:
    visitor = enter(role)
    page = visitor.get(LESSON)
    assert page.status_code == 200
    assert "Con il tuo ruolo puoi leggere" in page.text
    refused = visitor.post(LESSON)
    assert refused.status_code == 403
    assert "le tue risposte non si registrano" in refused.text
    assert visitor.evidence("lesson.read") == []


def test_observer_that_the_lms_does_not_name_sees_the_pages(enter: Enter) -> None:
    nobody = enter(Role.OBSERVER, known=False)
    for path in (PROGRAMME, MODULE, LESSON, f"{MODULE}/assessment"):
        assert nobody.get(path).status_code == 200, path


def test_trainer_walks_through_and_the_evidence_is_kept_the_same_way(enter: Enter) -> None:
    trainer = enter(Role.TRAINER)
    trainer.post(LESSON)
    assert [row.source for row in trainer.evidence("lesson.read")] == ["module player"]


def test_nothing_can_be_sent_to_the_visit_of_another_browser(enter: Enter, learner: Visitor) -> None:
    learner.client.delete_cookie(f"__Host-visit-{learner.visit}", domain="formazione.example")
    other = enter(name="Luca Bianchi")
    assert (
        other.client.post(f"/v/{learner.visit}{LESSON}", base_url="https://formazione.example").status_code
        == 401
    )
    assert learner.evidence("lesson.read") == []


def test_english_commands_mark_the_italian_text_as_italian(learner: Visitor) -> None:
    page = learner.get(f"{LESSON}?lang=en").text
    assert '<html lang="en">' in page
    assert '<article lang="it">' in page
    assert "?lang=en" in page  # links keep the choice


def test_only_the_programmes_words_are_marked_in_a_question(learner: Visitor) -> None:
    page = learner.get(f"{LESSON}?lang=en").text
    questions = page[page.index('<section class="self-checks"') :]
    first = questions[: questions.index("</fieldset>")]
    assert '<span class="question-number">Question 1</span> <span lang="it">' in first
    assert '<option value="t1" lang="it">' in first
    assert '<option value="">Choose</option>' in first
    assert '<div lang="it">' not in page
    assert ' lang="it"' not in learner.get(LESSON).text.partition("<main")[2]


def test_words_of_a_page_stand_alone(learner: Visitor) -> None:
    words = text_of(learner.get(MODULE))
    assert "Lezioni lette: 0 di 6" in words
    assert "Puoi iniziare ancora 3 tentativi su 3." in words
