"""Rewrites the second half of docs/statements.md from the vocabulary; --check only looks if it is true."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from course_content.profile import ACTIVITY_TYPES
from course_content.statement_examples import example
from course_content.templates import TEMPLATES, Template

PAGE = Path(__file__).parents[1] / "docs" / "statements.md"
MARK = "<!-- From here on this page is written by tools/statements_page.py. -->\n"
BASE = "https://formazione.example"


def table() -> Iterator[str]:
    """One row for each template."""
    yield "| statement | verb | object | part of | since | today |"
    yield "|---|---|---|---|---|---|"
    for one in TEMPLATES:
        when = "emitted" if one.emitted else "waits for its pages"
        name = f"[{one.label['en']}](#{one.name})"
        yield f"| {name} | {one.verb.name} | {one.kind} | {one.parent or '–'} | v{one.since} | {when} |"


def section(one: Template) -> Iterator[str]:
    """One template with its example."""
    yield f'### <a id="{one.name}"></a>{one.label["en"]}'
    yield ""
    yield one.definition["en"]
    yield f"Verb `{one.verb.iri}`, object `{ACTIVITY_TYPES[one.kind]}`."
    yield ""
    yield "```json"
    yield json.dumps(example(BASE, one.name), ensure_ascii=False, indent=1, sort_keys=True)
    yield "```"
    yield ""


def rewritten(page: str) -> str:
    """The page with what follows the mark as the vocabulary has it now."""
    ours = page.partition(MARK)[0]
    parts = [*table(), "", *(line for one in TEMPLATES for line in section(one))]
    return ours + MARK + "\n" + "\n".join(parts)


if __name__ == "__main__":
    before = PAGE.read_text()
    after = rewritten(before)
    if "--check" not in sys.argv:
        PAGE.write_text(after)
    elif before != after:
        sys.exit("docs/statements.md is not what the vocabulary says: run tools/statements_page.py")
