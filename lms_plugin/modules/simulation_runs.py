"""A learner's runs through simulations, read from evidence: pure functions.

A run keeps what its choices did when they were made. Where it stands follows from the evidence alone; only
the words, and what can be chosen next, are those of the files of today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from course_content.simulation import Band, Levels
from course_content.simulations import OPENING
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind

PLAYED = frozenset({Kind.SIMULATION_STARTED, Kind.SIMULATION_CHOSEN, Kind.SIMULATION_ENDED})
Told = tuple[Kind, Evidence, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Move:
    """One choice as it was recorded, with the indicators after it and the situation that it led to."""

    node: str
    choice: str
    after: Levels
    leads_to: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended."""

    at: datetime
    levels: Levels
    total: int
    band: Band


@dataclass(frozen=True, slots=True)
class Run:
    """One run, from its start; `ending` is None while it is not played out."""

    number: int
    revision: str
    started_at: datetime
    first_node: str
    moves: tuple[Move, ...]
    ending: Ending | None

    @property
    def ahead(self) -> str | None:
        """The id of the situation that waits for a choice."""
        return self.moves[-1].leads_to if self.moves else self.first_node

    @property
    def levels(self) -> Levels:
        """The indicators now."""
        return self.moves[-1].after if self.moves else OPENING

    def before(self, step: int) -> Levels:
        """The indicators before a step, which counts from 1."""
        return self.moves[step - 2].after if step > 1 else OPENING

    def step_at(self, node: str) -> int | None:
        """Which step was made in this situation, if one was."""
        return next((step for step, move in enumerate(self.moves, 1) if move.node == node), None)


def read_runs(told: Iterable[Told]) -> dict[str, tuple[Run, ...]]:
    """The runs by id of their simulation, in the order in which they were started."""
    facts: dict[tuple[str, int], list[Told]] = {}
    for one in told:
        if one[0] in PLAYED:
            facts.setdefault((one[1].activity_id, one[2]["run"]), []).append(one)
    runs: dict[str, tuple[Run, ...]] = {}
    for (simulation, _number), of_run in facts.items():
        runs[simulation] = (*runs.get(simulation, ()), _run(of_run))
    return runs


def _run(told: list[Told]) -> Run:
    _kind, started, payload = told[0]
    return Run(
        number=payload["run"],
        revision=payload["revision"],
        started_at=started.occurred_at,
        first_node=payload["node"],
        moves=tuple(
            Move(one["node"], one["choice"], one["indicators"], one["next"])
            for kind, _row, one in told
            if kind is Kind.SIMULATION_CHOSEN
        ),
        ending=next((_ending(row, one) for kind, row, one in told if kind is Kind.SIMULATION_ENDED), None),
    )


def _ending(row: Evidence, payload: Mapping[str, Any]) -> Ending:
    return Ending(row.occurred_at, payload["indicators"], payload["total"], payload["band"])
