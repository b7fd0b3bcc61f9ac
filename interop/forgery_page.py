"""docs/forgeries.md: the outcome of one run, as it was."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from interop.contenders import Answer

LONGEST_WORDS = 70
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+", re.IGNORECASE)  # another port at every run
OF_PLATFORM, OURS = "platform: ", "ours"

HEAD = """# The forgery table

Written by `make forgeries` (`python -m interop.forgeries`); do not edit. Every row is one wrong message, or
one wrong sequence of honest messages, sent over HTTP in the same run to two tools:

- **ours**, served by `coalizione serve` on SQLite, built on commit {revision};
- **PyLTI1p3 {pylti1p3}** (Flask {flask}, PyJWT {pyjwt}, jwcrypto {jwcrypto}), in a Flask tool as its README
  builds one (`interop/pylti1p3_tool.py`), nothing of it changed, served by gunicorn.

Both believe themselves behind a proxy that ends TLS, so their cookies are those of https. Python {python},
{day}. The platform is the practice LMS (`lms_plugin/rehearsal`), which signs with its true key unless the row
says otherwise. Before each row the same tool let an honest launch in, in a fresh browser; the forged message
then comes from a browser that launched honestly a moment before. All rows but `sequence_`, `login_` and
`deep_linking_…` are also tried on SQLite and PostgreSQL by `tests/lms_plugin/launching/test_forgeries.py` at
every `make test`.

## How to read it

"Asked by" names the text behind the refusal, of one of three kinds:

- a text that tells the **tool** what to refuse or verify (some say SHOULD, as for `azp` and for replays);
- in *italics*, a text that says what a **platform** must send; no text tells the tool what to do with a
  message that is not so. Accepting one is then a matter of the application behind the library: a claim of the
  wrong type, for instance, is handed on as it came;
- *ours*: no text asks for it, and a tool may well accept (other approved algorithms, old `iat`, …).

{counts}

Refused by PyLTI1p3 means that it raised its own exception, whose words are given; an internal error lets
nobody in either, but is not a refusal that anybody thought of. In `login_` rows *accepted* means that the
login went on to the LMS. Ours says which refusal it was by a code (docs/lti.md), with the HTTP status after.

SEC: 1EdTech Security Framework 1.0. LTI, AGS, NRPS, DL: 1EdTech LTI Core 1.3, Assignment and Grade Services
2.0, Names and Role Provisioning Services 2.0, Deep Linking 2.0. OIDC: OpenID Connect Core. JWS, JWK, JWA and
JWT: RFC 7515, 7517, 7518 and 7519.

## The table

| name | what is wrong | check | asked by | ours | PyLTI1p3 |
|---|---|---|---|---|---|
"""
COUNTS = """| | ours: refused | accepted | internal error | PyLTI1p3: refused | accepted | internal error |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """One case and what both tools said; `code` is what ours must say."""

    name: str
    words: str
    asked_by: str
    check: int
    code: str
    ours: Answer
    theirs: Answer


@dataclass(frozen=True)
class Run:
    """One run of the comparison."""

    day: date
    python: str
    revision: str
    versions: Mapping[str, str]
    rows: Sequence[Row]


def page(run: Run) -> str:
    """The whole page."""
    head = HEAD.format(
        revision=run.revision, python=run.python, day=run.day.isoformat(), counts=_counts(run.rows),
        **run.versions,
    )  # fmt: skip
    return head + "".join(_line(row) for row in run.rows)


def _counts(rows: Sequence[Row]) -> str:
    of_platform = [row for row in rows if row.asked_by.startswith(OF_PLATFORM)]
    by_us = [row for row in rows if row.asked_by == OURS]
    of_tool = [row for row in rows if row not in of_platform and row not in by_us]
    groups = {"asked of the tool": of_tool, "asked of the platform": of_platform, OURS: by_us, "all": rows}
    return COUNTS + "\n".join(_counted(name, group) for name, group in groups.items())


def _counted(name: str, rows: Sequence[Row]) -> str:
    counts = [
        Counter(answer.kind for answer in tool)
        for tool in zip(*((row.ours, row.theirs) for row in rows), strict=True)
    ]
    cells = (str(count[kind]) for count in counts for kind in ("refused", "accepted", "broken"))
    return f"| {name} ({len(rows)}) | {' | '.join(cells)} |"


def _line(row: Row) -> str:
    ours = f"`{row.ours.words}` {row.ours.status}" if row.ours.kind == "refused" else _kind(row.ours)
    theirs = f"refused: {_cell(row.theirs.words)}" if row.theirs.kind == "refused" else _kind(row.theirs)
    text = row.asked_by.removeprefix(OF_PLATFORM)
    asked_by = text if text == row.asked_by else f"*{text}*"
    return f"| `{row.name}` | {row.words} | {row.check or 'login'} | {asked_by} | {ours} | {theirs} |\n"


def _kind(answer: Answer) -> str:
    return "**accepted**" if answer.kind == "accepted" else f"internal error {answer.status}"


def _cell(words: str) -> str:
    words = ADDRESS.sub("‹address›", words)
    plain = " ".join(words.replace("|", "/").replace("<", "‹").replace("`", "'").split())
    return plain if len(plain) <= LONGEST_WORDS else plain[:LONGEST_WORDS] + "…"
