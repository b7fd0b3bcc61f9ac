"""The addresses that LMSs link to, opened without a launch: they say where to open them instead."""

from flask import render_template, request

from lms_plugin.launching.targets import ProgrammeTargets
from lms_plugin.web.configuration import UnknownProgramme, programme, programmes, settings
from lms_plugin.web.visit_urls import chosen_language


def find_targets() -> ProgrammeTargets:
    """Our addresses, from the settings and programmes of this application."""
    return ProgrammeTargets(settings().public_url, programmes(), settings().trusted_hosts)


def show_stable_page(programme_id: str) -> str:
    """The page, with the title of what was meant; raises UnknownProgramme for an address of nothing."""
    target = find_targets().find(settings().public_url + request.path)
    if target is None:
        raise UnknownProgramme
    found = programme(programme_id)
    titles = {module.id: module.title for module in found.modules}
    titles |= {webinar.id: webinar.title for webinar in found.webinars}
    if found.final_assessment is not None:
        titles[found.final_assessment.id] = found.final_assessment.title
    title = titles.get(target.activity_id, found.title)
    language = chosen_language()
    return render_template("launching/open_from_lms.html", activity_title=title.get(language) or title["it"])
