"""A person is erased: nobody can tell who it was, and all that was proved stays provable."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import MetaData, func, select, update
from sqlalchemy.orm import Session

from lms_plugin.commands import main
from lms_plugin.delivery.forwarding.tables import ForwardingTarget
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.proofs.checking import check_proofs
from lms_plugin.proofs.days import seal_due
from lms_plugin.proofs.selection import of_day, of_learner, of_record
from lms_plugin.proofs.tables import Erasure, KeptForm, PersonSecret
from lms_plugin.proofs.verify_pack import Verification
from lms_plugin.records.document import Document
from lms_plugin.records.known_agents import person
from lms_plugin.records.replay import replay
from lms_plugin.records.statement import Agent, Statement
from lms_plugin.records.statement_index import agent_key, identity
from lms_plugin.records.statement_store import store_statements
from lms_plugin.records.statement_unlocking import statements_unlocked
from lms_plugin.records.verify import verify
from lms_plugin.storage import writing
from tests.conftest import SECRET
from tests.factories.people import make_deployment, make_placement, make_visit
from tests.lms_plugin.proofs.life import ANNA, FRIDAY, SEALING, WEDNESDAY, live, packed, repacked
from tests.lms_plugin.records.test_statement_store import made
from tests.services.exports import export

ACCOUNT = "maria.bianchi.1980"


@pytest.fixture
def learner(database: Session) -> Learner:
    one = database.get_one(Learner, live(database, ACCOUNT))
    with writing(database):
        one.name, one.email = "Maria Bianchi", "maria@example.it"
        deployment = make_deployment(database)
        placement = make_placement(database, one, deployment)
        make_visit(database, Role.LEARNER, learner_id=one.id, placement_id=placement.id)
    seal_due(database, SEALING, FRIDAY)
    return one


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["person", "erase", *arguments], env=environment)


def everything(database: Session) -> str:
    """All rows of all tables as one text."""
    database.rollback()
    found = MetaData()
    found.reflect(database.connection())
    rows = [str(row) for table in found.tables.values() for row in database.execute(select(table))]
    database.rollback()
    return "\n".join(rows)


def test_nobody_can_tell_who_it_was_and_every_proof_holds(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    before = packed(database, of_learner(learner))
    with writing(database):
        echo = f"actor {ACCOUNT} is not welcome"
        database.add(
            ForwardingTarget(
                name="t", url="https://lrs.example", key="k", sealed_secret=b"", version="1.0.3",
                created_at=FRIDAY, status_at=FRIDAY, last_answer=echo,
            )
        )  # fmt: skip
    assert ACCOUNT in everything(database)
    done = run(environment, ACCOUNT, "--reason", "richiesta n. 7", "--by", "DPO", "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.output)
    assert facts["counts"]["learners"] == facts["counts"]["visits"] == 1
    assert facts["told"] == ["LRS t", "LMS Moodle del Comune"]
    left = everything(database)
    assert not any(word in left for word in (ACCOUNT, "Maria", "maria@example.it"))
    database.expire_all()
    assert check_proofs(database, SECRET).wrong == ()
    assert verify(database).sound
    after = packed(database, of_learner(learner))
    assert Verification(after).faults == []
    assert ACCOUNT.encode() not in after
    assert Verification(before).faults == [], "a pack made before stays valid: it is in somebody's hands"


def test_replay_gives_what_erasure_left(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    run(environment, ACCOUNT, "--reason", "richiesta")
    database.expire_all()
    left = export(database)
    with writing(database):
        replay(database)
    assert export(database) == left
    assert check_proofs(database, SECRET).wrong == ()


def test_a_learner_named_as_an_agent_is_erased_as_a_learner(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    """Else the learner stayed, and the next replay brought their statements back."""
    agent = {"account": {"homePage": learner.home_page, "name": ACCOUNT}}
    done = run(environment, json.dumps(agent), "--reason", "richiesta", "--json")
    assert (done.exit_code, json.loads(done.output)["counts"]["learners"]) == (0, 1), done.output
    assert not any(word in everything(database) for word in (ACCOUNT, "Maria"))
    two = run(environment, json.dumps(agent | {"mbox": "mailto:m@example.it"}), "--reason", "richiesta")
    assert two.exit_code == 2, "one person has one identifier here: the other is another secret"


def test_dry_run_says_what_would_go_and_changes_nothing(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    before = everything(database)
    done = run(environment, ACCOUNT, "--reason", "prova", "--dry-run")
    assert done.exit_code == 0
    assert "would touch" in done.output
    assert everything(database) == before


def test_a_person_that_only_clients_name_is_erased_from_groups_and_documents_too(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    with writing(database):
        database.add(
            Document(
                key="k", place="p", resource="agent_profile", agent="mbox|mailto:anna@example.it", name="n",
                content_type="text/plain", content=b"likes tea", etag="e", updated=WEDNESDAY,
            )
        )  # fmt: skip
    done = run(environment, ANNA["mbox"], "--reason", "richiesta", "--json")
    assert done.exit_code == 0, done.output
    counts = json.loads(done.output)["counts"]
    assert (counts["statements"], counts["documents"], counts["kept forms"]) == (2, 1, 2)
    left = everything(database)
    assert "anna@" not in left
    assert "Anna Verdi" not in left
    assert "carlo@example.it" in left, "who stands beside them stays"
    pack = Verification(packed(database, of_day(WEDNESDAY.date())))
    assert pack.faults == []
    changed = pack.files["records.jsonl"].replace(b"Carlo Neri", b"Mario Neri")
    faults = Verification(repacked(pack, "records.jsonl", changed)).faults
    assert [fault.split(": ")[-1] for fault in faults if "line" in fault] == [
        "is not what was sealed on 2026-11-25 at position 1", "what is kept is not what was sealed",
    ]  # fmt: skip
    assert check_proofs(database, SECRET).wrong == ()


def test_two_persons_of_one_statement_are_erased_one_after_the_other(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    for one in ("mailto:anna@example.it", "mailto:carlo@example.it"):
        assert run(environment, one, "--reason", "richiesta").exit_code == 0
    assert "@example.it" not in everything(database).replace("maria@example.it", "")
    assert check_proofs(database, SECRET).wrong == ()
    assert Verification(packed(database, of_day(WEDNESDAY.date()))).faults == []


def test_the_erasure_itself_is_sealed_with_its_day(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    run(environment, ACCOUNT, "--reason", "richiesta n. 7", "--by", "DPO")
    with writing(database):
        database.execute(update(KeptForm).values(erasure_id=uuid4()))
    found = check_proofs(database, SECRET).wrong
    assert {one.reason for one in found} == {"a person was taken out, and no erasure says so"}
    (row,) = database.scalars(select(Erasure)).all()
    assert (row.erased_by, row.reason) == ("DPO", "richiesta n. 7")
    seal_due(database, SEALING, max(row.at, FRIDAY) + timedelta(days=2))
    pack = Verification(packed(database, of_record(row.id)))
    assert (pack.faults, pack.counted.total()) == ([], 1)


def test_what_is_said_after_an_erasure_and_before_the_seal_is_sealed_as_it_is(
    database: Session, environment: dict[str, str]
) -> None:
    live(database, ACCOUNT)
    run(environment, ACCOUNT, "--reason", "richiesta")
    database.rollback()
    seal_due(database, SEALING, FRIDAY)
    assert check_proofs(database, SECRET).wrong == ()
    assert ACCOUNT not in everything(database)


@pytest.mark.parametrize(
    ("account", "reason", "code"),
    [
        ("nobody", "richiesta", "learner_unknown"),
        ("mailto:nobody@example.it", "richiesta", "person_unknown"),
        (ACCOUNT, "lo chiede la sig.ra bianchi", "reason_names_person"),
        ('{"account": {"homePage": "https://a.example", "name": "rossi"}}', "Rossi", "reason_names_person"),
    ],
)
def test_erasure_refuses_with_a_reason(
    database: Session, learner: Learner, environment: dict[str, str], account: str, reason: str, code: str
) -> None:
    done = run(environment, account, "--reason", reason, "--json")
    assert (done.exit_code, json.loads(done.output)["error"]) == (1, code)
    assert database.scalar(select(Erasure.id)) is None
    assert len(database.scalars(select(PersonSecret.person)).all()) > 2


def test_what_was_changed_before_an_erasure_stays_visible(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    verb = func.replace(Statement.body, "verbs/experienced", "verbs/mastered")
    with writing(database), statements_unlocked(database):
        database.execute(update(Statement).where(Statement.body.contains("anna@")).values(body=verb))
    assert run(environment, ANNA["mbox"], "--reason", "richiesta").exit_code == 0
    database.expire_all()
    assert [one.what.split()[0] for one in check_proofs(database, SECRET).wrong] == ["statement"] * 2


def test_who_comes_again_after_the_erasure_is_known_by_their_names_again(
    database: Session, learner: Learner, environment: dict[str, str]
) -> None:
    # As a web process does, that has seen the agent and remembers it while another process erases.
    account = {"account": {"homePage": learner.home_page, "name": learner.account_name}}

    def say(name: str, at: datetime) -> None:
        statement = made(actor={**account, "name": name})
        with writing(database):
            store_statements(database, [statement], authority=ANNA, origin="client", now=at)

    for second in range(2):
        say("Maria", FRIDAY + timedelta(seconds=second))
    assert run(environment, ACCOUNT, "--reason", "richiesta n. 7", "--by", "DPO").exit_code == 0
    database.rollback()
    for name in ("Mara", "Maria"):
        say(name, FRIDAY + timedelta(minutes=1))
    assert sorted(person(database, account)["name"]) == ["Mara", "Maria"]
    key = agent_key(account) or ""
    assert database.scalar(select(Agent.key).where(Agent.id == identity(key))) == key
