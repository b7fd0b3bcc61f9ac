"""Finds what an address names in a programme; what is not there, or not open yet, is a page that says so."""

from course_content.programme import Lesson, Programme, TrainingModule, UnknownActivity
from course_content.questions import Question
from course_content.simulation import Simulation
from course_content.worksheet import Worksheet
from lms_plugin.errors import Refusal
from lms_plugin.web.configuration import UnknownProgramme, programme


class ModuleInPreparation(Refusal):
    """The module is announced and cannot be opened yet."""

    code = "module_in_preparation"
    status = 404


def find_module(programme_id: str, module_id: str) -> tuple[Programme, TrainingModule]:
    """A programme and one of its modules, ready or not; raises UnknownProgramme."""
    found = programme(programme_id)
    try:
        return found, found.module(module_id)
    except UnknownActivity:
        raise UnknownProgramme(f"{programme_id}/{module_id}") from None


def find_ready_module(programme_id: str, module_id: str) -> tuple[Programme, TrainingModule]:
    """The same, for a module that learners may open; raises ModuleInPreparation too."""
    found, module = find_module(programme_id, module_id)
    if not module.ready:
        raise ModuleInPreparation(f"{programme_id}/{module_id}")
    return found, module


def find_lesson(
    programme_id: str, module_id: str, lesson_id: str
) -> tuple[Programme, TrainingModule, Lesson]:
    """A lesson with where it is; raises UnknownProgramme, ModuleInPreparation."""
    found, module = find_ready_module(programme_id, module_id)
    try:
        return found, module, module.lesson(lesson_id)
    except UnknownActivity:
        raise UnknownProgramme(f"{programme_id}/{module_id}/{lesson_id}") from None


def find_simulation(
    programme_id: str, module_id: str, simulation_id: str
) -> tuple[Programme, TrainingModule, Simulation]:
    """A simulation with where it is; raises UnknownProgramme, ModuleInPreparation."""
    found, module = find_ready_module(programme_id, module_id)
    try:
        return found, module, module.simulation(simulation_id)
    except UnknownActivity:
        raise UnknownProgramme(f"{programme_id}/{module_id}/{simulation_id}") from None


def find_self_check(lesson: Lesson, question_id: str) -> Question:
    """A self-check of this lesson; raises UnknownProgramme for one of elsewhere."""
    for question in lesson.self_checks:
        if question.id == question_id:
            return question
    raise UnknownProgramme(f"{lesson.id}/{question_id}")


def find_worksheet(
    programme_id: str, module_id: str, lesson_id: str
) -> tuple[Programme, TrainingModule, Lesson, Worksheet]:
    """A lesson's worksheet with where it is; raises UnknownProgramme too when the lesson has none."""
    found, module, lesson = find_lesson(programme_id, module_id, lesson_id)
    if lesson.worksheet is None:
        raise UnknownProgramme(f"{programme_id}/{module_id}/{lesson_id}/worksheet")
    return found, module, lesson, lesson.worksheet
