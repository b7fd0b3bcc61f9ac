"""An attempt as it is shown: the questions marked, module by module where it is the final assessment."""

from collections.abc import Sequence
from dataclasses import dataclass

from course_content.assessments import draw, percent
from course_content.programme import Assessment, TrainingModule
from lms_plugin.modules.answers import Given, restore
from lms_plugin.modules.places import Place
from lms_plugin.modules.progress import Attempt, SavedAnswer, Submission
from lms_plugin.modules.question_view import QuestionView, answered


@dataclass(frozen=True, slots=True)
class ShownPart:
    """Questions under one heading; without a module they need none."""

    module: TrainingModule | None
    questions: tuple[QuestionView, ...]


@dataclass(frozen=True, slots=True)
class PartResult:
    """How one module's questions went; `read_again` where that was below what the whole is passed with."""

    module: TrainingModule
    percent: int
    questions: int
    read_again: bool


def in_parts(place: Place, questions: Sequence[QuestionView]) -> list[ShownPart]:
    """The questions by module, in the order asked; all together for a module's own assessment."""
    if not place.assessment.parts:
        return [ShownPart(None, tuple(questions))]
    shown: list[ShownPart] = []
    for part in place.assessment.parts:
        ids = {question.id for question in part.questions}
        own = tuple(question for question in questions if question.id in ids)
        if own:
            shown.append(ShownPart(place.programme.module(part.module_id), own))
    return shown


def part_results(place: Place, submission: Submission) -> list[PartResult]:
    """The result of each module in a final assessment that was handed in; nothing for a module's own."""
    results: list[PartResult] = []
    for part in place.assessment.parts:
        ids = {question.id for question in part.questions}
        marks = [one for question, one in submission.scores.items() if question in ids]
        reached, module = percent(marks), place.programme.module(part.module_id)
        if marks:
            results.append(PartResult(module, reached, len(marks), reached < submission.pass_percent))
    return results


def marked_questions(one: Assessment, attempt: Attempt) -> list[QuestionView]:
    """The questions that were answered, in the order asked, less those taken out of the bank since."""
    submission = attempt.submission
    if submission is None:
        return []
    bank = {question.id: question for question in one.questions}
    asked = [question for question in draw(one, attempt.seed) if question.id in submission.answers]
    views: list[QuestionView] = []
    for number, question in enumerate(asked, start=1):
        given = restore(bank[question.id], SavedAnswer(submission.answers[question.id])) or Given(())
        views.append(answered(question, number, given, submission.scores[question.id]))
    return views
