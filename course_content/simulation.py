"""What a branching simulation is: situations, choices with their effects, and what is said at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Indicator = Literal["LEG", "FID", "ESI", "SOS"]
"""Legitimacy of acts, trust (*fiducia*), outcomes for people (*esiti*), sustainability."""
Levels = Mapping[Indicator, int]
"""How high each of the four indicators stands, or by how much it changes."""
Band = Literal["solid", "fragile", "rethink"]
"""What the levels at the end amount to."""

INDICATORS: tuple[Indicator, ...] = ("LEG", "FID", "ESI", "SOS")
BANDS: tuple[Band, ...] = ("solid", "fragile", "rethink")
END = "end"
"""Where a choice leads that closes the simulation."""


class UnknownNode(LookupError):
    """The simulation has no situation, or the situation no choice, with this id."""


@dataclass(frozen=True)
class SimulationChoice:
    """One thing to do in a situation.

    `consequence` says what happens then and `feedback` what there is to learn (both Markdown); `leads_to` is
    the id of the next situation, None where the simulation ends.
    """

    id: str
    text: str
    effects: Levels
    consequence: str
    feedback: str
    leads_to: str | None


@dataclass(frozen=True)
class SimulationNode:
    """A situation in which one must choose. `text` is Markdown, `question` asks for the choice."""

    id: str
    title: str
    text: str
    question: str
    choices: tuple[SimulationChoice, ...]

    def choice(self, choice_id: str) -> SimulationChoice:
        """The choice with this id. Raises UnknownNode."""
        for one in self.choices:
            if one.id == choice_id:
                return one
        raise UnknownNode(f"{self.id}/{choice_id}")


@dataclass(frozen=True)
class Debriefing:
    """What is said at the end: a text for each band, what to ask oneself, which lessons to go back to."""

    bands: Mapping[Band, str]
    question: str
    lessons: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Simulation:
    """A story with forks; `lesson` is the id of the lesson that leads to it.

    `role` says who the learner is in it, `disclaimer` that its places are invented. `introduction` is
    Markdown. `nodes` are in the order of the file; the story begins at `start`.
    """

    id: str
    title: Mapping[str, str]
    minutes: int
    lesson: str
    role: str
    disclaimer: str
    introduction: str
    start: str
    nodes: tuple[SimulationNode, ...]
    debriefing: Debriefing

    def node(self, node_id: str) -> SimulationNode:
        """The situation with this id. Raises UnknownNode."""
        for one in self.nodes:
            if one.id == node_id:
                return one
        raise UnknownNode(f"{self.id}/{node_id}")

    def fork_id(self, node_id: str) -> str:
        """The id by which records and statements name one of its situations."""
        return f"{self.id}-{node_id}"
