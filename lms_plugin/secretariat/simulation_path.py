"""The path of a run through a simulation in the words of the programme on offer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course_content.programme import Programme, UnknownActivity
from course_content.simulation import Simulation, UnknownNode
from lms_plugin.records.evidence import Evidence
from lms_plugin.records.fact import Kind


@dataclass(frozen=True, slots=True)
class Made:
    """A situation and what was chosen in it."""

    situation: str
    choice: str


def path_in_words(programmes: Mapping[str, Programme], evidence: Iterable[Evidence]) -> list[Made]:
    """The choices of the run that the evidence says has ended; codes stand for what is no longer on offer."""
    made: list[Made] = []
    for row in evidence:
        if row.kind == Kind.SIMULATION_ENDED:
            simulation = _simulation(programmes, row)
            made += [_made(simulation, step) for step in json.loads(row.payload)["path"]]
    return made


def _simulation(programmes: Mapping[str, Programme], row: Evidence) -> Simulation | None:
    if row.programme_id not in programmes:
        return None
    for module in programmes[row.programme_id].modules:
        try:
            return module.simulation(row.activity_id)
        except UnknownActivity:
            continue
    return None


def _made(simulation: Simulation | None, step: str) -> Made:
    node_id, _colon, choice_id = step.partition(":")
    try:
        if simulation is None:
            return Made(node_id, choice_id)
        node = simulation.node(node_id)
        return Made(node.title, node.choice(choice_id).text)
    except UnknownNode:
        return Made(node_id, choice_id)
