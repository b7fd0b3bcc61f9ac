"""The programme and module pages: what there is, where the learner stands, where to go on."""

import pytest
from flask import Flask
from markupsafe import escape

from tests.lms_plugin.modules.visitor import MODULE, PROGRAMME, Visitor, text_of

# These read what the other tests of this room write on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SMALL = "/programmes/small"


@pytest.mark.usefixtures("small_too")
def test_programme_lists_every_module_and_webinar(learner: Visitor) -> None:
    page = learner.get(PROGRAMME)
    assert page.text.count("/modules/m") >= 6
    assert page.text.count("/webinars/w") == 20
    words = text_of(learner.get(SMALL))
    assert words.count("In preparazione") == 1
    assert "Da iniziare" in words


def test_programme_leads_to_its_glossary_and_calendar(learner: Visitor) -> None:
    page = learner.get(PROGRAMME).text
    for name in ("glossary", "calendar"):
        assert f'href="/v/{learner.visit}{PROGRAMME}/{name}"' in page


def test_english_readers_find_each_module_summed_up(learner: Visitor, app: Flask) -> None:
    for programme in app.extensions["programmes"].values():
        address = f"/programmes/{programme.id}"
        listed = learner.get(f"{address}?lang=en").text
        for module in programme.modules:
            assert f'href="/v/{learner.visit}{address}/modules/{module.id}?lang=en"' in listed
            page = text_of(learner.get(f"{address}/modules/{module.id}?lang=en"))
            for said in (module.title, module.subtitle, module.summary, *module.objectives):
                assert str(escape(said["en"])) in page
            for lesson in module.lessons:
                assert str(escape(lesson.title["en"])) in page


def test_started_module_counts_the_lessons(learner: Visitor) -> None:
    for number in (1, 2, 5):
        learner.post(f"{MODULE}/lessons/m1-l{number}")
    assert "In corso: 3 di 6 lezioni" in text_of(learner.get(PROGRAMME))


def test_continue_leads_to_the_first_lesson_not_read(learner: Visitor) -> None:
    learner.post(f"{MODULE}/lessons/m1-l1")
    page = learner.get(MODULE).text
    assert f'class="btn btn-primary" href="/v/{learner.visit}{MODULE}/lessons/m1-l2">Continua' in page


@pytest.mark.usefixtures("small_too")
def test_module_in_preparation_says_so_and_cannot_be_entered(learner: Visitor) -> None:
    page = learner.get(f"{SMALL}/modules/m2")
    assert page.status_code == 200
    assert "Questo modulo non è ancora aperto" in page.text
    for path in ("/assessment", "/lessons/m2-l1"):
        refused = learner.get(f"{SMALL}/modules/m2{path}")
        assert refused.status_code == 404
        assert "in preparazione" in refused.text


@pytest.mark.parametrize("path", ["/programmes/altro", f"{PROGRAMME}/modules/m9", f"{MODULE}/lessons/m1-l9"])
def test_what_is_not_there_is_a_clear_page(learner: Visitor, path: str) -> None:
    answer = learner.get(path)
    assert answer.status_code == 404
    assert "Questa pagina non c'è" in text_of(answer).replace("&#39;", "'")


@pytest.mark.parametrize("file", ["../module.yaml", "..%2fassessment.yaml", "nulla.svg"])
def test_no_file_outside_the_media_folder_is_served(learner: Visitor, file: str) -> None:
    assert learner.get(f"{MODULE}/media/{file}").status_code == 404


def test_frame_of_an_lms_gets_the_compact_page(learner: Visitor) -> None:
    whole, framed = learner.get(MODULE), learner.get(MODULE, headers={"Sec-Fetch-Dest": "iframe"})
    assert "it-header-center-wrapper" in whole.text
    assert "it-header-center-wrapper" not in framed.text
    assert '<body class="framed">' in framed.text
