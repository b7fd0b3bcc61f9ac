"""What can be put in an LMS's course: programmes with their parts, and records for those who read them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _

from course_content.programme import FinalAssessment, Programme, TrainingModule, Webinar, text_in
from lms_plugin.delivery.columns import resource_id_of
from lms_plugin.launching.targets import CUSTOM_ACTIVITY, CUSTOM_PROGRAMME

PERCENT_MAXIMUM, WEBINAR_MAXIMUM = 100, 1  # what records/scores.py counts to; LMSs convert
RECORDS = "records"


class Kind(StrEnum):
    """What an item is; also the value of the filter."""

    PROGRAMME = "programme"
    MODULE = "module"
    WEBINAR = "webinar"
    FINAL_ASSESSMENT = "final_assessment"
    CALENDAR = "calendar"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing to pick; `maximum` is 0 where nothing is graded, `ready` False where a launch would fail."""

    key: str
    kind: Kind
    title: str
    text: str
    path: str
    custom: Mapping[str, str]
    resource_id: str = ""
    maximum: int = 0
    ready: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    date_known: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading; `programme` is the heading above it, empty for what belongs to none."""

    programme: str
    title: str
    items: tuple[Offered, ...]


def offer(programmes: Mapping[str, Programme], language: str, *, records: bool) -> tuple[Group, ...]:
    """Everything on offer, titles in this language."""
    groups = [group for programme in programmes.values() for group in _groups(programme, language)]
    if records:
        groups.append(Group("", _("Segreteria"), (_records(),)))
    return tuple(group for group in groups if group.items)


def all_items(groups: Iterable[Group]) -> dict[str, Offered]:
    """Every item by its key."""
    return {item.key: item for group in groups for item in group.items}


def narrowed(groups: Iterable[Group], words: str, kind: str) -> Iterator[Group]:
    """The groups with only the items that hold all the words and are of the kind, if one is named."""
    wanted = words.casefold().split()
    for group in groups:
        kept = tuple(one for one in group.items if kind in {"", one.kind} and _holds(one, wanted))
        if kept:
            yield Group(group.programme, group.title, kept)


def _holds(item: Offered, words: list[str]) -> bool:
    text = f"{item.title} {item.text}".casefold()
    return all(word in text for word in words)


def _groups(programme: Programme, language: str) -> Iterator[Group]:
    title = text_in(programme.title, language)
    yield Group(title, _("Tutto il programma"), (_whole(programme, language), _calendar(programme, language)))
    modules = tuple(_module(programme, one, language) for one in programme.modules)
    yield Group(title, _("Moduli"), modules)
    final = programme.final_assessment
    yield Group(title, _("Verifica finale"), (_final(programme, final, language),) if final else ())
    yield Group(title, _("Webinar"), tuple(_webinar(programme, one, language) for one in programme.webinars))


def _whole(programme: Programme, language: str) -> Offered:
    return Offered(
        key=programme.id,
        kind=Kind.PROGRAMME,
        title=text_in(programme.title, language),
        text=text_in(programme.description, language),
        path=f"/programmes/{programme.id}",
        custom={CUSTOM_PROGRAMME: programme.id},
    )


def _calendar(programme: Programme, language: str) -> Offered:
    return Offered(
        key=f"{programme.id}.calendar",
        kind=Kind.CALENDAR,
        title=_("Calendario – %(title)s", title=text_in(programme.title, language)),
        text=_("Date dei webinar e delle giornate in presenza."),
        path=f"/programmes/{programme.id}/calendar",
        custom={CUSTOM_PROGRAMME: programme.id},
    )


def _module(programme: Programme, module: TrainingModule, language: str) -> Offered:
    title = text_in(module.title, language)
    return Offered(
        key=f"{programme.id}.{module.id}",
        kind=Kind.MODULE,
        title=_("Modulo %(number)s – %(title)s", number=module.number, title=title),
        text=text_in(module.subtitle, language),
        path=f"/programmes/{programme.id}/modules/{module.id}",
        custom=_named(programme, module.id),
        resource_id=resource_id_of(programme.id, module.id),
        maximum=PERCENT_MAXIMUM,
        ready=module.ready,
    )


def _final(programme: Programme, final: FinalAssessment, language: str) -> Offered:
    return Offered(
        key=f"{programme.id}.{final.id}",
        kind=Kind.FINAL_ASSESSMENT,
        title=text_in(final.title, language),
        text=text_in(final.intro, language),
        path=f"/programmes/{programme.id}/final-assessment",
        custom=_named(programme, final.id),
        resource_id=resource_id_of(programme.id, final.id),
        maximum=PERCENT_MAXIMUM,
    )


def _webinar(programme: Programme, webinar: Webinar, language: str) -> Offered:
    title, starts_at = text_in(webinar.title, language), webinar.starts_at
    early = timedelta(minutes=webinar.rule.early_minutes)
    return Offered(
        key=f"{programme.id}.{webinar.id}",
        kind=Kind.WEBINAR,
        title=_("Webinar %(number)s – %(title)s", number=webinar.number, title=title),
        text=_("Incontro dal vivo di %(minutes)s minuti.", minutes=webinar.minutes),
        path=f"/programmes/{programme.id}/webinars/{webinar.id}",
        custom=_named(programme, webinar.id),
        resource_id=resource_id_of(programme.id, webinar.id),
        maximum=WEBINAR_MAXIMUM,
        opens_at=starts_at - early if starts_at else None,
        closes_at=starts_at + timedelta(minutes=webinar.minutes) if starts_at else None,
        date_known=starts_at is not None,
    )


def _named(programme: Programme, activity_id: str) -> Mapping[str, str]:
    return {CUSTOM_PROGRAMME: programme.id, CUSTOM_ACTIVITY: activity_id}


def _records() -> Offered:
    return Offered(
        key=RECORDS,
        kind=Kind.RECORDS,
        title=_("Registro della segreteria"),
        text=_("Le attività svolte, con le prove e l'esportazione. Si apre solo a chi amministra l'LMS."),
        path="/secretariat",
        custom={},
    )
