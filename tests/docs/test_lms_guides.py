"""docs/lms cannot rot: each address, scope, command, option, code and value there is the product's own."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from lms_plugin.commands import main
from lms_plugin.connecting.manual_products import PRODUCTS, ManualProduct
from lms_plugin.errors import Refusal
from lms_plugin.lti.dynamic_registration_products import SCOPES, ToolFacts
from tests.lms_plugin.lti.fixtures import on_sqlite

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "lms"
HERE = "https://formazione.example.it"
LMSS = ("moodle", "canvas", "blackboard", "brightspace", "openedx", "sakai")
GUIDES = [f"{lms}.{language}.md" for lms in LMSS for language in ("it", "en")]
PAGES = [*GUIDES, "README.md"]
TOOL = ToolFacts(HERE, f"{HERE}/programmes/co-alizione")

# What anybody may open; the rest wants a launch or a signed-in administrator.
ANSWERING = (
    "/programmes/",
    "/lti/configuration",
    "/lti/canvas.json",
    "/lti/jwks.json",
    "/static/",
    "/privacy",
)

OUR_ADDRESS = re.compile(re.escape(HERE) + r"(/[\w./-]*)?")
SCOPE = re.compile(r"https://purl\.imsglobal\.org/[\w./-]+")
FENCED = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(coalizione [^`]+)`")
LINK = re.compile(r"\]\(([^)#]+)\)")
CODE_ROW = re.compile(r"^\| `([a-z_]+)` \| .{20,} \|$", re.MULTILINE)


def text(page: str) -> str:
    return (FOLDER / page).read_text()


def paths_in(page: str) -> set[str]:
    """The paths of our own addresses that a page names."""
    found = {path.rstrip(".") for path in OUR_ADDRESS.findall(text(page))} - {""}
    assert found
    return found


def commands_in(page: str) -> Iterator[str]:
    """Each `coalizione …` of a page on one line, in a block or within a sentence."""
    whole = text(page)
    for block in FENCED.findall(whole):
        lines = block.replace("\\\n", " ").splitlines()
        yield from (line for line in lines if line.startswith("coalizione "))
    prose = " ".join(FENCED.sub("", whole).split())
    yield from INLINE.findall(prose)


def parse(words: list[str]) -> None:
    """Lets click read a command with its options and arguments, without running it."""
    command: click.Command = main
    context = click.Context(main, info_name="coalizione")
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words.pop(0))
        assert found is not None, "no such command"
        command = found
    command.make_context(command.name, list(words))


def refusal_codes() -> frozenset[str]:
    """Every code that a page of ours can show."""
    for room in ("errors", "dynamic_registration_errors", "invitations"):
        importlib.import_module(f"lms_plugin.lti.{room}")
    found, waiting = set(), [Refusal]
    while waiting:
        kind = waiting.pop()
        found.add(kind.code)
        waiting += kind.__subclasses__()
    return frozenset(found)


def values_of(product: ManualProduct) -> Iterator[str]:
    """What the configuration page gives to copy, and what is known of the LMS beforehand."""
    yield from (value for _label, value in product.rows(TOOL) if value not in {"✓", "Always", "Never"})
    yield from product.fixed.values()
    yield from (path for path in product.from_root.values() if path)


def test_each_lms_has_a_guide_in_both_languages_and_the_index_links_them() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(PAGES)
    assert set(GUIDES) <= set(LINK.findall(text("README.md")))
    assert set(LMSS) == set(PRODUCTS) - {"other"}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    leads = [target for target in LINK.findall(text(page)) if not target.startswith("http")]
    assert [target for target in leads if not (FOLDER / target).exists()] == []


@on_sqlite
def test_every_address_of_ours_exists(app: Flask) -> None:
    routes = app.url_map.bind("formazione.example.it", url_scheme="https")
    # Files are served before the routes are asked; the next test fetches them.
    named = {(page, path) for page in PAGES for path in paths_in(page) if not path.startswith("/static/")}
    unknown = []
    for page, path in sorted(named):
        try:
            routes.match(path, method="GET")
        except MethodNotAllowed:
            routes.match(path, method="POST")
        except HTTPException:
            unknown.append((page, path))
    assert unknown == []


@on_sqlite
def test_activities_files_and_public_pages_answer(app: Flask) -> None:
    client = app.test_client()
    answers = {}
    for path in {path for page in PAGES for path in paths_in(page) if path.startswith(ANSWERING)}:
        with client.get(path, base_url="https://formazione.example") as answer:
            answers[path] = answer.status_code
    assert len(answers) > 6
    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("page", GUIDES)
def test_scopes_are_those_that_we_ask_for_and_all_of_them(page: str) -> None:
    assert set(SCOPE.findall(text(page))) == set(SCOPES)


@pytest.mark.parametrize("page", GUIDES)
def test_every_command_and_option_is_understood(page: str) -> None:
    found = list(commands_in(page))
    assert len(found) > 8
    for command in found:
        try:
            parse(shlex.split(command)[1:])
        except click.UsageError as wrong:
            pytest.fail(f"{page}: {command}: {wrong.format_message()}")


@on_sqlite
@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_run_in_the_order_of_the_guide(
    database: Session, environment: dict[str, str], page: str
) -> None:
    del database  # is there
    for command in commands_in(page):
        if command.startswith("coalizione platform check"):
            continue  # calls the LMS
        ran = CliRunner().invoke(main, shlex.split(command)[1:], env=environment)
        assert ran.exit_code == 0, (command, ran.output)


@pytest.mark.parametrize("page", GUIDES)
def test_every_code_is_one_that_our_pages_show(page: str) -> None:
    codes = CODE_ROW.findall(text(page))
    assert len(codes) > 12
    assert [code for code in codes if code not in refusal_codes()] == []


@pytest.mark.parametrize("page", GUIDES)
def test_the_guide_has_every_value_of_the_configuration_page(page: str) -> None:
    written = text(page)
    product = PRODUCTS[page.partition(".")[0]]
    assert [value for value in values_of(product) if value not in written] == []


@pytest.mark.parametrize("lms", LMSS)
def test_the_english_guide_has_every_label_of_the_configuration_page(lms: str) -> None:
    written = text(f"{lms}.en.md")
    assert [label for label, _value in PRODUCTS[lms].rows(TOOL) if label not in written] == []


@pytest.mark.parametrize("lms", LMSS)
def test_both_languages_say_the_same(lms: str) -> None:
    italian, english = text(f"{lms}.it.md"), text(f"{lms}.en.md")
    for pattern in (r"^## ", r"^\|", r"^```"):
        lines = re.compile(pattern, re.MULTILINE)
        assert len(lines.findall(italian)) == len(lines.findall(english)), pattern
    assert CODE_ROW.findall(italian) == CODE_ROW.findall(english)
    ours = [paths_in(f"{lms}.{language}.md") for language in ("it", "en")]
    assert ours[0] - {"/lti/register/SEGRETO"} == ours[1] - {"/lti/register/SECRET"}
