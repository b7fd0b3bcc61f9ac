"""`coalizione platform check`: tries every service of an LMS once."""

import gettext
import sys
from pathlib import Path
from typing import Any

import click

import lms_plugin
from lms_plugin.commands.console import json_option, now, refusing, say, settings
from lms_plugin.connecting.self_test_words import STEPS, fix
from lms_plugin.lti.registering import RegistrationInvalid, find_registration
from lms_plugin.lti.self_test.line import Line
from lms_plugin.lti.self_test.running import SelfTest
from lms_plugin.migration import require_migrated
from lms_plugin.outbound import Outbound
from lms_plugin.storage import make_engine, session_factory

CATALOGUES = Path(lms_plugin.__file__).parent / "translations"


@click.command("check")
@click.option("--issuer", required=True, help="The `iss` of the LMS, character by character.")
@click.option("--client-id", required=True, help="What the LMS calls this tool.")
@click.option("--score/--no-score", "with_score", default=True, help="Also send a score to the test column.")
@json_option
@refusing
def check_command(issuer: str, client_id: str, *, with_score: bool, as_json: bool) -> None:
    """Try keys, clock, token, roster and grade book of an LMS; status 1 when something fails.

    Of the grade book only a column of the test's own is touched; it is deleted again.
    """
    chosen = settings()
    engine = make_engine(chosen.database_url)
    try:
        require_migrated(engine)
        sessions = session_factory(engine)
        with sessions() as database:
            platform = find_registration(database, issuer, client_id)
        if platform is None:
            raise RegistrationInvalid("no such registration: see `coalizione platform list`")
        test = SelfTest(Outbound(chosen.trusted_hosts), chosen.secret_key, sessions, now)
        report = test.run(platform.id, with_score=with_score)
    finally:
        engine.dispose()
    lines = [_described(line) for line in report.lines]
    text = "\n".join(_text(told) for told in lines)
    say(text, {"works": report.works, "lines": lines}, as_json=as_json)
    sys.exit(0 if report.works else 1)


def _described(line: Line) -> dict[str, Any]:
    return {
        "step": str(line.step),
        "verdict": str(line.verdict),
        "code": line.code,
        "what": english(STEPS[line.step]),
        "fix": english(fix(line)),
        "facts": dict(line.facts),
    }


def _text(told: dict[str, Any]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in told["facts"].items())
    head = f"{told['verdict']:10} {told['what']}" + (f" ({facts})" if facts else "")
    return f"{head}\n           {told['fix']}" if told["fix"] else head


def english(words: str) -> str:
    """The sentence in English as far as it is translated; commands speak English."""
    catalogue = gettext.translation("messages", CATALOGUES, ["en"], fallback=True)
    return catalogue.gettext(str(words)) if words else ""
