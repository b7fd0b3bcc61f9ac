"""The rules of simulations, and every path of the two of CO-AliZIONE with its score."""

from pathlib import Path as File

import pytest

from course_content import EMBEDDED
from course_content.loader import load_programme
from course_content.simulation import INDICATORS, Band, Levels, Simulation, UnknownNode
from course_content.simulations import OPENING, Path, band, best_path, every_path, moved, play, total

PATHS = File(__file__).parent / "simulation_paths"


@pytest.fixture(scope="module")
def simulations() -> dict[str, Simulation]:
    module = load_programme(EMBEDDED / "co-alizione").module("m6")
    return {one.id: one for one in module.simulations}


def levels(*values: int) -> Levels:
    return dict(zip(INDICATORS, values, strict=True))


@pytest.mark.parametrize(
    ("at_the_end", "expected"),
    [
        (levels(13, 13, 13, 11), "solid"),
        (levels(17, 17, 8, 8), "solid"),
        (levels(20, 20, 20, 7), "fragile"),
        (levels(13, 12, 12, 12), "fragile"),
        (levels(11, 11, 10, 10), "fragile"),
        (levels(20, 15, 7, 0), "fragile"),
        (levels(11, 10, 10, 10), "rethink"),
        (levels(20, 20, 1, 0), "rethink"),
    ],
)
def test_band_of_the_levels_at_the_end(at_the_end: Levels, expected: Band) -> None:
    assert band(at_the_end) == expected


def test_indicators_start_at_ten_and_stay_between_0_and_20() -> None:
    assert levels(10, 10, 10, 10) == OPENING
    assert moved(levels(19, 1, 10, 0), levels(5, -5, 0, -1)) == levels(20, 0, 10, 0)


def test_playing_leads_from_choice_to_choice(simulations: dict[str, Simulation]) -> None:
    path = play(simulations["m6-s1"], ["b", "b"])

    assert path.name == "n1:b n2b:b"
    assert path.levels == levels(13, 13, 13, 9)
    assert path.ahead is not None
    assert path.ahead.id == "n3"


@pytest.mark.parametrize("choices", [["z"], ["b", "b", "a", "a", "a"]])
def test_what_is_not_there_to_choose_is_refused(
    simulations: dict[str, Simulation], choices: list[str]
) -> None:
    with pytest.raises(UnknownNode):
        play(simulations["m6-s1"], choices)


@pytest.mark.parametrize(
    ("simulation", "paths", "lowest", "highest", "solid"),
    [("m6-s1", 99, 27, 58, 6), ("m6-s2", 85, 22, 58, 3)],
)
def test_paths_are_those_of_the_brief(
    simulations: dict[str, Simulation], simulation: str, paths: int, lowest: int, highest: int, solid: int
) -> None:
    walked = list(every_path(simulations[simulation]))
    totals = [total(path.levels) for path in walked]

    assert len({path.name for path in walked}) == len(walked) == paths
    assert (min(totals), max(totals)) == (lowest, highest)
    assert sum(band(path.levels) == "solid" for path in walked) == solid


@pytest.mark.parametrize("simulation", ["m6-s1", "m6-s2"])
def test_every_path_has_its_score(simulations: dict[str, Simulation], simulation: str) -> None:
    lines = [_line(path) for path in every_path(simulations[simulation])]

    assert lines == (PATHS / f"{simulation}.txt").read_text("utf-8").splitlines()


def test_best_path_is_solid_though_another_has_more_points(simulations: dict[str, Simulation]) -> None:
    best = best_path(simulations["m6-s1"])

    assert (best.name, total(best.levels)) == ("n1:b n2b:b n3:a n4:c", 55)


def _line(path: Path) -> str:
    values = " ".join(f"{path.levels[one]:>2}" for one in INDICATORS)
    return f"{path.name}: {values} = {total(path.levels)} {band(path.levels)}"
