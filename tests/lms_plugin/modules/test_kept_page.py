"""A module's page is kept in memory for everybody to whom it says the same, and never holds whose it was."""

from typing import cast

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from lms_plugin.web.kept_pages import KEPT, MOST_PAGES, KeptPages
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.visitor import MODULE, Visitor, right, text_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BACK = "https://lms.example/course?person="


def kept(app: Flask) -> KeptPages:
    return cast("KeptPages", app.extensions[KEPT])


def comes_from(database: Session, visitor: Visitor, return_url: str) -> None:
    with writing(database):
        values = {"return_url": return_url, "frame_ancestors": "https://lms.example"}
        database.execute(update(Visit).where(Visit.name == visitor.visit).values(**values))


def made_anew(visitor: Visitor, **options: object) -> str:
    """The same page without the store: an address with a parameter of its own is never kept."""
    return visitor.get(f"{MODULE}?x=1", **options).text.replace("?x=1&amp;lang=", "?lang=")


def test_two_learners_get_one_kept_page_with_nothing_personal_in_it(
    app: Flask, enter: Enter, database: Session
) -> None:
    people = [enter(name="Anna <b>Nera</b>"), enter(name="Zoe Quaranta")]
    for person in people:
        comes_from(database, person, BACK + person.visit)
    first, second = (person.get(MODULE).text for person in people)
    assert "Anna &lt;b&gt;Nera&lt;/b&gt;" in first
    assert "Zoe Quaranta" in second
    for mine, other, page in ((people[0], people[1], first), (people[1], people[0], second)):
        assert page == made_anew(mine)
        assert f"/v/{mine.visit}{MODULE}/lessons/m1-l1" in page
        assert BACK + mine.visit + "&amp;lti_msg=" in page
        assert other.visit not in page
    assert len(kept(app).pages) == 1
    stored = repr(kept(app).pages)
    for personal in ("Anna", "Nera", "Zoe", "Quaranta", "person=", *(person.visit for person in people)):
        assert personal not in stored


def test_kept_page_equals_a_page_made_anew_for_every_kind_of_reader(app: Flask, enter: Enter) -> None:
    framed = {"headers": {"Sec-Fetch-Dest": "iframe"}}
    for reader in (
        enter(), enter(name=""), enter(Role.TRAINER, "Luca Bianchi"), enter(Role.OBSERVER, known=False),
        enter(Role.LMS_ADMINISTRATOR),
    ):  # fmt: skip
        for options in ({}, framed):
            assert reader.get(MODULE, **options).text == made_anew(reader, **options)
            assert reader.get(MODULE, **options).text == made_anew(reader, **options)
        english = reader.get(f"{MODULE}?lang=en").text
        assert '<html lang="en">' in english
        assert f'href="/v/{reader.visit}{MODULE}/lessons/m1-l1?lang=en"' in english
        assert f'href="/v/{reader.visit}{MODULE}?lang=it"' in english
    assert len(kept(app).pages) == 15


def test_kept_page_follows_what_was_read(learner: Visitor) -> None:
    assert "Letta il" not in learner.get(MODULE).text
    learner.post(f"{MODULE}/lessons/m1-l1")
    for page in (learner.get(MODULE).text, learner.get(MODULE).text):
        assert page.count("Letta il") == 1
        assert page == made_anew(learner)


def test_page_with_a_result_is_kept_for_nobody(app: Flask, learner: Visitor) -> None:
    programme = app.extensions["programmes"]["co-alizione"]
    place, number = learner.start()
    assessment = programme.module("m1").assessment
    learner.get(MODULE)
    before = len(kept(app).pages)
    learner.post(place, {**right(learner.drawn(assessment, number)), "action": "submit"})
    assert "Superata con 100%" in text_of(learner.get(MODULE))
    assert len(kept(app).pages) == before


def test_store_is_bounded(app: Flask) -> None:
    pages = kept(app)
    for number in range(MOST_PAGES + 10):
        pages.keep(number, "x")
    assert len(pages.pages) == MOST_PAGES
    assert pages.find(9) is None
    assert pages.find(10) == (b"x",)
