"""The final assessment of a programme: built of the banks of its modules, and what can be wrong with it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from course_content.documents import Document
from course_content.problems import ContentError
from course_content.programme import Assessment, FinalAssessment, TrainingModule
from course_content.questions import Part
from course_content.sources import ModuleSource, ProgrammeSource
from course_content.texts import language_map

KEY = "final_assessment"
FIRST_VERSION_WITH_FINAL = 2
"""Version 1 of a programme's rule means its modules and nothing else, in records that are kept for years."""


def build_final_assessment(
    source: ProgrammeSource, modules: Sequence[TrainingModule]
) -> FinalAssessment | None:
    """The final assessment that the programme file asks for; None where it asks for none."""
    data = source.programme.data.get(KEY)
    if data is None:
        return None
    parts = tuple(
        Part(module.id, data["draw_per_module"], module.assessment.questions)
        for module in modules
        if module.assessment
    )
    return FinalAssessment(
        assessment=_assessment(data, parts),
        intro=language_map(data["intro"]),
        revision=_revision(data, source.modules),
    )


def _assessment(data: Mapping[str, Any], parts: tuple[Part, ...]) -> Assessment:
    return Assessment(
        id=data["id"],
        title=language_map(data["title"]),
        draw=sum(part.draw for part in parts),
        pass_percent=data["pass_percent"],
        attempts=data["attempts"],
        questions=tuple(question for part in parts for question in part.questions),
        parts=parts,
    )


def _revision(data: Mapping[str, Any], modules: Sequence[ModuleSource]) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of what is asked for and of each bank drawn from."""
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode())
    for module in modules:
        if module.assessment:
            content = module.assessment.path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"\0{module.module.data['id']}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def final_assessment_problems(source: ProgrammeSource) -> Iterator[ContentError]:
    """Banks that are missing or too small, and a rule that asks for what is not there."""
    wanted = source.programme.data.get(KEY)
    if wanted is not None:
        for module in source.modules:
            yield from _bank_problems(module, wanted["draw_per_module"], source.programme)
    yield from _rule_problems(source.programme)


def _bank_problems(module: ModuleSource, count: int, programme: Document) -> Iterator[ContentError]:
    found = len(module.assessment.data["questions"]) if module.assessment else 0
    if found < count:
        message = f"{count} questions of {module.folder.name} are wanted, its bank has {found}"
        hint = "write more questions in its assessment.yaml, or take final_assessment out"
        yield programme.error((KEY, "draw_per_module"), message, hint)


def _rule_problems(programme: Document) -> Iterator[ContentError]:
    rule = programme.data.get("rule", {})
    if not rule.get(KEY):
        return
    if KEY not in programme.data:
        hint = "describe it under final_assessment, or take it out of the rule"
        yield programme.error(("rule", KEY), "the rule asks for a final assessment that is not there", hint)
    if rule["version"] < FIRST_VERSION_WITH_FINAL:
        message = f"version {rule['version']} of the rule means the modules alone"
        hint = f"a rule that asks for the final assessment has version {FIRST_VERSION_WITH_FINAL} or more"
        yield programme.error(("rule", "version"), message, hint)
