"""A slice of `make fuzz`: mutated statements are stored whole or refused, never a fault of ours."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.records.statement import Statement
from tests.lms_plugin.lrs.conftest import Lrs
from tests.lms_plugin.lrs.fuzzing import Fuzzer
from tests.lms_plugin.lrs.mutations import TEMPLATES, Mutator

COUNT = select(func.count()).select_from(Statement)


def test_mutated_statements_are_stored_whole_or_refused(lrs: Lrs, database: Session) -> None:
    def stored() -> int:
        database.rollback()
        return database.scalar(COUNT) or 0

    fuzzer = Fuzzer(lrs, stored, seed=4)
    for _time in range(200):
        fuzzer.one()
    assert {"post 200", "post 400", "put 204", "put 400", "batch 200", "batch 400"} <= fuzzer.outcomes.keys()


def test_one_seed_makes_the_same_statements() -> None:
    one, other = Mutator(7), Mutator(7)
    assert [one.text(one.statement()) for _time in range(50)] == [
        other.text(other.statement()) for _time in range(50)
    ]


def test_templates_are_not_changed_by_their_mutants() -> None:
    before = repr(TEMPLATES)
    mutator = Mutator(1)
    for _time in range(200):
        mutator.statement()
    assert repr(TEMPLATES) == before
