"""Results as the Markdown tables of docs/benchmarks.md: medians, and ratios to the first contender."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Runs = Sequence[Mapping[str, Any]]


def launch_table(launches: Mapping[str, Runs]) -> str:
    """One line for each tool; ratios are of the first tool to that one."""
    first = next(iter(launches.values()))
    head = (
        "tool",
        "launches/s (range)",
        "ours ÷ this",
        "p50 ms",
        "p99 ms",
        "CPU ms a launch: tool + database",
    )
    head += ("CPU, ours ÷ this", "key set fetches", "failed")
    return _table(head, [(name, *_launch_cells(runs, first)) for name, runs in launches.items()])


def _launch_cells(runs: Runs, first: Runs) -> tuple[str, ...]:
    server, database = _cpu_ms(runs, "server"), _cpu_ms(runs, "database")
    ours = _cpu_ms(first, "server") + _cpu_ms(first, "database")
    return (
        f"{_middle(runs, 'launches_per_second'):.0f} ({_range(runs, 'launches_per_second')})",
        _paired(first, runs, "launches_per_second"),
        f"{_middle(runs, 'p50_ms'):.0f}",
        f"{_middle(runs, 'p99_ms'):.0f}",
        f"{server:.1f} + {database:.1f}",
        f"{ours / (server + database):.2f}",
        str(sum(run["key_set_fetches"] for run in runs)),
        str(sum(run["failed"] for run in runs)),
    )


def statement_table(statements: Mapping[str, Mapping[str, Runs]]) -> str:
    """One line for each phase: both stores, their ratio, and each store's ratio to its own first phase."""
    (one, first), (two, second) = statements.items()
    one, two = one.removeprefix("ours on "), two.removeprefix("ours on ")
    head = ("phase", f"{one}, statements/s", f"{two}, statements/s", f"{one} ÷ {two}")
    head += (f"{one} ÷ its single", f"{two} ÷ its single", "failed")
    single = next(iter(first))
    lines = []
    for phase in first:
        a, b = first[phase], second[phase]
        failed = sum(run["failed"] for run in (*a, *b))
        against_single = (_paired(a, first[single], RATE), _paired(b, second[single], RATE))
        rates = (f"{_middle(runs, RATE):.0f} ({_range(runs, RATE)})" for runs in (a, b))
        lines.append((phase, *rates, _paired(a, b, RATE), *against_single, str(failed)))
    return _table(head, lines)


RATE = "statements_per_second"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


def _middle(runs: Runs, name: str) -> float:
    return float(median(run[name] for run in runs))


def _range(runs: Runs, name: str) -> str:
    return f"{min(run[name] for run in runs):.0f}-{max(run[name] for run in runs):.0f}"


def _paired(first: Runs, second: Runs, name: str) -> str:
    """The median of the ratios of runs that were made one after the other."""
    return f"{median(a[name] / b[name] for a, b in zip(first, second, strict=True)):.2f}"


def _cpu_ms(runs: Runs, kind: str) -> float:
    return float(median(run[f"{kind}_cpu_seconds"] * 1000 / run["launched"] for run in runs))
