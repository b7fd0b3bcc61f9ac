"""The register: what is shown, to whom, and that the file says the same."""

import csv
import hashlib
import io
import json
import logging
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.secretariat.queries import PAGE_SIZE
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.factories.people import make_deployment, make_learner, make_placement, make_visit
from tests.factories.records import make_completion
from tests.lms_plugin.secretariat.conftest import SignIn

REGISTER = "/secretariat/records"
FILE = "/secretariat/records.csv"


def shown(page: str) -> int:
    """How many rows the table has."""
    body = page[page.index("<tbody>") : page.index("</tbody>")] if "<tbody>" in page else ""
    return body.count("<tr>")


def cells(client: FlaskClient, address: str = FILE) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).data.decode("utf-8"))))


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AUDITOR, Role.ADMINISTRATOR])
def test_staff_read_who_did_what_when(
    client: FlaskClient, database: Session, sign_in: SignIn, role: Role
) -> None:
    with writing(database):
        make_completion(database, make_learner(database, "Maria Rossi"))
    sign_in(role)
    for address in ("/secretariat", REGISTER):
        page = client.get(address).text
        assert "Maria Rossi" in page
        assert "Completato" in page
        assert "23/11/2026, 10:00" in page  # 9:00 UTC, in Italy
        assert "1 registrazione trovata" in page


def test_names_from_the_lms_are_text_not_markup(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        make_completion(database, make_learner(database, "<script>alert(1)</script>"))
    sign_in()
    page = client.get(REGISTER).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_table_count_and_file_agree_for_every_filter(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        learners = [make_learner(database, f"Person {number}") for number in range(3)]
        for number in range(60):
            kind, outcome = [("module", "completed"), ("webinar", "attended"), ("assessment", "failed")][
                number % 3
            ]
            make_completion(
                database, learners[number % 2], activity_kind=kind, outcome=outcome, activity_id="m1"
            )
    sign_in()
    for query in (
        "",
        "?kind=assessment",
        "?outcome=attended",
        "?q=person+1",
        "?programme=for-pa",
        "?to=2026-11-22",
    ):
        first = client.get(REGISTER + query).text
        total = int(re.search(r"(\d+) registrazion[ei] trovat", first)[1])  # type: ignore[index]
        separator = "&" if query else "?"
        pages = range(1, -(-total // PAGE_SIZE) + 1)
        rows = sum(shown(client.get(f"{REGISTER}{query}{separator}page={page}").text) for page in pages)
        assert rows == total == len(cells(client, FILE + query)), query


def test_bad_filter_is_named_on_a_page(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in()
    for address in (f"{REGISTER}?from=yesterday&colour=red", f"{FILE}?from=yesterday&colour=red"):
        answer = client.get(address)
        assert answer.status_code == 400
        assert "Dal giorno" in answer.text
        assert "colour" in answer.text
    assert client.get(f"{FILE}?excel=2").status_code == 400


def test_every_filter_in_the_form_comes_back_filled_in(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        deployment = make_deployment(database)
    sign_in()
    query = (
        "?q=ross%22&from=2026-11-01&to=2026-11-30&programme=co-alizione&activity=co-alizione/m1&outcome=passed"
        f"&deployment={deployment.id}&order=name&kind=lesson"
    )
    page = client.get(REGISTER + query).text
    assert 'value="ross&#34;"' in page
    assert 'value="2026-11-01"' in page
    chosen = re.findall(r'<option value="([^"]*)" selected>', page)
    assert chosen == ["co-alizione", "co-alizione/m1", "passed", str(deployment.id), "name"]
    assert re.findall(r'value="(\w+)" checked', page) == ["lesson"]


def test_filter_on_what_is_no_longer_on_offer_stays_visible(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in()
    page = client.get(f"{REGISTER}?programme=old&activity=old/x1").text
    assert re.findall(r'<option value="([^"]*)" selected>', page)[:2] == ["old", "old/x1"]


@pytest.mark.parametrize(
    ("query", "advice"),
    [("", "compare qui da sola"), ("?q=nobody", "Togli i filtri"), ("?page=9", "prima pagina")],
)
def test_empty_register_says_what_to_do(
    client: FlaskClient, database: Session, sign_in: SignIn, query: str, advice: str
) -> None:
    if "page" in query:
        with writing(database):
            make_completion(database, make_learner(database))
    sign_in()
    assert advice in client.get(REGISTER + query).text


def test_long_register_has_pages_that_keep_the_filter(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        learner = make_learner(database)
        for _one in range(PAGE_SIZE + 1):
            make_completion(database, learner)
    sign_in()
    page = client.get(f"{REGISTER}?q=rossi").text
    assert f'rel="next" href="{REGISTER}?q=rossi&amp;page=2"' in page
    assert "Pagina 1 di 2" in page
    assert shown(client.get(f"{REGISTER}?q=rossi&page=2").text) == 1


def test_lms_administrator_reads_the_own_deployment_only(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        ours, theirs = make_deployment(database, "Ours"), make_deployment(database, "Theirs Spa")
        made = {}
        for deployment in (ours, theirs):
            learner = make_learner(database, f"Learner of {deployment.platform.name}")
            placement = make_placement(database, learner, deployment)
            made[deployment.id] = make_completion(database, learner, placement=placement)
    sign_in(Role.LMS_ADMINISTRATOR, ours.id)
    for query in ("", f"?deployment={theirs.id}", "?q=theirs", "?kind=module&order=name"):
        assert "Theirs" not in client.get(REGISTER + query).text.replace("«theirs»", "")
        assert all("Theirs" not in str(row) for row in cells(client, FILE + query))
    assert len(cells(client)) == 1
    for tail in ("", "/statement.json", "/evidence.json"):
        assert client.get(f"{REGISTER}/{made[theirs.id].id}{tail}").status_code == 404


def test_visit_of_a_learner_is_refused(client: FlaskClient, database: Session) -> None:
    with writing(database):
        learner = make_learner(database)
        _visit, cookie, secret = make_visit(database, Role.LEARNER, learner_id=learner.id, reads_records=True)
    client.set_cookie(cookie, secret)
    for address in ("/secretariat", REGISTER, FILE):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "non è per te" in answer.text


def test_learners_cookie_under_the_name_of_staff_opens_nothing(
    client: FlaskClient, database: Session
) -> None:
    with writing(database):
        learner = make_learner(database)
        _visit, _cookie, secret = make_visit(database, Role.LEARNER, learner_id=learner.id)
    client.set_cookie("__Host-visit-staff", secret)
    assert client.get(REGISTER).status_code == 401


def test_nobody_signed_in_is_told_how_to_get_in(client: FlaskClient) -> None:
    answer = client.get(REGISTER)
    assert answer.status_code == 401
    assert "nuovo collegamento di accesso" in answer.text


def test_file_has_the_name_and_the_columns_of_the_register(
    client: FlaskClient, database: Session, sign_in: SignIn, clock: Clock
) -> None:
    with writing(database):
        learner = make_learner(database, "Nicolò Verdi")
        made = make_completion(
            database,
            learner,
            activity_id="w01",
            activity_kind="webinar",
            outcome="attended",
            duration_seconds=5399,
        )
    sign_in()
    answer = client.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="coalizione_registro_20261123.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    [row] = cells(client)
    assert row["registrazione_id"] == str(made.id)
    assert row["nome"] == "Nicolò Verdi"
    assert row["completato_il"] == "2026-11-23T10:00:00+01:00"
    assert (row["esito"], row["minuti"], row["punteggio_percentuale"]) == ("attended", "89", "80")
    clock.move(hours=14, minutes=30)  # 23:30 UTC: the next day in Italy
    client.delete_cookie("__Host-visit-staff")


def test_file_for_excel_has_semicolons_and_a_byte_order_mark(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        make_completion(database, make_learner(database, 'Rossi; "Maria"'))
    sign_in()
    data = client.get(f"{FILE}?excel=1").data
    assert data.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert row["nome"] == 'Rossi; "Maria"'


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\uff1d"])
def test_no_cell_is_a_formula(client: FlaskClient, database: Session, sign_in: SignIn, sign: str) -> None:
    with writing(database):
        make_completion(database, make_learner(database, f"{sign}cmd|' /C calc'!A0"))
    sign_in()
    [row] = cells(client)
    assert row["nome"].startswith("'")


def test_export_is_logged_with_reader_filter_count_and_hash(
    client: FlaskClient, database: Session, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(database):
        make_completion(database, make_learner(database, "Maria Rossi"))
    staff_id = sign_in(Role.AUDITOR)
    with caplog.at_level(logging.INFO, "coalizione.export"):
        data = client.get(f"{FILE}?q=maria&outcome=completed").data
    [line] = [record for record in caplog.records if record.name == "coalizione.export"]
    facts = line.__dict__["facts"]
    assert facts["reader"] == {"role": "auditor", "staff": str(staff_id)}
    assert facts["filter"] == {"q": "(given)", "outcome": "completed"}
    assert (facts["rows"], facts["complete"]) == (1, True)
    assert facts["sha256"] == hashlib.sha256(data).hexdigest()
    assert "maria" not in json.dumps(facts).lower()
