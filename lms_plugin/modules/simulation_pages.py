"""The pages of a branching simulation: what it is, a situation, what a choice led to, how a run ended.

Plain forms: a situation's answer is posted, kept, and answered with the address of its consequence, so the
back button and a second press harm nothing. A choice made stays made; to choose otherwise one plays again.
"""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from course_content.programme import Programme, TrainingModule
from course_content.simulation import Simulation, SimulationNode, UnknownNode
from course_content.simulations import OPENING
from lms_plugin.errors import Refusal
from lms_plugin.extensions import db
from lms_plugin.modules.answers import UnknownOption
from lms_plugin.modules.attending import (
    READERS,
    attending_learner,
    attends,
    current_progress,
    one_at_a_time,
)
from lms_plugin.modules.blueprint import blueprint
from lms_plugin.modules.facts import Teller
from lms_plugin.modules.finding import find_simulation
from lms_plugin.modules.progress import Progress
from lms_plugin.modules.simulation_facts import choice_made, run_started
from lms_plugin.modules.simulation_runs import Run
from lms_plugin.modules.simulation_standing import SimulationStanding
from lms_plugin.modules.simulation_view import (
    besides,
    choice_text,
    compared,
    compared_levels,
    level_views,
    node_title,
    trust_moments,
)
from lms_plugin.modules.text_view import short_texts
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import UnknownProgramme, recorder
from lms_plugin.web.simulation_words import BAND_CALLOUT, BAND_STATUS, BAND_WORDS
from lms_plugin.web.visit import current_visit, placement_for

SIMULATION = "/programmes/<programme_id>/modules/<module_id>/simulations/<simulation_id>"
RUN = f"{SIMULATION}/runs/<int:number>"
STEP = f"{RUN}/steps/<int:step>"
Place = tuple[Programme, TrainingModule, Simulation]


class ChoiceOutOfPlace(Refusal):
    """A choice for a situation that the run has not come to."""

    code = "choice_out_of_place"
    status = 409


@blueprint.get(SIMULATION)
@visitors(*READERS)
def simulation(programme_id: str, module_id: str, simulation_id: str) -> str:
    """What it is, who one is in it, the rules, the runs so far, and the button that starts or goes on."""
    place = find_simulation(programme_id, module_id, simulation_id)
    texts = short_texts(place[0], place[1], {"introduction": place[2].introduction})
    return _render("simulation", place, standing=_standing(place), texts=texts, levels=level_views)


@blueprint.post(SIMULATION)
@visitors(*READERS)
def start_run(programme_id: str, module_id: str, simulation_id: str) -> ResponseReturnValue:
    """Starts a run, or goes on with the open one; `again` leaves one in which something was chosen."""
    learner_id = attending_learner()
    place = find_simulation(programme_id, module_id, simulation_id)
    with one_at_a_time(learner_id, programme_id) as (database, progress):
        standing = _standing_in(place, progress)
        open_run = standing.open_run
        if open_run and not ("again" in request.form and open_run.moves):
            return redirect(_address(place, open_run.number), code=303)
        fact = run_started(_teller(place), place[2], standing.next_number)
        recorder().record(database, [fact], now())
    return redirect(_address(place, standing.next_number), code=303)


@blueprint.get(RUN)
@visitors(*READERS)
def simulation_run(programme_id: str, module_id: str, simulation_id: str, number: int) -> ResponseReturnValue:
    """The situation that waits for a choice, or how the run ended; a run that was left leads to the start."""
    place = find_simulation(programme_id, module_id, simulation_id)
    standing = _standing(place)
    run = _run(standing, number)
    if run.ending:
        return _debriefing(place, standing, run)
    if run != standing.open_run:
        return redirect(_address(place))
    return _situation(place, run, error=False)


@blueprint.post(RUN)
@visitors(*READERS)
def choose(programme_id: str, module_id: str, simulation_id: str, number: int) -> ResponseReturnValue:
    """Keeps a choice and shows what it led to; one that was made already stays as it was."""
    learner_id = attending_learner()
    place = find_simulation(programme_id, module_id, simulation_id)
    with one_at_a_time(learner_id, programme_id) as (database, progress):
        standing = _standing_in(place, progress)
        run = _run(standing, number)
        made = run.step_at(request.form.get("node", ""))
        if made:
            return redirect(_address(place, number, made), code=303)
        node = _node_ahead(place[2], standing, run)
        if "choice" not in request.form:
            return _situation(place, run, error=True), 422
        try:
            choice = node.choice(request.form["choice"])
        except UnknownNode as unknown:
            raise UnknownOption(str(unknown)) from unknown
        for fact in choice_made(_teller(place), place[2], run, node, choice):
            # One after the other, so that the statement of the end is stored after that of the last choice.
            recorder().record(database, [fact], now())
    return redirect(_address(place, number, len(run.moves) + 1), code=303)


@blueprint.get(STEP)
@visitors(*READERS)
def consequence(programme_id: str, module_id: str, simulation_id: str, number: int, step: int) -> str:
    """What a choice led to, what there is to learn from it, and how the indicators moved."""
    place = find_simulation(programme_id, module_id, simulation_id)
    run = _run(_standing(place), number)
    if not 1 <= step <= len(run.moves):
        raise UnknownProgramme(f"{simulation_id}/{number}/{step}")
    move = run.moves[step - 1]
    return _render(
        "consequence",
        place,
        run=run,
        step=step,
        title=node_title(place[2], move.node),
        chosen=choice_text(place[2], move.node, move.choice),
        texts=short_texts(place[0], place[1], _texts_of(place[2], move.node, move.choice)),
        levels=level_views(move.after, run.before(step)),
    )


def _situation(place: Place, run: Run, *, error: bool) -> str:
    node = place[2].node(run.ahead or "")
    return _render(
        "situation",
        place,
        run=run,
        node=node,
        texts=short_texts(place[0], place[1], {"text": node.text}),
        levels=level_views(run.levels),
        error=error,
        revised=bool(run.moves) and run.revision != place[1].revision,
    )


def _debriefing(place: Place, standing: SimulationStanding, run: Run) -> str:
    found, module, one = place
    offered = besides(standing, run)
    wanted = request.args.get("beside")
    beside = next((other for other in offered if other.value == wanted), offered[0])
    said, ending = one.debriefing, run.ending
    bodies = {"question": said.question, "note": said.note, "band": said.bands[ending.band] if ending else ""}
    lessons = {lesson.id: (home, lesson) for home in found.modules for lesson in home.lessons}
    return _render(
        "debriefing",
        place,
        standing=standing,
        run=run,
        texts=short_texts(found, module, bodies),
        levels=level_views(run.levels),
        offered=offered,
        beside=beside,
        rows=compared(one, run, beside),
        level_rows=compared_levels(run, beside),
        trust=list(trust_moments(one, run)),
        lessons=[lessons[lesson_id] for lesson_id in said.lessons],
        revised=run.revision != module.revision,
    )


def _texts_of(one: Simulation, node_id: str, choice_id: str) -> dict[str, str]:
    try:
        choice = one.node(node_id).choice(choice_id)
    except UnknownNode:
        return {}
    return {"consequence": choice.consequence, "feedback": choice.feedback}


def _node_ahead(one: Simulation, standing: SimulationStanding, run: Run) -> SimulationNode:
    """The situation that the form answers, if it is the one that waits; raises ChoiceOutOfPlace."""
    if run != standing.open_run or request.form.get("node") != run.ahead:
        raise ChoiceOutOfPlace(f"{one.id}/{run.number}")
    return one.node(run.ahead or "")


def _standing(place: Place) -> SimulationStanding:
    progress = current_progress(db.session(), current_visit().learner_id, place[0].id)
    return _standing_in(place, progress)


def _standing_in(place: Place, progress: Progress) -> SimulationStanding:
    return SimulationStanding(place[2], progress.runs.get(place[2].id, ()))


def _run(standing: SimulationStanding, number: int) -> Run:
    run = standing.run(number)
    if run is None:
        raise UnknownProgramme(f"{standing.simulation.id}/{number}")
    return run


def _teller(place: Place) -> Teller:
    found, module, _simulation = place
    return Teller(
        learner_id=attending_learner(),
        programme_id=found.id,
        revision=module.revision,
        placement_id=placement_for(current_visit(), found.id, module.id),
        at=now(),
        came_by=current_visit().placement_id,
    )


def _address(place: Place, number: int | None = None, step: int | None = None) -> str:
    names: dict[str, Any] = {
        "programme_id": place[0].id,
        "module_id": place[1].id,
        "simulation_id": place[2].id,
    }
    if number is None:
        return url_for("modules.simulation", **names)
    if step is None:
        return url_for("modules.simulation_run", **names, number=number)
    return url_for("modules.consequence", **names, number=number, step=step)


def _render(template: str, place: Place, **shown: Any) -> str:
    found, module, one = place
    return render_template(
        f"modules/{template}.html",
        programme=found,
        module=module,
        simulation=one,
        attends=attends(current_visit()),
        opening=OPENING,
        band_words=BAND_WORDS,
        band_status=BAND_STATUS,
        band_callout=BAND_CALLOUT,
        **shown,
    )
