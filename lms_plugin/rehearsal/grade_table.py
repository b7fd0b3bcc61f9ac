"""The grade book as a table: one row per column and person, in words and figures."""

from dataclasses import dataclass

from lms_plugin.rehearsal.gradebook import Grade
from lms_plugin.rehearsal.installation import Installation
from lms_plugin.rehearsal.people import PEOPLE, User


@dataclass(frozen=True)
class GradeRow:
    column_id: str
    column: str
    learner_id: str
    learner: str
    grade: Grade | None
    maximum: float


def rows_for(installation: Installation, user: User) -> list[GradeRow]:
    """Every column for every learner `user` may see, with the grade or None when nothing was sent yet."""
    learners = [person for person in PEOPLE.values() if person.is_learner]
    seen = learners if user.sees_all_grades else [user]
    with installation.store.reading() as memory:
        return [
            GradeRow(
                column_id=item.id,
                column=item.label,
                learner_id=learner.id,
                learner=learner.name,
                grade=memory.grades.get((item.id, learner.id)),
                maximum=item.maximum,
            )
            for item in memory.line_items.values()
            for learner in seen
        ]
