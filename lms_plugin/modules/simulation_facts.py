"""The facts that the player tells of a run through a simulation: path and numbers, no words of anybody."""

from course_content.simulation import Simulation, SimulationChoice, SimulationNode
from course_content.simulations import LEAST_TOTAL, MOST_TOTAL, band, moved, total
from lms_plugin.modules.facts import Teller
from lms_plugin.modules.simulation_runs import Run
from lms_plugin.records.fact import Fact, Kind


def run_started(teller: Teller, simulation: Simulation, number: int) -> Fact:
    """A run begins."""
    payload = {"run": number, "revision": teller.revision, "node": simulation.start}
    return teller.fact(Kind.SIMULATION_STARTED, simulation.id, _key(simulation, number, "started"), payload)


def choice_made(
    teller: Teller, simulation: Simulation, run: Run, node: SimulationNode, choice: SimulationChoice
) -> list[Fact]:
    """A choice, and the end of the run where it leads there. The key lets nobody choose twice in a place."""
    levels = moved(run.levels, choice.effects)
    payload = {
        "run": run.number,
        "revision": teller.revision,
        "node": node.id,
        "choice": choice.id,
        "effects": dict(choice.effects),
        "indicators": dict(levels),
        "next": choice.leads_to,
        "said": {
            "id": simulation.fork_id(node.id),
            "title": {"it": f"{node.title}. {node.question}"},
            "interaction": "choice",
            "response": choice.id,
        },
    }
    key = _key(simulation, run.number, f"chosen:{node.id}")
    chosen = teller.fact(Kind.SIMULATION_CHOSEN, simulation.id, key, payload)
    if choice.leads_to:
        return [chosen]
    made = [(move.node, move.choice) for move in run.moves]
    ended = {
        "run": run.number,
        "revision": teller.revision,
        "path": [f"{node_id}:{choice_id}" for node_id, choice_id in (*made, (node.id, choice.id))],
        "indicators": dict(levels),
        "total": total(levels),
        "least_total": LEAST_TOTAL,
        "most_total": MOST_TOTAL,
        "band": band(levels),
    }
    return [
        chosen,
        teller.fact(Kind.SIMULATION_ENDED, simulation.id, _key(simulation, run.number, "ended"), ended),
    ]


def _key(simulation: Simulation, run: int, what: str) -> str:
    return f"simulation:{simulation.id}:{run}:{what}"
