"""`coalizione outbox list|resend`: what is on its way to other systems, and another try."""

import contextlib
from collections.abc import Sequence
from uuid import UUID

import click
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms_plugin.commands.console import json_option, now, open_database, refusing, say
from lms_plugin.delivery.resending import requeue
from lms_plugin.errors import Refusal
from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import DEAD, NOT_WANTED, WAITING
from lms_plugin.storage import writing

STATUSES = ("waiting", "delivered", "not_wanted", "dead", "superseded")
CHUNK = 500
platform_option = click.option("--platform", help="Only scores for this LMS: its name, issuer or id.")
Ids = Select[UUID]


class PlatformUnclear(Refusal):
    """No registered LMS has this name, or several have."""

    code = "platform_unclear"
    status = 404


@click.group("outbox")
def outbox_group() -> None:
    """Scores on their way to grade books; for statements see `coalizione lrs target`."""


@outbox_group.command("list")
@click.option("--status", type=click.Choice(STATUSES), default=DEAD, show_default=True)
@platform_option
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
@refusing
def list_command(*, status: str, platform: str | None, limit: int, as_json: bool) -> None:
    """Show outbox rows with the last answer of the other side, the oldest first."""
    with open_database() as database:
        ids = _chosen(database, (status,), platform)
        rows = select(OutboxItem).where(OutboxItem.id.in_(ids))
        found = [
            _described(database, item)
            for item in database.scalars(rows.order_by(OutboxItem.created_at, OutboxItem.id).limit(limit))
        ]
        total = database.scalar(select(func.count()).select_from(ids.subquery())) or 0
    line = "{id} {target} {attempts} attempts, last status {http_status}: {answer}"
    lines = [line.format_map(one) for one in found]
    if total > len(found):
        lines.append(f"… and {total - len(found)} more: raise --limit")
    say("\n".join(lines) or f"no row is {status}", {"items": found, "total": total}, as_json=as_json)


@outbox_group.command("resend")
@click.argument("item_id", required=False, type=click.UUID)
@click.option("--all", "everything", is_flag=True, help="Every row that the options below leave.")
@platform_option
@click.option("--not-wanted", is_flag=True, help="With --all: those too that the LMS did not want.")
@click.option("--waiting", is_flag=True, help="With --all: those too that wait for their next try.")
@click.option("--dry-run", is_flag=True, help="Only say how many.")
@json_option
@refusing
def resend_command(
    *,
    item_id: UUID | None,
    everything: bool,
    platform: str | None,
    not_wanted: bool,
    waiting: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put a row back, or all dead ones, to be sent by the next worker."""
    if (item_id is None) is not everything:
        raise click.UsageError("give the id of one row, or --all")
    if item_id is not None and (platform or not_wanted or waiting):
        raise click.UsageError("--platform, --not-wanted and --waiting go with --all")
    with open_database() as database:
        ids = [item_id] if item_id else _stuck(database, platform, (not_wanted, waiting))
        if not dry_run:
            _put_back(database, ids, waiting=waiting or item_id is not None)
    told = {"requeued": [str(one) for one in ids], "dry_run": dry_run}
    say(f"{len(ids)} {'would be ' if dry_run else ''}put back", told, as_json=as_json)


def _stuck(database: Session, platform: str | None, also: tuple[bool, bool]) -> Sequence[UUID]:
    not_wanted, waiting = also
    statuses = (DEAD, *((NOT_WANTED,) if not_wanted else ()), *((WAITING,) if waiting else ()))
    ids = _chosen(database, statuses, platform)
    if waiting:  # what is due goes out by itself
        ids = ids.where(or_(OutboxItem.status != WAITING, OutboxItem.due_at > now()))
    return database.scalars(ids.order_by(OutboxItem.created_at, OutboxItem.id)).all()


def _put_back(database: Session, ids: Sequence[UUID], *, waiting: bool) -> None:
    for start in range(0, len(ids), CHUNK):
        with writing(database):
            for one in ids[start : start + CHUNK]:
                requeue(database, one, now(), waiting=waiting)


def _chosen(database: Session, statuses: Sequence[str], platform: str | None) -> Ids:
    ids = select(OutboxItem.id).where(OutboxItem.status.in_(statuses))
    if platform is None:
        return ids
    behind_links = select(Placement.id).join(ResourceLink).join(Deployment)
    return ids.where(
        OutboxItem.lane.in_(behind_links.where(Deployment.platform_id == _platform(database, platform)))
    )


def _platform(database: Session, named: str) -> UUID:
    """The LMS of this name, issuer or id; raises PlatformUnclear."""
    same = [Platform.name == named, Platform.issuer == named]
    with contextlib.suppress(ValueError):
        same.append(Platform.id == UUID(named))
    found = database.scalars(select(Platform.id).where(or_(*same))).all()
    if len(found) != 1:
        number = "no LMS has" if not found else f"{len(found)} LMSs have"
        raise PlatformUnclear(f"{number} the name, issuer or id {named!r}: see `coalizione platform list`")
    return found[0]


def _described(database: Session, item: OutboxItem) -> dict[str, object]:
    attempts = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == item.id)
    last = database.scalar(attempts.order_by(DeliveryAttempt.at.desc()).limit(1))
    return {
        "id": str(item.id),
        "target": item.target,
        "status": item.status,
        "completion_id": str(item.completion_id),
        "attempts": item.attempts,
        "due_at": item.due_at.isoformat(),
        "http_status": last.http_status if last else None,
        "answer": last.answer if last else "",
    }
