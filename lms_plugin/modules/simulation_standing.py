"""Where a learner stands in a simulation, concluded from their runs: pure functions."""

from dataclasses import dataclass

from course_content.simulation import Simulation
from course_content.simulations import BAND_RANK
from lms_plugin.modules.simulation_runs import Run


@dataclass(frozen=True, slots=True)
class SimulationStanding:
    """The runs through one simulation."""

    simulation: Simulation
    runs: tuple[Run, ...]

    @property
    def open_run(self) -> Run | None:
        """The run to go on with: the newest, if it is not played out and its situation is still there."""
        newest = self.runs[-1] if self.runs else None
        return newest if newest and newest.ending is None and not self.is_cut_off(newest) else None

    @property
    def ended(self) -> tuple[Run, ...]:
        """The runs that were played out."""
        return tuple(run for run in self.runs if run.ending)

    @property
    def best(self) -> Run | None:
        """The run with the highest band, then the highest total; the earlier one of equals."""
        worth = [(BAND_RANK[run.ending.band], run.ending.total, run) for run in self.runs if run.ending]
        return max(worth, key=lambda one: one[:2])[2] if worth else None

    @property
    def next_number(self) -> int:
        """The number of the run that would be started now."""
        return len(self.runs) + 1

    def run(self, number: int) -> Run | None:
        """The run with this number."""
        return next((run for run in self.runs if run.number == number), None)

    def is_cut_off(self, run: Run) -> bool:
        """Whether the situation that a run waits in was taken out of the simulation since."""
        return run.ending is None and run.ahead not in {node.id for node in self.simulation.nodes}

    def shown(self) -> tuple[str, int | None, int]:
        """All that a module's page shows of it while no run was played out."""
        return (self.simulation.id, self.open_run.number if self.open_run else None, len(self.runs))
