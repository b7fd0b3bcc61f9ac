"""The glossary's page, the way there, and a lesson's list of sources."""

import re

from tests.lms_plugin.modules.visitor import MODULE, PROGRAMME, Visitor

LESSON = f"{MODULE}/lessons/m1-l1"


def test_lesson_leads_to_the_glossary_and_to_its_sources(learner: Visitor) -> None:
    page = learner.get(LESSON).text
    (anchor,) = set(re.findall(r'href="[^"]*/glossary#(coalizione-locale)"', page))
    assert f'id="{anchor}"' in learner.get(f"{PROGRAMME}/glossary").text
    assert 'href="#fonte-piccoli-2020"' in page
    assert 'id="fonte-piccoli-2020"' in page
    assert "riscontrata il 23 novembre 2026" in page


def test_uncertain_fact_says_so_in_the_text_and_in_the_list(learner: Visitor) -> None:
    page = learner.get(f"{PROGRAMME}/modules/m3/lessons/m3-l2").text
    assert "(da ricontrollare)" in page
    assert "Da ricontrollare prima di usarlo in un atto" in page
    assert "decreti attuativi vanno ricontrollati" in page


def test_doubt_about_a_part_of_a_verified_fact_is_told(learner: Visitor) -> None:
    page = learner.get(f"{PROGRAMME}/modules/m3/lessons/m3-l2").text
    (source,) = re.findall(r'<li id="fonte-dlgs142">.*?</li>', page, re.DOTALL)
    assert "riscontrata il" in source
    assert "da rileggere sul testo vigente" in source
    assert "Da ricontrollare prima" not in source


def test_programme_without_a_glossary_has_no_page_of_it(learner: Visitor) -> None:
    assert f"{PROGRAMME}/glossary" in learner.get(PROGRAMME).text
    assert learner.get("/programmes/for-pa/glossary").status_code == 404
