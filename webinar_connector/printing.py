"""What the commands say: rows that are one JSON object each, and one line each for a person."""

import json
from collections.abc import Iterable, Iterator, Mapping

import click

from webinar_connector.apply import Outcome
from webinar_connector.attendance import Register
from webinar_connector.plan import Change, Create, Step, webinar_id
from webinar_connector.webinars import BookedWebinar, Finding

Row = tuple[str, Mapping[str, object]]
RESULT_WORDS = {
    "done": "done on the platform",
    "ready": "booked here; ready to open",
    "kept": "already as wanted",
    "differs": "the platform holds something else: apply again",
    "refused": "refused",
}


def say(rows: Iterable[Row], *, as_json: bool) -> None:
    """Print the rows: one line each, or one JSON array."""
    everything = list(rows)
    if as_json:
        click.echo(json.dumps([facts for _, facts in everything], ensure_ascii=False, indent=1))
    elif not everything:
        click.echo("nothing")
    for line, _ in everything if not as_json else ():
        click.echo(line)


def step_rows(steps: Iterable[Step], intents: Mapping[str, str]) -> Iterator[Row]:
    """The plan; a step that was begun and never finished says so."""
    for step in steps:
        id_ = webinar_id(step)
        wanted = step.wanted if isinstance(step, Create | Change) else None
        title = wanted.title if wanted else ""
        start = wanted.starts_at.isoformat() if wanted and wanted.starts_at else None
        begun = id_ in intents
        line = f"{step.kind:6} {id_} {title}".rstrip() + (
            "  (begun before, outcome unknown)" if begun else ""
        )
        yield line, {"step": step.kind, "webinar": id_, "title": title, "starts_at": start, "begun": begun}


def outcome_rows(outcomes: Iterable[Outcome], *, in_advance: bool) -> Iterator[Row]:
    """What became of each step, and an honest word where the platform keeps no calendar."""
    for outcome in outcomes:
        words = RESULT_WORDS[outcome.result] + (f": {outcome.reason}" if outcome.reason else "")
        facts = {"webinar": outcome.webinar_id, "step": outcome.step, "result": outcome.result}
        yield f"{outcome.step:6} {outcome.webinar_id}: {words}", {**facts, "reason": outcome.reason}
    if not in_advance:
        note = (
            "This platform has no calendar: nothing was created on it. A room opens when its trainer enters."
        )
        yield note, {"note": note}


def booking_rows(booked: Iterable[BookedWebinar], intents: Mapping[str, str]) -> Iterator[Row]:
    """The bookings, then what was begun and never finished."""
    for one in sorted(booked, key=lambda b: b.id):
        at = one.booked_at.isoformat(timespec="seconds")
        facts = {"webinar": one.id, "provider": one.provider, "external_id": one.external_id, "booked_at": at}
        yield f"{one.id}: {one.provider} {one.external_id}, booked {at}", facts
    for id_, step in sorted(intents.items()):
        yield f"{id_}: {step} begun, outcome unknown: apply again", {"webinar": id_, "begun": step}


def finding_rows(findings: Iterable[Finding]) -> Iterator[Row]:
    """The self-test of the platform."""
    for finding in findings:
        facts = {"level": finding.level, "code": finding.code, "sentence": finding.sentence}
        yield f"{finding.level:7} {finding.sentence}", facts


def attendance_rows(register: Register, threshold: int) -> Iterator[Row]:
    """Minutes, percentage and outcome of each person; then who could not be matched."""
    for one in register.attendances:
        facts = {
            "person": one.person_id,
            "attended_seconds": one.attended_seconds,
            "denominator_seconds": one.denominator_seconds,
            "percent": one.percent,
            "reached": one.reached,
            "estimated": one.estimated,
        }
        mark = "reached" if one.reached else "not reached"
        guess = ", partly estimated" if one.estimated else ""
        minutes = f"{one.attended_seconds // 60} of {one.denominator_seconds // 60} min"
        yield f"{one.person_id}: {minutes}, {one.percent} % (threshold {threshold} %): {mark}{guess}", facts
    for stay in register.unmatched:
        yield f"{stay.person_id}: nobody we know, to be matched by hand", {"unmatched": stay.person_id}
