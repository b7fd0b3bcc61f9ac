"""Names of activities as the programmes on offer give them; a code stands for itself where they do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from course_content.programme import Programme, text_in


@dataclass(frozen=True, slots=True)
class ActivityName:
    """One activity of a programme under the code that the filters use."""

    programme_id: str
    id: str
    title: str

    @property
    def code(self) -> str:
        """Programme and activity, as in "co-alizione/m1"."""
        return f"{self.programme_id}/{self.id}"


def activities(programme: Programme, language: str) -> Iterator[ActivityName]:
    """Every activity of a programme that can be concluded: modules with what is in them, webinars, itself."""
    for module in programme.modules:
        title = text_in(module.title, language)
        yield _named(
            programme, module.id, _("Modulo %(number)s. %(title)s", number=module.number, title=title)
        )
        for lesson in module.lessons:
            number = f"{module.number}.{lesson.number}"
            title = text_in(lesson.title, language)
            yield _named(programme, lesson.id, _("Lezione %(number)s. %(title)s", number=number, title=title))
        for simulation in module.simulations:
            title = text_in(simulation.title, language)
            yield _named(programme, simulation.id, _("Simulazione: %(title)s", title=title))
        if module.assessment:
            yield _named(programme, module.assessment.id, text_in(module.assessment.title, language))
    if programme.final_assessment is not None:
        final = programme.final_assessment
        yield _named(programme, final.id, text_in(final.title, language))
    if programme.rule is not None:
        yield _named(programme, programme.id, text_in(programme.title, language))
    for webinar in programme.webinars:
        title = text_in(webinar.title, language)
        yield _named(
            programme, webinar.id, _("Webinar %(number)s. %(title)s", number=webinar.number, title=title)
        )


def _named(programme: Programme, activity_id: str, title: str) -> ActivityName:
    return ActivityName(programme.id, activity_id, title)


class Names:
    """Looks names up for one page in one language."""

    def __init__(self, programmes: Mapping[str, Programme], language: str) -> None:
        self.programmes = {key: text_in(programme.title, language) for key, programme in programmes.items()}
        self.by_programme = {
            key: tuple(activities(programme, language)) for key, programme in programmes.items()
        }
        self._titles = {name.code: name.title for names in self.by_programme.values() for name in names}

    def programme(self, programme_id: str) -> str:
        """The title of a programme, or its code when it is no longer on offer."""
        return self.programmes.get(programme_id, programme_id)

    def activity(self, programme_id: str, activity_id: str) -> str:
        """The title of an activity, or its code when it is no longer on offer."""
        return self._titles.get(f"{programme_id}/{activity_id}", activity_id)

    def knows_activity(self, code: str) -> bool:
        """Whether the code "programme/activity" is on offer."""
        return code in self._titles
