"""What deliveries keep of a person who is erased: answers of other systems, scores that wait."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.tables import ForwardingLetter, ForwardingTarget
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import NOT_WANTED, WAITING, add_attempts
from lms_plugin.records.statement import StatementAgent

AT_ONCE = 500


def forget_deliveries(database: Session, learner_id: UUID, now: datetime) -> int:
    """No score of the learner is sent any more, and no answer to one is kept; how many were still to go.

    Inside the caller's `writing`.
    """
    placements = select(Placement.id).where(Placement.learner_id == learner_id)
    items = select(OutboxItem.id).where(OutboxItem.lane.in_(placements))
    answers = update(DeliveryAttempt).where(DeliveryAttempt.outbox_id.in_(items)).values(answer="")
    database.execute(answers.execution_options(synchronize_session=False))
    waiting = database.scalars(items.where(OutboxItem.status == WAITING)).all()
    add_attempts(
        database,
        [
            DeliveryAttempt(id=uuid4(), outbox_id=one, at=now, outcome=NOT_WANTED, answer="")
            for one in waiting
        ],
    )
    return len(waiting)


def forget_answers(database: Session, agent_id: UUID) -> None:
    """Keeps no answer of a target about statements that name this agent; inside the caller's `writing`.

    Nor the last answer of any target: nobody knows which statements that was about.
    """
    named = select(StatementAgent.statement_id).where(StatementAgent.agent_id == agent_id)
    last = update(ForwardingTarget).values(last_answer="")
    database.execute(last.execution_options(synchronize_session=False))
    letters = update(ForwardingLetter).where(ForwardingLetter.statement_id.in_(named)).values(answer="")
    database.execute(letters.execution_options(synchronize_session=False))


def who_was_told(database: Session, learner_id: UUID | None) -> Sequence[str]:
    """Whom we cannot make forget: targets of forwarding, and the LMSs that a learner came from."""
    targets = [
        f"LRS {name}"
        for name in database.scalars(select(ForwardingTarget.name).order_by(ForwardingTarget.name))
    ]
    lms = select(Platform.name).join(Deployment).join(ResourceLink).join(Placement)
    lms = lms.where(Placement.learner_id == learner_id).distinct().order_by(Platform.name)
    return [*targets, *(f"LMS {name}" for name in database.scalars(lms))]
