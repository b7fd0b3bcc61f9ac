"""Folders become programmes."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from course_content import EMBEDDED
from course_content.loader import load_programme, load_programmes
from course_content.problems import ContentErrors
from course_content.programme import UnknownActivity, text_in
from tests.course_content.small import edit, write_programme


def test_a_programme_is_loaded_with_its_parts(folder: Path) -> None:
    programme = load_programme(folder)
    module = programme.module("m1")
    lesson = module.lesson("m1-l1")
    assert (programme.id, module.ready, programme.module("m2").ready) == ("small", True, False)
    assert (module.minutes, module.outline, programme.module("m2").outline) == (
        20,
        ("Lezione",),
        ("Una lezione",),
    )
    assert (lesson.number, lesson.roles, lesson.verified_on) == (1, ("AMM",), date(2026, 1, 2))
    assert lesson.body.startswith("## Perché conta\n")
    assert lesson.self_checks[0].answer == ("true",)
    assert module.assessment is not None
    assert [question.kind for question in module.assessment.questions] == ["single", "matching"]


def test_text_falls_back_to_italian(folder: Path) -> None:
    title = load_programme(folder).module("m1").title
    assert (text_in(title, "en"), text_in(title, "fr"), text_in(title)) == ("First", "Primo", "Primo")


def test_local_times_become_utc(folder: Path) -> None:
    programme = load_programme(folder)
    assert programme.webinar("w01").starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC)
    assert programme.session("S02").starts_at == datetime(2018, 7, 20, 7, tzinfo=UTC)


def test_a_time_with_an_offset_says_which_of_two_hours_is_meant(folder: Path) -> None:
    edit(folder, "webinars.yaml", "2026-12-01T15:00", "2026-10-25T02:30+01:00")
    assert load_programme(folder).webinar("w01").starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_undocumented_session_has_no_place_and_no_date(folder: Path) -> None:
    session = load_programme(folder).session("S01")
    assert (session.known, session.place, session.starts_at, session.hours) == (False, None, None, 6)


@pytest.mark.parametrize("wanted", ["m9", "", "w01"])
def test_an_unknown_activity_is_refused(folder: Path, wanted: str) -> None:
    with pytest.raises(UnknownActivity):
        load_programme(folder).module(wanted)


@pytest.mark.parametrize(
    "name", ["m1/01-lezione.it.md", "m1/assessment.yaml", "m1/module.yaml", "m1/media/disegno.svg"]
)
def test_the_revision_changes_with_any_file_of_the_module(folder: Path, name: str) -> None:
    before = load_programme(folder)
    (folder / name).write_text((folder / name).read_text("utf-8") + "\n", "utf-8")
    after = load_programme(folder)
    assert after.module("m1").revision != before.module("m1").revision
    assert after.module("m2").revision == before.module("m2").revision


def test_the_revision_ignores_where_the_folder_is_and_how_lines_end(folder: Path, tmp_path: Path) -> None:
    other = write_programme(tmp_path / "elsewhere")
    lesson = other / "m1/01-lezione.it.md"
    lesson.write_bytes(lesson.read_bytes().replace(b"\n", b"\r\n"))
    (other / "m1/.module.yaml.swp").write_text("x", "utf-8")
    assert load_programme(other).module("m1").revision == load_programme(folder).module("m1").revision


def test_a_broken_programme_is_refused_with_every_problem(folder: Path) -> None:
    line = edit(folder, "webinars.yaml", "module: m1", "module: m8")
    with pytest.raises(ContentErrors, match=rf"webinars\.yaml:{line}: there is no module 'm8'") as refused:
        load_programme(folder)
    assert len(refused.value.errors) == 1


def test_loading_does_not_depend_on_the_day(folder: Path) -> None:
    edit(folder, "m1/01-lezione.it.md", "verified_on: 2026-01-02", "verified_on: 2999-01-01")
    assert load_programme(folder).module("m1").lessons[0].verified_on == date(2999, 1, 1)


def test_two_programmes_with_one_id_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ContentErrors, match="already used"):
        load_programmes([folder, write_programme(tmp_path / "copy")])


def test_a_folder_without_programmes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentErrors, match="there is no programme here"):
        load_programmes([tmp_path])


def test_co_alizione_is_what_its_papers_say() -> None:
    programme = load_programmes([EMBEDDED])["co-alizione"]
    targets = {indicator.id: indicator.target for indicator in programme.indicators if indicator.target}
    assert targets == {"sessions-held": 48, "webinars-held": 20, "hours-in-person": 288}
    assert [role.id for role in programme.roles] == ["AMM", "DIR", "FUN"]
    assert (programme.eligibility.minimum, programme.eligibility.maximum) == (5_000, 150_000)
    assert (programme.period.first, programme.period.last) == ("2017-07", "2018-07")
    assert [module.id for module in programme.modules if module.ready][:1] == ["m1"]
    assert sum(session.hours for session in programme.sessions) == 288


def test_only_cremona_is_documented_among_the_48_days() -> None:
    programme = load_programmes([EMBEDDED])["co-alizione"]
    known = [session for session in programme.sessions if session.known]
    assert [session.id for session in known] == ["S48"]
    assert known[0].starts_at == datetime(2018, 7, 20, 7, tzinfo=UTC)
    assert known[0].place == "Sala Puerari del Museo Civico, via Ugolani Dati 4, Cremona"


def test_the_webinars_are_proposals_without_a_date() -> None:
    webinars = load_programmes([EMBEDDED])["co-alizione"].webinars
    per_module = [sum(webinar.module_id == f"m{n}" for webinar in webinars) for n in range(1, 7)]
    assert per_module == [3, 4, 5, 3, 4, 1]
    assert all(webinar.proposed and webinar.starts_at is None for webinar in webinars)
    assert all(len(webinar.polls) == 3 and len(webinar.objectives) == 3 for webinar in webinars)


def test_for_pa_loads_from_its_own_folder_with_its_own_roles() -> None:
    programme = load_programme(EMBEDDED / "for-pa")
    assert programme.project_code == "PROG 105920"
    assert [role.id for role in programme.roles] == ["POL", "DIR", "OPE"]
    assert programme.session("S01").starts_at == datetime(2015, 5, 21, 8, tzinfo=UTC)
    assert programme.webinars == ()
