"""Our tool against the platform side of Open edX (`lti-consumer-xblock`), both really served over HTTP.

  python -m interop            installs what it needs, runs every check, prints a table
  python -m interop WORD ...   only the checks whose name contains a word (some need those before them)

Exit status 1 if a check fails. Bounded to nine minutes; about two on a quiet machine, half a
minute of it waiting because the tool looks for new keys of a platform only every 30 seconds.
"""

import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from interop.checks_deep_linking import DEEP_LINKING_CHECKS
from interop.checks_keys import KEY_CHECKS
from interop.checks_launch import FORGERY_CHECKS, LAUNCH_CHECKS
from interop.checks_services import SERVICE_CHECKS
from interop.environment import ready, version_of
from interop.openedx_platform import REQUIREMENTS, openedx
from interop.our_tool import add_platform, our_tool
from interop.world import World
from lms_plugin.outbound import Outbound
from lms_plugin.storage import make_engine

LONGEST_SECONDS = 540
TARGET = "/programmes/co-alizione/modules/m1"
# Forgeries name keys that do not exist, and make the tool look for new ones: so they come last.
CHECKS = (*LAUNCH_CHECKS, *SERVICE_CHECKS, *DEEP_LINKING_CHECKS, *KEY_CHECKS, *FORGERY_CHECKS)
Check = Callable[[World], str]


@contextlib.contextmanager
def _world(python: Path):
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coalizione-interop-")))
        tool = stack.enter_context(our_tool(folder))
        platform = stack.enter_context(openedx(python, folder, tool.address, f"{tool.address}{TARGET}"))
        add_platform(tool, "Open edX", platform.platform_facts())
        engine = make_engine(tool.environment["COALIZIONE_DATABASE_URL"])
        stack.callback(engine.dispose)
        yield World(tool, platform, engine, Outbound(frozenset({"127.0.0.1"})))


def run(check: Check, world: World) -> bool:
    """Runs one check and prints its line."""
    started = time.monotonic()
    try:
        outcome, word = check(world), "passed"
    except Exception as failure:  # noqa: BLE001 - whatever goes wrong is this check's failure
        outcome, word = f"{type(failure).__name__}: {failure}", "FAILED"
    seconds = time.monotonic() - started
    print(f"{word}  {check.__name__.replace('_', ' '):56} {seconds:5.1f} s  {outcome}", flush=True)
    return word == "passed"


def wanted(check: Check, words: Sequence[str]) -> bool:
    """Whether a check was asked for."""
    return not words or any(word in check.__name__ for word in words)


def main() -> int:
    """The command line."""
    signal.signal(signal.SIGALRM, _too_long)
    python = ready("interop-venv", REQUIREMENTS)
    signal.alarm(LONGEST_SECONDS)
    names = ("lti-consumer-xblock", "django")
    print("against", ", ".join(f"{name} {version_of(python, name)}" for name in names))
    with _world(python) as world:
        passed = [run(check, world) for check in CHECKS if wanted(check, sys.argv[1:])]
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


def _too_long(*_arguments: object) -> None:
    raise TimeoutError(f"stopped after {LONGEST_SECONDS} seconds")


if __name__ == "__main__":
    sys.exit(main())
