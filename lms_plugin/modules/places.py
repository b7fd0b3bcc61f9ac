"""Where an assessment is: at the end of a module, or of the whole programme."""

from dataclasses import dataclass

from flask import url_for

from course_content.programme import Assessment, Programme, TrainingModule
from lms_plugin.modules.finding import find_ready_module
from lms_plugin.web.configuration import UnknownProgramme, programme


@dataclass(frozen=True, slots=True)
class Place:
    """An assessment with its addresses; `module` is None for the programme's final assessment."""

    programme: Programme
    module: TrainingModule | None
    assessment: Assessment
    revision: str

    @property
    def activity_id(self) -> str:
        """What an LMS's link to it names, and whose score its result is."""
        return self.module.id if self.module else self.assessment.id

    @property
    def page(self) -> str:
        """Rules and attempts."""
        if self.module is None:
            return url_for("modules.final_assessment", programme_id=self.programme.id)
        return url_for("modules.assessment", programme_id=self.programme.id, module_id=self.module.id)

    def above(self, saved: int | None = None) -> str:
        """The page that it belongs to: the module's, or the programme's."""
        if self.module is None:
            return url_for("modules.programme", programme_id=self.programme.id, saved=saved)
        return url_for(
            "modules.module", programme_id=self.programme.id, module_id=self.module.id, saved=saved
        )

    def attempt(self, number: int, saved: str | None = None) -> str:
        """One attempt."""
        if self.module is None:
            return url_for(
                "modules.final_attempt", programme_id=self.programme.id, number=number, saved=saved
            )
        return url_for(
            "modules.attempt",
            programme_id=self.programme.id,
            module_id=self.module.id,
            number=number,
            saved=saved,
        )


def find_assessment(programme_id: str, module_id: str) -> Place:
    """A module's assessment; raises UnknownProgramme when the module has none, and ModuleInPreparation."""
    found, module = find_ready_module(programme_id, module_id)
    if module.assessment is None:
        raise UnknownProgramme(f"{programme_id}/{module_id}/assessment")
    return Place(found, module, module.assessment, module.revision)


def find_final_assessment(programme_id: str) -> Place:
    """The programme's final assessment; raises UnknownProgramme when it has none."""
    found = programme(programme_id)
    if found.final_assessment is None:
        raise UnknownProgramme(f"{programme_id}/final-assessment")
    return Place(found, None, found.final_assessment.assessment, found.final_assessment.revision)


def find_place(programme_id: str, activity_id: str) -> Place:
    """The assessment of what an LMS's link names: a module, or the final assessment itself."""
    final = programme(programme_id).final_assessment
    if final is not None and final.id == activity_id:
        return find_final_assessment(programme_id)
    return find_assessment(programme_id, activity_id)
