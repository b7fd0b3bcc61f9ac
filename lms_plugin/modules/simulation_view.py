"""What the pages of a simulation show: indicators in words, and one path beside another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from course_content.simulation import INDICATORS, Band, Indicator, Levels, Simulation, UnknownNode
from course_content.simulations import Path, band, best_path, every_path, total
from lms_plugin.modules.simulation_runs import Run
from lms_plugin.modules.simulation_standing import SimulationStanding
from lms_plugin.web.simulation_words import (
    INDICATOR_QUESTIONS,
    INDICATOR_WORDS,
    change_words,
    level_words,
    signed,
)

TRUST: Indicator = "FID"
OTHER_RUNS = 5
Choices = Mapping[str, str]  # situation to choice


@dataclass(frozen=True, slots=True)
class LevelView:
    """One indicator; `change` is None where nothing has just moved it."""

    name: str
    question: str
    value: int
    words: str
    change: int | None
    change_words: str
    signed: str


@dataclass(frozen=True, slots=True)
class PathRow:
    """One situation with what was chosen there on each of two paths; None where a path does not pass."""

    title: str
    mine: str | None
    beside: str | None


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One indicator at the end of each of two paths."""

    name: str
    mine: int
    beside: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A path to look at beside one's own."""

    value: str
    label: str
    choices: Choices
    levels: Levels
    band: Band

    @property
    def total(self) -> int:
        """The sum of its indicators."""
        return total(self.levels)


@dataclass(frozen=True, slots=True)
class TrustMoment:
    """A step that moved trust."""

    step: int
    title: str
    choice: str
    words: str
    signed: str
    won: bool


def level_views(levels: Levels, before: Levels | None = None) -> list[LevelView]:
    """The four indicators; with how they moved since `before`."""
    views: list[LevelView] = []
    for one in INDICATORS:
        change = levels[one] - before[one] if before else None
        views.append(
            LevelView(
                str(INDICATOR_WORDS[one]),
                str(INDICATOR_QUESTIONS[one]),
                levels[one],
                level_words(levels[one]),
                change,
                change_words(change or 0),
                signed(change or 0),
            )
        )
    return views


def besides(standing: SimulationStanding, run: Run) -> list[Beside]:
    """The paths that a run can be seen beside: the learner's other runs, then three of all that there are."""
    others = [other for other in standing.ended if other.number != run.number]
    paths = list(every_path(standing.simulation))
    return [
        *(_run_beside(other) for other in reversed(others[-OTHER_RUNS:])),
        _path_beside("best", _("Il percorso più solido"), best_path(standing.simulation)),
        _path_beside("trust", _("Il percorso con più fiducia"), max(paths, key=_trust_first)),
        _path_beside("lowest", _("Il percorso con meno punti"), min(paths, key=_total)),
    ]


def compared(simulation: Simulation, run: Run, beside: Beside) -> list[PathRow]:
    """Every situation that either path passes, in the order of the story."""
    mine = choices_of(run)
    return [
        PathRow(
            node.title,
            choice_text(simulation, node.id, mine.get(node.id)),
            choice_text(simulation, node.id, beside.choices.get(node.id)),
        )
        for node in simulation.nodes
        if node.id in mine or node.id in beside.choices
    ]


def compared_levels(run: Run, beside: Beside) -> list[LevelRow]:
    """The indicators at the end of both."""
    return [LevelRow(str(INDICATOR_WORDS[one]), run.levels[one], beside.levels[one]) for one in INDICATORS]


def trust_moments(simulation: Simulation, run: Run) -> Iterator[TrustMoment]:
    """Where trust was won or lost, in the order in which it happened."""
    for step, move in enumerate(run.moves, start=1):
        change = move.after[TRUST] - run.before(step)[TRUST]
        if change:
            text = choice_text(simulation, move.node, move.choice) or ""
            title = node_title(simulation, move.node)
            yield TrustMoment(step, title, text, change_words(change), signed(change), change > 0)


def choices_of(run: Run) -> Choices:
    """What was chosen where."""
    return {move.node: move.choice for move in run.moves}


def node_title(simulation: Simulation, node_id: str) -> str:
    """The title of a situation, or words for one that was taken out since."""
    try:
        return simulation.node(node_id).title
    except UnknownNode:
        return str(_("Una situazione che nella storia di oggi non c'è più"))


def choice_text(simulation: Simulation, node_id: str, choice_id: str | None) -> str | None:
    """The words of a choice, or words for one that was taken out since; None for none."""
    if choice_id is None:
        return None
    try:
        return simulation.node(node_id).choice(choice_id).text
    except UnknownNode:
        return str(_("Una scelta che nella storia di oggi non c'è più"))


def _run_beside(run: Run) -> Beside:
    return Beside(
        f"run-{run.number}",
        _("La tua partita %(number)s", number=run.number),
        choices_of(run),
        run.levels,
        run.ending.band if run.ending else band(run.levels),
    )


def _path_beside(value: str, label: str, path: Path) -> Beside:
    choices = {step.node.id: step.choice.id for step in path.steps}
    return Beside(value, label, choices, path.levels, band(path.levels))


def _trust_first(path: Path) -> tuple[int, int]:
    return path.levels[TRUST], total(path.levels)


def _total(path: Path) -> int:
    return total(path.levels)
