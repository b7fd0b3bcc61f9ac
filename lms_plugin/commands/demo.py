"""`coalizione demo`: the practice LMS, the tool, its worker and the local room, on this machine."""

import shutil
import sys
from pathlib import Path

import click

from lms_plugin.commands.console import now, refusing
from lms_plugin.commands.demo_installation import LMS_URL, PORTS, ROOM_URL, Keys, environment, prepare
from lms_plugin.commands.processes import Crew, Program, require_free_ports
from lms_plugin.commands.webinars import book_all
from lms_plugin.errors import Refusal
from lms_plugin.settings import Settings

MODULES = ("lms_plugin.commands", "lms_plugin.rehearsal", "webinar_connector.local_room")
STATIC = Path(__file__).parent.parent / "static" / "vendor" / "bootstrap-italia"


class FrontEndMissing(Refusal):
    """The stylesheets were never built."""

    code = "front_end_missing"


@click.command("demo")
@click.option("--folder", default="var/demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--fresh", is_flag=True, help="Forget what earlier demos recorded.")
@refusing
def demo_command(*, folder: Path, fresh: bool) -> None:
    """Run the whole product on this machine until Ctrl-C; what it records stays in FOLDER."""
    if not STATIC.is_dir():
        raise FrontEndMissing("the stylesheets are not built: run `make setup`")
    require_free_ports(PORTS)
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    settings, keys, link = prepare(folder)
    try:
        with Crew(_programs(folder), environment(folder, keys), folder / "logs") as crew:
            book_all(settings, now())
            click.echo(_greeting(settings, keys, link))
            crew.watch()
    except KeyboardInterrupt:
        click.echo("\nstopped")


def _programs(folder: Path) -> tuple[Program, ...]:
    python = [sys.executable, "-m"]
    ours, lms, room = ([*python, name] for name in MODULES)
    state = str(folder / "practice-lms.json")
    return (
        Program("local-room", room, f"{ROOM_URL}/livez"),
        Program("practice-lms", [*lms, "--state", state], f"{LMS_URL}/jwks.json"),
        Program("web", [*ours, "serve", "--port", str(PORTS[0])], f"http://localhost:{PORTS[0]}/livez"),
        Program("worker", [*ours, "worker"]),
    )


def _greeting(settings: Settings, keys: Keys, link: str) -> str:
    tool = settings.public_url
    return f"""
CO-AliZIONE Formazione is running. Ctrl-C stops it.

  practice LMS   {LMS_URL}
                 choose a person: Ada and Bruno learn, Carla teaches, Dario administers
  secretariat    {link}
                 lets in once, as secretary; start the demo again for a new link
  tool and LRS   {tool}/xapi/statements
                 curl -u {keys.lrs_key}:{keys.lrs_secret} \\
                   -H 'X-Experience-API-Version: 1.0.3' {tool}/xapi/statements
  local room     {ROOM_URL}
                 a rehearsal room without audio or video: people reach it from the webinar's page
"""
