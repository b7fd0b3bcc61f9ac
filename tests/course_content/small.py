"""A small sound programme on disk, for tests to break one thing of."""

from pathlib import Path

PROGRAMME = """\
id: small
version: "1"
title: Piccolo
description: Un programma di prova.
owner: Un ente
funder: Progetto cofinanziato
period: {label: sempre}
audience: Tutti
roles:
  - {id: AMM, name: Amministratori}
modules: [m1, m2]
counts: {modules: 2, webinars: 1, sessions: 2}
indicators:
  - {id: sessions-held, title: Giornate, unit: n., target: 2, counts: sessions_held}
"""

MODULE = """\
id: m1
number: 1
title: {it: Primo, en: First}
summary: In breve.
status: ready
objectives: [Sapere]
"""

IN_PREPARATION = """\
id: m2
number: 2
title: Secondo
summary: In breve.
status: in_preparation
minutes: 30
objectives: [Sapere]
outline: [Una lezione]
"""

LESSON = """\
---
id: m1-l1
title: Lezione
minutes: 20
roles: [AMM]
verified_on: 2026-01-02
resources:
  - {title: Una legge, url: "https://example.org/legge"}
self_checks:
  - id: m1-l1-q1
    kind: true_false
    prompt: "È vero?"
    choices:
      - {id: true, text: Vero, feedback: Conta davvero.}
      - {id: false, text: Falso, feedback: Non conta.}
    answer: [true]
    feedback: Perché sì.
---

## Perché conta

Un testo con un [rimando](webinar:w01) e una tabella.

![Un disegno](media/disegno.svg)
"""

ASSESSMENT = """\
id: m1-assessment
title: Verifica
draw: 2
pass_percent: 70
attempts: 3
questions:
  - id: m1-q1
    kind: single
    prompt: "Quale?"
    choices:
      - {id: a, text: Uno, feedback: Non conta.}
      - {id: b, text: Due, feedback: Conta davvero.}
      - {id: c, text: Tre, feedback: Non conta.}
    answer: [b]
    feedback: È due.
  - id: m1-q2
    kind: matching
    prompt: Abbina.
    choices:
      - {id: a, text: Uno, feedback: Primo.}
      - {id: b, text: Due, feedback: Secondo.}
    targets: [{id: t1, text: I}, {id: t2, text: II}, {id: t3, text: III}]
    answer: [t1, t2]
    feedback: Vanno in coppia.
"""

WEBINARS = """\
rule: {version: 1, threshold_percent: 70, denominator: fair, bridge_seconds: 60, early_minutes: 15}
webinars:
  - id: w01
    number: 1
    title: In diretta
    module: m1
    minutes: 60
    starts_at: 2026-12-01T15:00
    proposed: false
    objectives: [Capire]
    polls:
      - {id: w01-p1, kind: single, prompt: "Prima?", options: ["Sì", "No"]}
      - {id: w01-p2, kind: multiple, prompt: "Quali?", options: [Uno, Due, Tre], answer: [a, b]}
      - {id: w01-p3, kind: scale, prompt: "Quanto?", options: ["1", "2", "3"]}
"""

SESSIONS = """\
plan: {count: 2, hours: 6, title: Giornata, topics: [Mattina, Pomeriggio]}
sessions:
  - {id: S02, place: Municipio, starts_at: 2018-07-20T09:00, ends_at: 2018-07-20T17:00}
"""

FACTS = """\
facts:
  - id: n1
    text: la legge quadro n. 328 del 2000
    statement: Legge quadro sui servizi sociali.
    source: G.U. 265 del 13/11/2000
    certainty: known
  - id: places
    text: 41.289 posti attivi
    statement: Posti attivi al 31 dicembre 2025.
    source: Un sito, 2026
    certainty: verified
    verified_on: 2026-11-01
    review_by: 2027-06-30
"""
GLOSSARY = """\
terms:
  - {id: dup, term: DUP, definition: Documento unico di programmazione.}
  - {id: coalizione, term: coalizione locale, forms: [coalizioni locali], definition: Un'alleanza.}
"""

FILES = {
    "programme.yaml": PROGRAMME,
    "webinars.yaml": WEBINARS,
    "sessions.yaml": SESSIONS,
    "m1/module.yaml": MODULE,
    "m1/01-lezione.it.md": LESSON,
    "m1/assessment.yaml": ASSESSMENT,
    "m1/media/disegno.svg": "<svg xmlns='http://www.w3.org/2000/svg'><title>Un disegno</title></svg>",
    "m2/module.yaml": IN_PREPARATION,
}


def write_programme(folder: Path) -> Path:
    """Writes the small programme into `folder` and returns it."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces a text that must occur in the file; returns the line where it was."""
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def with_lexicon(folder: Path) -> Path:
    """The small programme in `folder` with facts and a glossary."""
    (folder / "facts.yaml").write_text(FACTS, "utf-8")
    (folder / "glossary.yaml").write_text(GLOSSARY, "utf-8")
    return folder
