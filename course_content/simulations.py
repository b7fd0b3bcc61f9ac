"""The rules of branching simulations: how choices move the indicators, and what the end amounts to.

Four indicators start at 10 and stay between 0 and 20. No path is perfect: the thresholds of the bands were
set by going through every path of the first two simulations.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from course_content.simulation import (
    INDICATORS,
    Band,
    Levels,
    Simulation,
    SimulationChoice,
    SimulationNode,
    UnknownNode,
)

LOWEST, START, HIGHEST = 0, 10, 20
SOLID_FROM, FRAGILE_FROM = 50, 42
WEAK_BELOW = 8
LEAST_TOTAL, MOST_TOTAL = LOWEST * len(INDICATORS), HIGHEST * len(INDICATORS)
BAND_RANK: Mapping[Band, int] = {"solid": 2, "fragile": 1, "rethink": 0}
OPENING: Levels = dict.fromkeys(INDICATORS, START)


@dataclass(frozen=True)
class Step:
    """One choice made, with the levels before and after it."""

    node: SimulationNode
    choice: SimulationChoice
    before: Levels
    after: Levels


@dataclass(frozen=True)
class Path:
    """Choices one after the other, from the start; `ahead` is the situation that comes next, if any does."""

    steps: tuple[Step, ...]
    ahead: SimulationNode | None

    @property
    def levels(self) -> Levels:
        """Where the indicators stand now."""
        return self.steps[-1].after if self.steps else OPENING

    @property
    def name(self) -> str:
        """The ids of its forks and choices, as «n1:b n2b:c»."""
        return " ".join(f"{step.node.id}:{step.choice.id}" for step in self.steps)


def moved(levels: Levels, effects: Levels) -> Levels:
    """The levels after these effects, none below LOWEST or above HIGHEST."""
    return {one: min(HIGHEST, max(LOWEST, levels[one] + effects[one])) for one in INDICATORS}


def total(levels: Levels) -> int:
    """The sum of the four indicators."""
    return sum(levels[one] for one in INDICATORS)


def band(levels: Levels) -> Band:
    """What levels at the end amount to."""
    if total(levels) < FRAGILE_FROM:
        return "rethink"
    weak = any(levels[one] < WEAK_BELOW for one in INDICATORS)
    return "fragile" if weak or total(levels) < SOLID_FROM else "solid"


def play(simulation: Simulation, choices: Sequence[str]) -> Path:
    """The path of these choices (their ids). Raises UnknownNode for one that is not there to be made."""
    path = Path((), simulation.node(simulation.start))
    for choice_id in choices:
        if path.ahead is None:
            raise UnknownNode(f"{simulation.id}: nothing is left to choose")
        path = _onward(simulation, path, path.ahead, path.ahead.choice(choice_id))
    return path


def every_path(simulation: Simulation) -> Iterator[Path]:
    """Each way from the start to an end, in the order of the file; the simulation must have no cycles."""
    yield from _ends(simulation, Path((), simulation.node(simulation.start)))


def best_path(simulation: Simulation) -> Path:
    """The path with the highest band, then the highest total; the first of equals."""
    return max(every_path(simulation), key=lambda path: (BAND_RANK[band(path.levels)], total(path.levels)))


def _ends(simulation: Simulation, path: Path) -> Iterator[Path]:
    if path.ahead is None:
        yield path
        return
    for choice in path.ahead.choices:
        yield from _ends(simulation, _onward(simulation, path, path.ahead, choice))


def _onward(simulation: Simulation, path: Path, node: SimulationNode, choice: SimulationChoice) -> Path:
    step = Step(node, choice, path.levels, moved(path.levels, choice.effects))
    ahead = simulation.node(choice.leads_to) if choice.leads_to else None
    return Path((*path.steps, step), ahead)
