"""The running texts of a programme as a page shows them: with the addresses of this visit."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup, escape

from course_content.lexicon import SourcedFact
from course_content.programme import Programme, TrainingModule
from lms_plugin.modules.lesson_calls import called
from lms_plugin.modules.lesson_text import Link, Section, links, sections, with_addresses
from lms_plugin.web.clock import now


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the text with the addresses of this visit."""

    anchor: str
    title: str
    html: Markup


def doubtful_of(facts: Iterable[SourcedFact]) -> frozenset[str]:
    """The ids of the facts that readers must be told to check."""
    return frozenset(fact.id for fact in facts if fact.is_doubtful(now().date()))


def section_views(
    found: Programme, module: TrainingModule, body: str, doubtful: frozenset[str]
) -> list[SectionView]:
    """A Markdown text in its sections."""
    parts = sections(module.revision, body, found.lexicon, doubtful)
    return [_section(found, module, part) for part in parts]


@dataclass(frozen=True, slots=True)
class Texts:
    """Short texts of one page, by name, and the facts that they call."""

    html: dict[str, Markup]
    facts: list[SourcedFact]
    doubtful: frozenset[str]


def short_texts(found: Programme, module: TrainingModule, bodies: dict[str, str]) -> Texts:
    """Markdown texts without headings, and what they stand on."""
    facts = called("\n\n".join(bodies.values()), found.lexicon)
    doubtful = doubtful_of(facts)
    html = {
        name: Markup("").join(view.html for view in section_views(found, module, body, doubtful))
        for name, body in bodies.items()
    }
    return Texts(html, facts, doubtful)


def _section(found: Programme, module: TrainingModule, part: Section) -> SectionView:
    addresses = {link: str(escape(_activity_address(found, link))) for link in links(part.html)}
    media = url_for("modules.media", programme_id=found.id, module_id=module.id, file="")
    html = with_addresses(part.html, addresses).replace('src="media/', f'src="{escape(media)}')
    return SectionView(part.anchor, part.title, Markup(html))  # noqa: S704 - cleaned by nh3 in lesson_text


def _activity_address(found: Programme, link: Link) -> str:
    if link.kind == "module":
        return url_for("modules.module", programme_id=found.id, module_id=link.id)
    if link.kind == "webinar":
        return url_for("webinars.webinar", programme_id=found.id, webinar_id=link.id)
    if link.kind == "glossary":
        return url_for("modules.glossary", programme_id=found.id, _anchor=link.id)
    if link.kind == "simulation":
        home = next(one for one in found.modules if any(each.id == link.id for each in one.simulations))
        return url_for("modules.simulation", programme_id=found.id, module_id=home.id, simulation_id=link.id)
    if link.kind == "lesson":
        owner = next(one for one in found.modules if any(lesson.id == link.id for lesson in one.lessons))
        return url_for("modules.lesson", programme_id=found.id, module_id=owner.id, lesson_id=link.id)
    return url_for("modules.programme", programme_id=found.id, _anchor=link.id)
