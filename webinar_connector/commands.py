"""The command line without the application: plan, apply, status, attendance. Exit 0, 1 refused, 2 usage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path

import click

from course_content import EMBEDDED
from course_content.loader import load_programmes
from course_content.problems import ContentErrors
from course_content.programme import Programme
from webinar_connector.apply import apply
from webinar_connector.attendance import Expected, settle
from webinar_connector.plan import Step, compare
from webinar_connector.printing import (
    attendance_rows,
    booking_rows,
    finding_rows,
    outcome_rows,
    say,
    step_rows,
)
from webinar_connector.providers.bigbluebutton import BigBlueButton, BigBlueButtonSettings
from webinar_connector.providers.bigbluebutton.analytics import read as read_report
from webinar_connector.providers.errors import ProviderError
from webinar_connector.schedule import qualified_id, wanted_webinars
from webinar_connector.store import JsonFileStore, StoreError

REFUSED = (ProviderError, StoreError, ContentErrors)


class Refusal(click.ClickException):
    """The reason on standard error, exit status 1."""


@dataclass(frozen=True, slots=True)
class Context:
    """The options every command shares."""

    programmes: tuple[Path, ...]
    store: JsonFileStore
    as_json: bool
    url: str
    secret: str

    def load(self) -> Sequence[Programme]:
        """The programmes of the given folders, or the embedded ones."""
        return tuple(load_programmes(self.programmes or (EMBEDDED,)).values())

    def steps(self) -> tuple[Step, ...]:
        """The plan."""
        return compare(wanted_webinars(self.load()), self.store.booked())

    def provider(self) -> BigBlueButton:
        """The configured platform; wrong usage when there is none."""
        if not self.url or not self.secret:
            raise click.UsageError(
                "say which platform: --url and --secret, or COALIZIONE_BBB_URL and _SECRET"
            )
        return BigBlueButton(BigBlueButtonSettings(self.url, self.secret))


class Refusing(click.Group):
    """A group whose commands turn every refusal we know into one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except REFUSED as reason:
            raise Refusal(str(reason)) from None
        except BrokenPipeError:
            raise
        except OSError as reason:
            raise Refusal(f"{reason.filename}: {reason.strerror}") from None


OPTIONS = (
    click.option("--programme", "programmes", multiple=True, type=click.Path(exists=True, path_type=Path)),
    click.option("--store", default="webinars.json", show_default=True, type=click.Path(path_type=Path)),
    click.option("--url", envvar="COALIZIONE_BBB_URL", default="", help="BigBlueButton or the local room."),
    click.option("--secret", envvar="COALIZIONE_BBB_SECRET", default="", help="Better in the environment."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)


def sharing(command: Callable[..., None]) -> Callable[..., None]:
    """The options every command has; they arrive as one Context."""

    @wraps(command)
    def with_context(
        programmes: tuple[Path, ...], store: Path, url: str, secret: str, *, as_json: bool, **own: object
    ) -> None:
        command(Context(programmes, JsonFileStore(store), as_json, url, secret), **own)

    for option in reversed(OPTIONS):
        with_context = option(with_context)
    return with_context


@click.group(cls=Refusing)
def main() -> None:
    """Webinars of a programme on a video platform."""


@main.command("plan")
@sharing
def show_plan(context: Context) -> None:
    """Say what apply would do; nothing is changed."""
    say(step_rows(context.steps(), context.store.intents()), as_json=context.as_json)


@main.command("apply")
@sharing
def carry_out(context: Context) -> None:
    """Carry the plan out, saving after each step; a refused step gives exit status 1."""
    provider = context.provider()
    with context.store.only_writer():
        outcomes = tuple(apply(context.steps(), provider, context.store, datetime.now(UTC)))
    in_advance = provider.capabilities().exists_before_start
    say(outcome_rows(outcomes, in_advance=in_advance), as_json=context.as_json)
    if any(outcome.result in {"refused", "differs"} for outcome in outcomes):
        raise click.exceptions.Exit(1)


@main.command("status")
@sharing
def show_status(context: Context) -> None:
    """The bookings and, with a platform configured, its self-test."""
    findings = context.provider().doctor() if context.url and context.secret else ()
    rows = [*booking_rows(context.store.booked(), context.store.intents()), *finding_rows(findings)]
    say(rows, as_json=context.as_json)
    if any(finding.level == "error" for finding in findings):
        raise click.exceptions.Exit(1)


@main.command("attendance")
@click.option(
    "--webinar", required=True, metavar="PROGRAMME.WEBINAR", help="Which webinar, as plan names it."
)
@click.option("--report", required=True, type=click.Path(exists=True, path_type=Path), help="A saved report.")
@click.option(
    "--trainer", "trainers", multiple=True, help="Who taught; default: the moderators of the report."
)
@sharing
def show_attendance(context: Context, webinar: str, report: Path, trainers: tuple[str, ...]) -> None:
    """Who attended for how long, by the rule of the programme, from a saved report."""
    found = {qualified_id(p.id, w.id): w for p in context.load() for w in p.webinars}
    if webinar not in found:
        raise click.BadParameter("no programme has this webinar", param_hint="--webinar")
    events = read_report(report.read_bytes())
    teaching = set(trainers) or {e.person_id for e in events if e.role == "moderator"}
    learners = {e.person_id for e in events if e.person_id} - teaching
    wanted = found[webinar]
    register = settle(events, Expected(wanted.starts_at, wanted.minutes, teaching, learners), wanted.rule)
    say(attendance_rows(register, wanted.rule.threshold_percent), as_json=context.as_json)
