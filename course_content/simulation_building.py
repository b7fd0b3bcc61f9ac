"""Turns a checked document into the values of simulation.py, and finds the running texts in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from course_content.documents import At
from course_content.simulation import (
    BANDS,
    END,
    INDICATORS,
    Debriefing,
    Simulation,
    SimulationChoice,
    SimulationNode,
)
from course_content.texts import language_map

Data = Mapping[str, Any]


def build_simulation(data: Data) -> Simulation:
    """One simulation, as its file has it."""
    return Simulation(
        id=data["id"],
        title=language_map(data["title"]),
        minutes=data["minutes"],
        lesson=data["lesson"],
        role=data["role"],
        disclaimer=data["disclaimer"],
        introduction=data["introduction"],
        start=data["start"],
        nodes=tuple(_node(one) for one in data["nodes"]),
        debriefing=_debriefing(data["debriefing"]),
    )


def running_texts(data: Data) -> Iterator[tuple[At, str]]:
    """Every Markdown text of a simulation's document, with its place in it."""
    yield ("introduction",), data["introduction"]
    for place, node in enumerate(data["nodes"]):
        yield ("nodes", place, "text"), node["text"]
        for number, choice in enumerate(node["choices"]):
            for key in ("consequence", "feedback"):
                yield ("nodes", place, "choices", number, key), choice[key]
    for key in (*BANDS, "question", "note"):
        if key in data["debriefing"]:
            yield ("debriefing", key), data["debriefing"][key]


def _node(data: Data) -> SimulationNode:
    choices = tuple(_choice(one) for one in data["choices"])
    return SimulationNode(data["id"], data["title"], data["text"], data["question"], choices)


def _choice(data: Data) -> SimulationChoice:
    return SimulationChoice(
        id=data["id"],
        text=data["text"],
        effects={one: data["effects"].get(one, 0) for one in INDICATORS},
        consequence=data["consequence"],
        feedback=data["feedback"],
        leads_to=None if data["next"] == END else data["next"],
    )


def _debriefing(data: Data) -> Debriefing:
    return Debriefing(
        bands={band: data[band] for band in BANDS},
        question=data["question"],
        lessons=tuple(data["lessons"]),
        note=data.get("note", ""),
    )
