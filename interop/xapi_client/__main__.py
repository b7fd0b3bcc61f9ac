"""Our LRS written and read by `@xapi/xapi`, the xAPI client from npm: python -m interop.xapi_client

Both ways of the client are used, axios and fetch. Exit status 1 if a check fails. About ten seconds.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from interop.node import ready_packages
from interop.our_tool import our_tool

HERE = Path(__file__).parent
ADAPTERS = ("axios", "fetch")
LONGEST_SECONDS = 60


def main() -> int:
    """Installs the client, serves our tool, runs every check by each adapter, prints a table."""
    packages = ready_packages("interop-xapi", HERE)
    version = json.loads((packages / "node_modules/@xapi/xapi/package.json").read_text())["version"]
    print(f"@xapi/xapi {version} against our LRS")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coalizione-interop-")))
        tool = stack.enter_context(our_tool(folder))
        credential = tool.asked("lrs", "credential", "add", "interop")
        assert isinstance(credential, dict)
        words = [f"{tool.address}/xapi/", credential["key"], credential["secret"]]
        outcomes = [(adapter, _exercise(packages, [*words, adapter])) for adapter in ADAPTERS]
    return _report(outcomes)


def _exercise(packages: Path, words: list[str]) -> dict[str, object]:
    command = ["node", HERE / "exercise.mjs", *words]
    done = subprocess.run(
        command, cwd=packages, check=True, capture_output=True, text=True, timeout=LONGEST_SECONDS
    )
    results: dict[str, object] = json.loads(done.stdout)
    return results


def _report(outcomes: list[tuple[str, dict[str, object]]]) -> int:
    failed = 0
    for adapter, results in outcomes:
        for name, outcome in results.items():
            is_right = outcome == "ok"
            failed += not is_right
            told = "" if is_right else json.dumps(outcome, ensure_ascii=False)
            print(f"{'passed' if is_right else 'FAILED'}  {name:56} {adapter:6} {told}")
    total = sum(len(results) for _adapter, results in outcomes)
    print(f"{total - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
