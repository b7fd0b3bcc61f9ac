"""The roster's pages: who may see whom, what they say, and the button that keeps nobody waiting."""

import csv
import io
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from lms_plugin.lti.platform import LtiContext
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.rehearsal.faults import FaultPlan
from lms_plugin.rosters import pages
from lms_plugin.rosters.jobs import RosterJob
from lms_plugin.rosters.tables import CourseRoster, RosterSync
from lms_plugin.settings import Settings
from lms_plugin.web.visit_table import Visit
from tests.conftest import Clock
from tests.factories.people import make_deployment
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Browser, Practice
from tests.lms_plugin.rosters.conftest import Enrol, fresh
from tests.lms_plugin.secretariat.conftest import SignIn
from tests.lms_plugin.secretariat.conftest import sign_in as secretariat_sign_in

sign_in = secretariat_sign_in
Sync = Callable[[], RosterSync]


def arrive(browser: Browser, user_id: str, link_id: str = "link-m1") -> str:
    """Launches and returns the address of the roster in that visit."""
    location = browser.launch(user_id, link_id).location
    return f"/v/{location.partition('/v/')[2].split('/')[0]}/roster"


@pytest.fixture
def roster(course: UUID, browser: Browser) -> str:
    """The roster's address for carla, who teaches the course."""
    del course
    return arrive(browser, "carla")


@pytest.fixture
def impatient() -> Iterator[None]:
    """No worker runs in these tests: the button need not wait for one."""
    kept, pages.WAIT_SECONDS = pages.WAIT_SECONDS, 0.0
    yield
    pages.WAIT_SECONDS = kept


def test_a_trainer_sees_who_is_enrolled_and_who_never_came(
    roster: str, sync: Sync, client: FlaskClient
) -> None:
    before = client.get(roster)
    assert before.status_code == 200
    assert "L'elenco non è ancora stato letto" in before.text.replace("&#39;", "'")
    sync()
    everybody = client.get(roster).text
    for name in ("Ada Bianchi", "Bruno Conti", "Carla Esposito", "elena"):
        assert name in everybody
    never = client.get(f"{roster}?show=never").text
    assert "Bruno Conti" in never
    assert "Ada Bianchi" not in never  # came
    assert "Dario Ferri" not in never  # does not learn here


def test_who_came_and_is_no_longer_enrolled_is_told(
    roster: str, sync: Sync, enrol: Enrol, client: FlaskClient
) -> None:
    assert "Ada Bianchi" not in client.get(f"{roster}?show=left").text  # nothing is known yet
    enrol(absent=frozenset({"ada"}))
    sync()
    assert "Ada Bianchi" in client.get(f"{roster}?show=left").text


def test_news_since_the_reading_before(roster: str, sync: Sync, enrol: Enrol, client: FlaskClient) -> None:
    enrol(absent=frozenset({"elena"}))
    sync()
    assert "serve una seconda lettura" in client.get(f"{roster}?show=changes").text
    enrol(absent=frozenset({"bruno"}), roles={"ada": ("Instructor",)})
    sync()
    news = client.get(f"{roster}?show=changes").text
    assert "Nuovi iscritti (1)" in news
    assert "Non più iscritti (1)" in news
    assert "Hanno cambiato parte (1)" in news
    assert "prima Partecipante, ora Docente" in news
    sync()
    assert "Nuovi iscritti (0)" in client.get(f"{roster}?show=changes").text
    week = client.get(f"{roster}?show=changes&since=week").text
    assert "Nuovi iscritti (1)" in week


def test_learners_never_see_it(course: UUID, browser: Browser, client: FlaskClient) -> None:
    del course
    address = arrive(browser, "ada")
    assert client.get(address).status_code == 403
    assert client.get(f"{address}.csv").status_code == 403
    assert client.post(address).status_code == 403
    assert "Iscritti al corso" not in client.get(address.replace("/roster", "/programmes/co-alizione")).text


def test_a_role_in_the_roster_raises_nobody(
    sync: Sync, enrol: Enrol, browser: Browser, client: FlaskClient, database: Session
) -> None:
    administrator = "http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator"
    enrol(roles={"ada": (administrator,), "bruno": (administrator,)})
    sync()
    enrol()  # at the launch the LMS says what it always said
    for user_id in ("ada", "bruno"):
        assert client.get(arrive(browser, user_id)).status_code == 403
    database.rollback()
    assert set(database.scalars(select(Visit.role))) == {Role.LEARNER}


def test_a_teacher_whom_moodle_lists_as_learner_still_teaches(
    practice: Practice, sync: Sync, enrol: Enrol, browser: Browser, client: FlaskClient
) -> None:
    practice.lms.use_profile("moodle")
    enrol(roles={"carla": ("Learner",)})
    sync()
    assert client.get(arrive(browser, "carla")).status_code == 200


def test_reading_pages_makes_no_learner(
    roster: str, sync: Sync, client: FlaskClient, database: Session
) -> None:
    sync()
    for query in ("", "?show=never", "?show=left", "?show=changes", ".csv"):
        assert client.get(roster + query).status_code == 200
    database.rollback()
    names = database.scalars(select(Learner.account_name).order_by(Learner.account_name)).all()
    assert names == ["ada", "carla"]


@on_sqlite
def test_both_pages_of_a_programme_link_to_it_for_who_teaches(roster: str, client: FlaskClient) -> None:
    visit = roster.removesuffix("/roster")
    for page in ("/programmes/co-alizione", "/programmes/co-alizione/modules/m1"):
        assert f'href="{roster}"' in client.get(visit + page).text


@on_sqlite
def test_the_button_queues_and_says_that_it_goes_on(
    roster: str, client: FlaskClient, database: Session, impatient: None
) -> None:
    answer = client.post(roster)
    assert answer.status_code == 303
    (queued,) = fresh(database, CourseRoster)
    assert queued.requested_at is not None
    page = client.get(answer.location).text
    assert "Stiamo leggendo" in page
    assert "Aggiorna adesso" not in page


def test_the_button_shows_the_new_roster_when_the_worker_is_quick(
    roster: str, client: FlaskClient, settings: Settings, sessions: sessionmaker[Session], clock: Clock
) -> None:
    over = threading.Event()

    def work() -> None:
        job = RosterJob(settings, clock)
        while not over.wait(0.1):
            job.run(sessions, clock())

    worker = threading.Thread(target=work)
    worker.start()
    try:
        answer = client.post(roster)
    finally:
        over.set()
        worker.join()
    assert "asked" not in answer.location
    assert "Bruno Conti" in client.get(answer.location).text
    clock.move(seconds=30)
    assert "meno di un minuto fa" in client.get(client.post(roster).location).text


@on_sqlite
def test_without_a_worker_the_button_is_back_soon(roster: str, client: FlaskClient) -> None:
    began = time.monotonic()
    assert client.post(roster).status_code == 303
    assert time.monotonic() - began < 6


@on_sqlite
def test_a_failure_is_told_with_the_lms_s_words_and_what_to_do(
    roster: str, sync: Sync, client: FlaskClient, practice: Practice
) -> None:
    sync()
    practice.lms.installation.faults.set(FaultPlan(rate=1, status=403, services=frozenset({"roster"})))
    sync()
    page = client.get(roster).text
    assert "Nomi e ruoli" in page
    assert "HTTP 403" in page
    assert "Ada Bianchi" in page  # what was read before is still there


@on_sqlite
def test_words_of_an_lms_are_shown_as_text(
    roster: str, sync: Sync, client: FlaskClient, database: Session
) -> None:
    sync()
    database.execute(update(RosterSync).values(outcome="refused", answer="<script>alert(1)</script>"))
    database.commit()
    assert "<script>alert(1)" not in client.get(roster).text


@on_sqlite
def test_an_lms_that_offers_no_roster_is_told_how_to(
    roster: str, client: FlaskClient, database: Session
) -> None:
    database.execute(update(LtiContext).values(memberships_url=None))
    database.commit()
    page = client.get(roster).text
    assert "non offre" in page
    assert "Aggiorna adesso" not in page
    assert client.get(client.post(roster).location).status_code == 200


@on_sqlite
@pytest.mark.parametrize("query", ["show=all", "since=ever", "page=0", "page=x", "page=99999999", "page=-1"])
def test_an_address_that_makes_no_sense_is_a_page(roster: str, client: FlaskClient, query: str) -> None:
    answer = client.get(f"{roster}?{query}")
    assert answer.status_code == 400
    assert "roster_question_wrong" in answer.text


@on_sqlite
def test_a_big_course_is_shown_in_pages(roster: str, sync: Sync, enrol: Enrol, client: FlaskClient) -> None:
    enrol(extra=120)
    sync()
    assert "pagina 1 di 3" in client.get(roster).text
    assert "Pagina successiva" not in client.get(f"{roster}?page=3").text
    assert client.get(f"{roster}?page=9").status_code == 200


def rows(answer_text: str, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer_text), delimiter=delimiter))


def test_the_file_holds_everybody_and_opens_well_in_excel(
    roster: str, sync: Sync, enrol: Enrol, client: FlaskClient
) -> None:
    sync()
    enrol(absent=frozenset({"ada", "elena"}))
    sync()
    plain = client.get(f"{roster}.csv")
    assert plain.headers["Content-Disposition"].startswith('attachment; filename="coalizione_iscritti_')
    found = {row["utente"]: row["situazione"] for row in rows(plain.text, ",")}
    assert found == {
        "ada": "entrato, non più iscritto",
        "bruno": "mai entrato",
        "carla": "entrato",
        "dario": "mai entrato",
        "elena": "non più iscritto",
    }
    excel = client.get(f"{roster}.csv?excel=1").text
    assert excel.startswith("\ufeff")
    assert len(rows(excel[1:], ";")) == 5


@on_sqlite
def test_a_name_that_is_a_formula_is_harmless_in_the_file(
    roster: str, sync: Sync, client: FlaskClient, database: Session
) -> None:
    sync()
    database.connection().exec_driver_sql("UPDATE memberships SET name = '=1+1' WHERE user_id = 'bruno'")
    database.commit()
    assert "'=1+1" in client.get(f"{roster}.csv").text


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ADMINISTRATOR])
def test_staff_see_every_course(
    course: UUID, sync: Sync, sign_in: SignIn, client: FlaskClient, role: Role
) -> None:
    sync()
    sign_in(role)
    listed = client.get("/secretariat/rosters").text
    assert "CO-AliZIONE 2026" in listed
    assert f"/secretariat/rosters/{course}" in listed
    assert "Bruno Conti" in client.get(f"/secretariat/rosters/{course}?show=never").text
    assert "bruno" in client.get(f"/secretariat/rosters/{course}.csv").text
    assert "/secretariat/rosters" in client.get("/secretariat").text


@on_sqlite
def test_staff_may_ask_for_a_reading(
    course: UUID, sign_in: SignIn, client: FlaskClient, impatient: None, database: Session
) -> None:
    sign_in()
    answer = client.post(f"/secretariat/rosters/{course}")
    assert answer.status_code == 303
    assert answer.location.startswith(f"/secretariat/rosters/{course}")
    assert fresh(database, CourseRoster)[0].requested_at is not None


@on_sqlite
def test_an_auditor_reads_records_not_rosters(course: UUID, sign_in: SignIn, client: FlaskClient) -> None:
    sign_in(Role.AUDITOR)
    assert client.get("/secretariat/rosters").status_code == 403
    assert client.get(f"/secretariat/rosters/{course}").status_code == 403
    assert "/secretariat/rosters" not in client.get("/secretariat").text


@on_sqlite
def test_an_lms_administrator_sees_the_own_deployment_only(
    course: UUID, sign_in: SignIn, client: FlaskClient, database: Session
) -> None:
    own = database.scalars(select(LtiContext.deployment_id)).one()
    other = make_deployment(database)
    database.commit()
    sign_in(Role.LMS_ADMINISTRATOR, own)
    assert client.get(f"/secretariat/rosters/{course}").status_code == 200
    sign_in(Role.LMS_ADMINISTRATOR, other.id)
    assert "CO-AliZIONE 2026" not in client.get("/secretariat/rosters").text
    for address in (f"/secretariat/rosters/{course}", f"/secretariat/rosters/{course}.csv"):
        assert client.get(address).status_code == 404
    assert client.post(f"/secretariat/rosters/{course}").status_code == 404


@on_sqlite
def test_a_course_that_is_not_there_is_a_page(sign_in: SignIn, client: FlaskClient) -> None:
    sign_in()
    answer = client.get(f"/secretariat/rosters/{UUID(int=1)}")
    assert answer.status_code == 404
    assert "course_unknown" in answer.text


@on_sqlite
def test_people_of_another_lms_with_the_same_id_are_others(
    roster: str, sync: Sync, client: FlaskClient, database: Session
) -> None:
    """bruno of another issuer came here and there; our bruno never did."""
    sync()
    database.add(
        Learner(
            home_page="https://other.example",
            account_name="bruno",
            name="Altro",
            created_at=sync().started_at,
        )
    )
    database.commit()
    page = client.get(f"{roster}?show=never").text
    assert "Bruno Conti" in page
    assert "Altro" not in page
    assert database.scalar(select(func.count()).select_from(Learner)) == 3
