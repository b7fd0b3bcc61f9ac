"""Which leaves a pack is about: one record, a learner with all that concerns them, or a whole day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.people.learner import Learner
from lms_plugin.proofs.tables import ProofDay, ProofLeaf
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.statement import StatementAgent
from lms_plugin.records.statement_index import agent_key, identity


class NothingSealed(Refusal):
    """There is no sealed record of what was asked for."""

    code = "nothing_sealed"
    status = 404


@dataclass(frozen=True, slots=True)
class Selection:
    """Leaves of sealed days, in their order, and what the manifest says of them."""

    about: Mapping[str, Any]
    leaves: Select[ProofLeaf]

    def read(self, database: Session, many: int) -> Iterator[list[ProofLeaf]]:
        """The leaves, so many at a time."""
        found = database.scalars(self.leaves.execution_options(yield_per=many))
        yield from (list(part) for part in found.partitions(many))


def of_record(record_id: UUID) -> Selection:
    """One record, of whatever kind."""
    return Selection({"record": str(record_id)}, _sealed().where(ProofLeaf.record_id == record_id))


def of_day(day: date) -> Selection:
    """Everything that was sealed on a day."""
    return Selection({"day": day.isoformat()}, _sealed().where(ProofLeaf.day == day))


def of_learner(learner: Learner) -> Selection:
    """The learner, their evidence, and every statement that names them."""
    account = {"homePage": learner.home_page, "name": learner.account_name}
    key = identity(agent_key({"account": account}) or "")
    evidence = select(Evidence.id).where(Evidence.learner_id == learner.id)
    statements = select(StatementAgent.statement_id).where(StatementAgent.agent_id == key)
    of_them = or_(
        and_(ProofLeaf.kind == "learner", ProofLeaf.record_id == learner.id),
        and_(ProofLeaf.kind == "evidence", ProofLeaf.record_id.in_(evidence)),
        and_(ProofLeaf.kind == "statement", ProofLeaf.record_id.in_(statements)),
    )
    return Selection({"learner": str(learner.id)}, _sealed().where(of_them))


def _sealed() -> Select[ProofLeaf]:
    days = select(ProofLeaf).join(ProofDay, ProofDay.day == ProofLeaf.day)
    return days.order_by(ProofLeaf.day, ProofLeaf.position)
