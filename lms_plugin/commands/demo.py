"""`coalizione demo`: the practice LMS, the tool, its worker and the local room, on this machine."""

import shutil
import sys
from pathlib import Path

import click

from lms_plugin.commands.console import now, refusing
from lms_plugin.commands.demo_installation import Addresses, Keys, Links, environment, prepare
from lms_plugin.commands.demo_programmes import offered
from lms_plugin.commands.processes import Crew, Program, require_free_ports
from lms_plugin.commands.webinars import book_all
from lms_plugin.errors import Refusal

MODULES = ("lms_plugin.commands", "lms_plugin.rehearsal", "webinar_connector.local_room")
STATIC = Path(__file__).parent.parent / "static" / "vendor" / "bootstrap-italia"


class FrontEndMissing(Refusal):
    """The stylesheets were never built."""

    code = "front_end_missing"


@click.command("demo")
@click.option("--folder", default="var/demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--port", default=8000, show_default=True, help="The first of three ports in a row.")
@click.option("--fresh", is_flag=True, help="Forget what earlier demos recorded.")
@click.option(
    "--programme",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own copy of a programme, in the place of the one with its id; may be repeated.",
)
@refusing
def demo_command(*, folder: Path, port: int, fresh: bool, programme: tuple[Path, ...]) -> None:
    """Run the whole product on this machine until Ctrl-C; what it records stays in FOLDER."""
    if not STATIC.is_dir():
        raise FrontEndMissing("the stylesheets are not built: run `make setup`")
    addresses, programmes = Addresses(port), offered(programme)
    require_free_ports(addresses.ports)
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    settings, keys, links = prepare(folder, addresses, programmes)
    try:
        programs, own = _programs(folder, addresses), environment(folder, keys, addresses, programmes)
        with Crew(programs, own, folder / "logs") as crew:
            book_all(settings, now())
            click.echo(_greeting(addresses, keys, links))
            crew.watch()
    except KeyboardInterrupt:
        click.echo("\nstopped")


def _programs(folder: Path, at: Addresses) -> tuple[Program, ...]:
    python = [sys.executable, "-m"]
    ours, lms, room = ([*python, name] for name in MODULES)
    tool, its_lms, its_room = map(str, at.ports)
    remembered = ["--state", str(folder / "practice-lms.json")]
    peer = ["--port", its_lms, "--url", at.lms, "--tool-url", at.tool, *remembered]
    return (
        Program("local-room", [*room, "--port", its_room], f"{at.room}/livez"),
        Program("practice-lms", [*lms, *peer], f"{at.lms}/jwks.json"),
        Program("web", [*ours, "serve", "--port", tool], f"{at.tool}/livez"),
        Program("worker", [*ours, "worker"]),
    )


def _greeting(at: Addresses, keys: Keys, links: Links) -> str:
    return f"""
CO-AliZIONE Formazione is running. Ctrl-C stops it.

  practice LMS   {at.lms}
                 choose a person: Ada and Bruno learn, Carla teaches, Dario administers
  secretariat    {links.secretariat}
                 lets in once, as secretary; start the demo again for a new link
  administration {links.administration}
                 lets in once, as administrator: LMSs, keys, launch doctor
  registration   {links.registration}
                 registers this tool in an LMS, once: as Dario, paste it under «Strumenti»
  tool and LRS   {at.tool}/xapi/statements
                 curl -u {keys.lrs_key}:{keys.lrs_secret} \\
                   -H 'X-Experience-API-Version: 1.0.3' {at.tool}/xapi/statements
  local room     {at.room}
                 a rehearsal room without audio or video: people reach it from the webinar's page
"""
