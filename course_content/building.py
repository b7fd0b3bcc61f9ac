"""Turns checked documents into the values of programme.py."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from course_content.documents import Document
from course_content.final_assessments import build_final_assessment
from course_content.lexicon import build_lexicon
from course_content.programme import (
    Assessment,
    Eligibility,
    Indicator,
    LanguageMap,
    Lesson,
    ModuleRule,
    Period,
    Programme,
    ProgrammeRule,
    Resource,
    Role,
    TrainingModule,
)
from course_content.questions import Choice, Question
from course_content.schedule import build_sessions, build_webinars
from course_content.simulation_building import build_simulation, running_texts
from course_content.sources import LessonSource, ModuleSource, ProgrammeSource
from course_content.texts import DEFAULT_TIMEZONE, language_map, word
from course_content.worksheet import build_worksheet

Data = Mapping[str, Any]

CALL = re.compile(r"\]\(fact:([a-z0-9-]+)\)")
"""A lesson calls a fact: `[words](fact:id)`, or `[](fact:id)` for the fact's own words."""
_DEFAULT_RULE = {"version": 1, "pass_percent": 70, "all_lessons": True}


def build_programme(source: ProgrammeSource) -> Programme:
    """The programme that the files describe; they must have passed the checks."""
    data = source.programme.data
    zone = ZoneInfo(data.get("timezone", DEFAULT_TIMEZONE))
    modules = tuple(build_module(module, source.facts) for module in source.modules)
    return Programme(
        id=data["id"],
        title=language_map(data["title"]),
        description=language_map(data["description"]),
        version=data["version"],
        owner=data["owner"],
        partners=tuple(data.get("partners", ())),
        funder=language_map(data["funder"]),
        project_code=data.get("project_code", ""),
        period=_period(data["period"]),
        audience=language_map(data["audience"]),
        eligibility=_eligibility(data.get("eligibility", {})),
        languages=tuple(data.get("languages", ("it",))),
        roles=tuple(Role(role["id"], language_map(role["name"])) for role in data["roles"]),
        modules=modules,
        lexicon=build_lexicon(source.facts, source.glossary),
        webinars=build_webinars(source.webinars, zone),
        sessions=build_sessions(source.sessions, zone),
        indicators=tuple(_indicator(indicator) for indicator in data["indicators"]),
        rule=_programme_rule(data["rule"]) if "rule" in data else None,
        folder=source.folder,
        at_least=data.get("at_least", {}),
        final_assessment=build_final_assessment(source, modules),
    )


def build_module(source: ModuleSource, facts: Document | None = None) -> TrainingModule:
    """One module with its lessons and its assessment."""
    data = source.module.data
    lessons = tuple(build_lesson(lesson, number) for number, lesson in enumerate(source.lessons, 1))
    outline = data.get("outline") or [lesson.title["it"] for lesson in lessons]
    return TrainingModule(
        id=data["id"],
        number=data["number"],
        title=language_map(data["title"]),
        subtitle=language_map(data.get("subtitle", "")),
        summary=language_map(data["summary"]),
        status=data["status"],
        minutes=data.get("minutes") or sum(lesson.minutes for lesson in lessons),
        objectives=tuple(language_map(objective) for objective in data["objectives"]),
        outline=tuple(outline),
        lessons=lessons,
        assessment=build_assessment(source.assessment.data) if source.assessment else None,
        rule=ModuleRule(**{**_DEFAULT_RULE, **data.get("rule", {})}),
        revision=revision_of(source, facts),
        simulations=tuple(build_simulation(one.data) for one in source.simulations),
    )


def revision_of(source: ModuleSource, facts: Document | None = None) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of the module's own files, by name, newlines as \\n.

    The facts that its lessons call belong to it: when one of them changes, so does what learners read.
    """
    documents = [source.module, *(lesson.front for lesson in source.lessons)]
    documents += [*filter(None, (lesson.worksheet for lesson in source.lessons)), *source.simulations]
    documents += filter(None, (source.assessment,))
    media = (file for file in (source.folder / "media").rglob("*") if file.is_file())
    digest = hashlib.sha256()
    for file in sorted([document.path for document in documents] + list(media)):
        content = file.read_bytes().replace(b"\r\n", b"\n")
        name = file.relative_to(source.folder).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    called = {name for text in _running_texts(source) for name in CALL.findall(text)}
    for fact in facts.data["facts"] if facts and called else ():
        if fact["id"] in called:
            digest.update(json.dumps(fact, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()[:12]


def _running_texts(source: ModuleSource) -> Iterator[str]:
    yield from (lesson.body for lesson in source.lessons)
    for simulation in source.simulations:
        yield from (text for _at, text in running_texts(simulation.data))


def build_lesson(source: LessonSource, number: int) -> Lesson:
    """One lesson; `number` is its place in the module, from 1."""
    data = source.front.data
    return Lesson(
        id=data["id"],
        number=number,
        title=language_map(data["title"]),
        minutes=data["minutes"],
        roles=tuple(data.get("roles", ())),
        verified_on=date.fromisoformat(data["verified_on"]),
        body=source.body,
        self_checks=build_questions(data.get("self_checks", ())),
        resources=tuple(
            Resource(item["title"], item.get("note", ""), item.get("url"))
            for item in data.get("resources", ())
        ),
        source=source.front.path,
        worksheet=build_worksheet(source.worksheet.path.stem, source.worksheet.data)
        if source.worksheet
        else None,
    )


def build_assessment(data: Data) -> Assessment:
    """The bank of questions of a module."""
    return Assessment(
        id=data["id"],
        title=language_map(data["title"]),
        draw=data["draw"],
        pass_percent=data["pass_percent"],
        attempts=data["attempts"],
        questions=build_questions(data["questions"]),
    )


def build_questions(items: Iterable[Data]) -> tuple[Question, ...]:
    """Questions as an assessment or a lesson lists them."""
    return tuple(
        Question(
            id=item["id"],
            kind=item["kind"],
            prompt=item["prompt"],
            choices=tuple(Choice(word(c["id"]), c["text"], c["feedback"]) for c in item["choices"]),
            targets=tuple(Choice(word(c["id"]), c["text"], "") for c in item.get("targets", ())),
            answer=tuple(word(choice) for choice in item["answer"]),
            feedback=item["feedback"],
            expires=item.get("expires", False),
        )
        for item in items
    )


def _programme_rule(data: Data) -> ProgrammeRule:
    return ProgrammeRule(data["version"], data.get("final_assessment", False))


def _indicator(data: Data) -> Indicator:
    title: LanguageMap = language_map(data["title"])
    return Indicator(data["id"], title, data["unit"], data.get("target"), data["counts"])


def _period(data: Data) -> Period:
    return Period(data.get("first"), data.get("last"), language_map(data["label"]))


def _eligibility(data: Data) -> Eligibility:
    return Eligibility(data.get("minimum"), data.get("maximum"), data.get("supra_municipal", True))
