"""`coalizione content check [FOLDER]`."""

import sys
from pathlib import Path

import click

from course_content.__main__ import main as check_content
from course_content.loader import load_programme
from course_content.problems import ContentErrors
from course_content.report import report
from lms_plugin.commands.console import json_option

NOTES = "## Read again"


@click.group("content")
def content_group() -> None:
    """The programmes as data."""


@content_group.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings and facts to be reviewed count as problems.")
@json_option
def check_command(*, folder: Path | None, strict: bool, as_json: bool) -> None:
    """Check a programme (or all embedded ones): every problem with its file and line."""
    given = {str(folder): folder is not None, "--strict": strict, "--json": as_json}
    arguments = ["check", *(word for word, wanted in given.items() if wanted)]
    sys.exit(check_content(arguments))


@content_group.command("report")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file; notes below «## Read again» stay.",
)
def report_command(*, folder: Path, output: Path | None) -> None:
    """Report on a programme's content: words, readability and facts of each lesson, as Markdown."""
    try:
        text = report(load_programme(folder))
    except ContentErrors as refused:
        raise click.ClickException(f"{refused}\nRun `coalizione content check {folder}` first.") from refused
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text + _notes(output), "utf-8")


def _notes(output: Path) -> str:
    """What people wrote below the report before, which is kept."""
    before = output.read_text("utf-8") if output.exists() else ""
    _made, marker, notes = before.partition(NOTES)
    return f"\n{marker}{notes}" if marker else ""
