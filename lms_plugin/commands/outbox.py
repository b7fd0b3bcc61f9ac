"""`coalizione outbox list|retry`: what could not be delivered, and another try."""

from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_plugin.commands.console import json_option, now, open_database, refusing, say
from lms_plugin.delivery.resending import requeue
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import DEAD
from lms_plugin.storage import writing

STATUSES = click.Choice(["waiting", "delivered", "not_wanted", "dead"])


@click.group("outbox")
def outbox_group() -> None:
    """Statements and scores on their way to other systems."""


@outbox_group.command("list")
@click.option("--status", type=STATUSES, default=DEAD, show_default=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@refusing
def list_command(*, status: str, limit: int, as_json: bool) -> None:
    """Show outbox rows with the last answer of the other side, the oldest first."""
    rows = select(OutboxItem).where(OutboxItem.status == status)
    with open_database() as database:
        found = [
            _described(database, item)
            for item in database.scalars(rows.order_by(OutboxItem.created_at).limit(limit))
        ]
    line = "{id} {target} {attempts} attempts, last status {http_status}: {answer}"
    lines = [line.format_map(one) for one in found]
    say("\n".join(lines) or f"no row is {status}", {"items": found}, as_json=as_json)


@outbox_group.command("retry")
@click.argument("item_id", required=False, type=click.UUID)
@click.option("--all-dead", is_flag=True, help="Put every dead row back.")
@json_option
@refusing
def retry_command(*, item_id: UUID | None, all_dead: bool, as_json: bool) -> None:
    """Put a dead row back, to be delivered by the next worker."""
    if (item_id is None) is not all_dead:
        raise click.UsageError("give the id of one row, or --all-dead")
    with open_database() as database, writing(database):
        dead = select(OutboxItem.id).where(OutboxItem.status == DEAD)
        ids = database.scalars(dead).all() if item_id is None else [item_id]
        for one in ids:
            requeue(database, one, now())
    say(f"{len(ids)} put back", {"requeued": [str(one) for one in ids]}, as_json=as_json)


def _described(database: Session, item: OutboxItem) -> dict[str, object]:
    attempts = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == item.id)
    last = database.scalar(attempts.order_by(DeliveryAttempt.at.desc()).limit(1))
    return {
        "id": str(item.id),
        "target": item.target,
        "completion_id": str(item.completion_id),
        "attempts": item.attempts,
        "due_at": item.due_at.isoformat(),
        "http_status": last.http_status if last else None,
        "answer": last.answer if last else "",
    }
