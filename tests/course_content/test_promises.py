"""What the papers and the brief promise is in the files: days, webinars, drawings of facts."""

import re
from datetime import UTC, datetime

import pytest

from course_content import EMBEDDED
from course_content.loader import load_programme

CO_ALIZIONE = load_programme(EMBEDDED / "co-alizione")
FOR_PA = load_programme(EMBEDDED / "for-pa")
MINUTES = [60, 75, 60, 90, 90, 75, 60, 90, 75, 90, 75, 60, 90, 90, 75, 75, 75, 60, 60, 90]
MODULES = ["m1"] * 3 + ["m2"] * 4 + ["m3"] * 5 + ["m4"] * 3 + ["m5"] * 4 + ["m6"]
DRAWINGS = EMBEDDED / "co-alizione/m3/media"


def test_48_days_of_six_hours_in_two_parts_of_which_cremona_alone_is_known() -> None:
    days = CO_ALIZIONE.sessions
    assert [day.id for day in days] == [f"S{number:02}" for number in range(1, 49)]
    assert {(day.hours, len(day.topics)) for day in days} == {(6, 2)}
    *others, last = days
    assert {(day.known, day.place, day.starts_at) for day in others} == {(False, None, None)}
    assert last.known
    assert "Cremona" in str(last.place)
    # nine to five in summer time
    assert last.starts_at == datetime(2018, 7, 20, 7, tzinfo=UTC)
    assert last.ends_at == datetime(2018, 7, 20, 15, tzinfo=UTC)


def test_20_proposed_webinars_with_three_objectives_and_three_polls_each() -> None:
    webinars = CO_ALIZIONE.webinars
    assert [webinar.minutes for webinar in webinars] == MINUTES
    assert [webinar.module_id for webinar in webinars] == MODULES
    assert webinars[18].related_modules == ("m3",)
    assert {(one.proposed, len(one.objectives), len(one.polls)) for one in webinars} == {(True, 3, 3)}
    assert {webinar.starts_at for webinar in webinars} == {None}
    assert all(set(webinar.title) == {"it", "en"} for webinar in webinars)
    # the second poll checks, and so it has a right answer
    assert all(webinar.polls[1].answer for webinar in webinars)
    assert not any(poll.answer for webinar in webinars for poll in (webinar.polls[0], webinar.polls[2]))


def test_for_pa_is_the_workshop_of_its_letter_and_one_module_of_two_lessons() -> None:
    (day,) = FOR_PA.sessions
    assert (day.starts_at, day.ends_at) == (
        datetime(2015, 5, 21, 8, tzinfo=UTC),
        datetime(2015, 5, 21, 12, tzinfo=UTC),
    )
    assert (day.hours, len(day.topics), day.known, "Perugia" in str(day.place)) == (4, 2, True, True)
    assert (FOR_PA.project_code, FOR_PA.owner, FOR_PA.webinars) == ("PROG 105920", "Comune di Perugia", ())
    (module,) = FOR_PA.modules
    assert (
        module.ready,
        len(module.lessons),
        len(module.assessment.questions if module.assessment else ()),
    ) == (
        True,
        2,
        10,
    )


@pytest.mark.parametrize(
    ("label", "fact"),
    [
        ("Fine 2016", "rete-2016"),
        ("Fine 2017", "rete-2017"),
        ("Nov. 2018", "rete-2018"),
        ("Gen. 2022", "rete-2022"),
        ("Fine 2025", "rete-2025"),
    ],
)
def test_each_bar_of_the_drawing_is_as_long_as_its_fact_and_in_the_table_beside_it(
    label: str, fact: str
) -> None:
    drawing = (DRAWINGS / "posti-della-rete.svg").read_text("utf-8")
    bar = drawing.partition(f">{label}: ")[2]
    figure, width = re.findall(r">([\d.]+)</text>", bar)[0], int(re.findall(r'width="(\d+)"', bar)[0])
    assert figure in CO_ALIZIONE.lexicon.facts[fact].text + CO_ALIZIONE.lexicon.facts[fact].statement
    assert width == round(int(figure.replace(".", "")) * 430 / 41289)
    (lesson,) = (one for one in CO_ALIZIONE.module("m3").lessons if "posti-della-rete.svg" in one.body)
    assert re.search(rf"^\|.*\[{re.escape(figure)} posti\]\(fact:{fact}\)", lesson.body, re.MULTILINE)


def test_the_time_line_tells_the_names_in_order_as_the_table_beside_it_does() -> None:
    drawing = (DRAWINGS / "linea-del-tempo.svg").read_text("utf-8")
    drawn = list(zip(re.findall(r">(20\d\d)<", drawing), re.findall(r">([A-Z]{3,8})<", drawing), strict=True))
    assert drawn == [
        ("2001", "PNA"),
        ("2002", "SPRAR"),
        ("2018", "SIPROIMI"),
        ("2020", "SAI"),
        ("2023", "SAI"),
        ("2026", "SAI"),
    ]
    lesson = CO_ALIZIONE.module("m3").lessons[0].body
    rows = [row for row in lesson.splitlines() if row.startswith("|")]
    assert "linea-del-tempo.svg" in lesson
    assert all(any(year in row for row in rows) for year, _name in drawn)
