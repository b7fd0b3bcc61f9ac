"""`coalizione key`: what an administrator reads and does about our keys."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from lms_plugin.commands import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run_command(*arguments: str, **changes: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["key", *arguments], env=environment | changes)
        return result.exit_code, result.output

    return run_command


def keys(run: Run) -> dict[str, str]:
    """State by name of key."""
    return {key["kid"]: key["status"] for key in json.loads(run("list", "--json")[1])["keys"]}


def test_rotation_at_the_command_line(run: Run) -> None:
    assert "no key yet" in run("list")[1]
    assert run("rotate", "--dry-run") == (0, "would make a key and let it sign\n")
    assert keys(run) == {}
    status, output = run("rotate")
    assert (status, output[:17]) == (1, "next_key_too_new:")
    before = keys(run)
    assert run("rotate", "--dry-run")[0] == 0
    assert keys(run) == before
    assert run("rotate", "--force")[0] == 0
    assert sorted(keys(run).values()) == ["active", "next", "retiring"]
    assert "signs no more, still published until" in run("list")[1]


def test_retiring_at_the_command_line(run: Run) -> None:
    run("rotate", "--force")
    old = next(kid for kid, status in keys(run).items() if status == "retiring")
    assert run("retire", old, "--dry-run") == (0, f"{old} would be no longer published\n")
    assert keys(run)[old] == "retiring"
    assert run("retire", old)[0] == 0
    assert keys(run)[old] == "deleted"
    assert run("retire", old)[0] == 1
    assert run("retire")[0] == 2


def test_a_changed_secret_is_said_with_what_to_do(run: Run) -> None:
    run("rotate", "--force")
    changed = {"COALIZIONE_SECRET_KEY": "another secret, also long enough for this"}
    assert "put the old one back, or rotate" in run("list", **changed)[1]
    assert run("rotate", **changed)[0] == 0
    assert "NOT READABLE" not in run("list", **changed)[1]
