"""The statements page: whom and what it finds, its pages, its files, one statement down to its evidence."""

import csv
import io
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.records.statement import Statement
from lms_plugin.records.statement_store import store_statement
from lms_plugin.secretariat.statement_queries import PAGE_SIZE
from lms_plugin.storage import writing
from tests.factories.people import MOMENT, make_deployment, make_learner
from tests.factories.records import make_completion, make_evidence, make_statement
from tests.lms_plugin.secretariat.conftest import SignIn

PAGE = "/secretariat/statements"
FIRST_OF_ALL = f"0001-01-01T00:00:00+10:00~{UUID(int=0)}~0001-01-01T00:00:00+10:00"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"


def keep(database: Session, *, after: float = 0, **parts: object) -> UUID:
    """A client's statement, stored so many seconds after MOMENT."""
    statement = {
        "id": str(uuid4()),
        "timestamp": MOMENT.isoformat(),
        "actor": {"objectType": "Agent", "mbox": "mailto:a@example.org"},
        "verb": {"id": "https://verbs.example/tried", "display": {"en": "tried"}},
        "object": {"id": "https://things.example/one", "definition": {"name": {"it": "Una cosa"}}},
        **parts,
    }
    authority = {"objectType": "Agent", "account": {"homePage": "https://other.example", "name": "them"}}
    stored = MOMENT + timedelta(seconds=after)
    with writing(database):
        store_statement(database, statement, authority=authority, origin="client", stored=stored)
    return UUID(str(statement["id"]))


def test_staff_search_by_person_verb_activity_and_origin(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        maria = make_learner(database, "Maria Rossi")
        make_statement(database, make_completion(database, maria), maria)
    keep(database, after=5)
    sign_in()
    everything = client.get(PAGE).text
    assert "Una cosa" in everything
    assert maria.account_name in everything
    ours = ("?who=maria", "?verb=completed", "?activity=co-alizione/m1", "?origin=own")
    theirs = ("?who=mailto:a@example.org", "?verb=https://verbs.example/tried", "?origin=client")
    for query, shown in [(one, True) for one in ours] + [(one, False) for one in theirs]:
        page = client.get(PAGE + query).text
        assert (maria.account_name in page, "Una cosa" in page) == (shown, not shown), query


def test_words_of_another_language_say_which(client: FlaskClient, database: Session, sign_in: SignIn) -> None:
    kept = keep(database)
    sign_in()
    for path in (PAGE, f"{PAGE}/{kept}"):
        english, italian = (client.get(f"{path}?lang={language}").text for language in ("en", "it"))
        assert '<span lang="it">Una cosa</span>' in english
        assert '<span lang="en">tried</span>' in italian
        assert '<span lang="en">' not in english
        assert '<span lang="it">' not in italian


def test_several_people_of_one_name_are_offered_to_choose_from(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        first = make_learner(database, "Maria Rossi")
        make_learner(database, "Maria Bianchi")
        make_statement(database, make_completion(database, first), first)
    sign_in()
    page = client.get(f"{PAGE}?who=maria").text
    assert f"learner={first.id}" in page
    assert "Quale persona cerchi?" in page
    assert first.account_name in client.get(f"{PAGE}?learner={first.id}").text
    assert client.get(f"{PAGE}.ndjson?who=maria").status_code == 400
    assert "Nessuna persona si chiama così" in client.get(f"{PAGE}?who=nessuno").text


def test_pages_show_each_statement_once_and_file_has_them_all(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    number = PAGE_SIZE + 3
    kept = [str(keep(database, after=place)) for place in range(number)]
    sign_in()
    first = client.get(PAGE).text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    on_first = [one for one in kept if f"/statements/{one}" in first]
    on_second = [one for one in kept if f"/statements/{one}" in second]
    assert len(on_first) == PAGE_SIZE
    assert sorted(on_first + on_second) == sorted(kept)
    lines = client.get(f"{PAGE}.ndjson?order=oldest").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == kept
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}.csv").text)))
    assert len(rows) == number
    assert {row["verbo"] for row in rows} == {"tried"}


def test_days_are_days_in_italy_both_included(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    one = keep(database)  # 23 November, 10:00 in Italy
    sign_in()
    for query, found in (("from=2026-11-23&to=2026-11-23", True), ("from=2026-11-24", False)):
        assert (str(one) in client.get(f"{PAGE}?{query}").text) is found
    assert client.get(f"{PAGE}?from=2026-11-24&to=2026-11-23").status_code == 400


def test_cells_of_strangers_are_no_formulas(client: FlaskClient, database: Session, sign_in: SignIn) -> None:
    keep(database, object={"id": "https://x.example/1", "definition": {"name": {"it": "=HYPERLINK(1)"}}})
    sign_in()
    assert "'=HYPERLINK(1)" in client.get(f"{PAGE}.csv").text


def test_one_statement_opens_into_its_text_and_its_record(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    with writing(database):
        maria = make_learner(database, "Maria Rossi")
        completion = make_completion(database, maria, evidence=[make_evidence(database, maria)])
        statement = make_statement(database, completion, maria)
    sign_in(Role.AUDITOR)
    page = client.get(f"{PAGE}/{statement.id}").text
    assert f"/secretariat/records/{completion.id}" in page
    assert "Lezione letta" in page
    assert "&#34;verb&#34;" in page
    assert client.get(f"{PAGE}/{statement.id}.json").get_json()["id"] == str(statement.id)


def test_voided_statement_is_shown_as_such_with_what_voids_it(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    one = keep(database)
    reference = {"objectType": "StatementRef", "id": str(one)}
    by = keep(database, after=1, verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=reference)
    assert database.get_one(Statement, one).voided_by == by
    sign_in()
    page = client.get(f"{PAGE}/{one}").text
    assert "è stata annullata" in page
    assert f"{PAGE}/{by}" in page


@pytest.mark.parametrize(
    "after", ["nonsense", "2026-11-23T10:00:00+00:00~x~y", "~~", "0001-01-01~~", FIRST_OF_ALL]
)
def test_place_to_read_on_that_we_never_wrote_is_refused(
    client: FlaskClient, sign_in: SignIn, after: str
) -> None:
    sign_in()
    assert client.get(PAGE, query_string={"after": after}).status_code == 400


def test_lms_administrators_and_strangers_read_no_statements(
    client: FlaskClient, database: Session, sign_in: SignIn
) -> None:
    one = keep(database)
    addresses = (PAGE, f"{PAGE}.csv", f"{PAGE}.ndjson", f"{PAGE}/{one}", f"{PAGE}/{one}.json")
    assert {client.get(address).status_code for address in addresses} <= {401, 403}
    with writing(database):
        deployment = make_deployment(database).id
    sign_in(Role.LMS_ADMINISTRATOR, deployment)
    assert {client.get(address).status_code for address in addresses} == {403}


def test_statement_that_is_not_there_is_not_found(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in()
    assert client.get(f"{PAGE}/{uuid4()}").status_code == 404
    assert client.get(f"{PAGE}/{uuid4()}.json").status_code == 404
