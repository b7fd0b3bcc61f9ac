"""A small sound simulation for the small programme, for tests to break one thing of."""

from pathlib import Path

from tests.course_content.small import edit

FILE = "m1/simulations/storia.yaml"
SIMULATION = """\
id: m1-s1
title: {it: Una storia, en: A story}
minutes: 10
lesson: m1-l1
role: Sei il sindaco di Inventopoli.
places: [Inventopoli]
disclaimer: "Comuni e persone sono inventati: Inventopoli non esiste."
introduction: Comincia così.
start: n1
nodes:
  - id: n1
    title: Il principio
    text: Succede qualcosa, e costa 1.200 euro.
    question: Che cosa fai?
    choices:
      - id: a
        text: Bene
        effects: {LEG: 5, FID: 5, ESI: 1}
        consequence: Va bene.
        feedback: Rileggi [la lezione](lesson:m1-l1).
        next: n2
      - id: b
        text: Male
        effects: {SOS: -3}
        consequence: Va male.
        feedback: Perché no.
        next: end
  - id: n2
    title: Il seguito
    text: Succede altro.
    question: E adesso?
    choices:
      - id: a
        text: Ancora bene
        effects: {}
        consequence: Fine buona.
        feedback: Perché sì.
        next: end
      - id: b
        text: Così così
        effects: {ESI: -5}
        consequence: Fine.
        feedback: Perché forse.
        next: end
debriefing:
  solid: Solida.
  fragile: Fragile.
  rethink: Da ripensare.
  question: Quando?
  lessons: [m1-l1]
"""


def add_simulation(folder: Path) -> Path:
    """Adds the simulation to the small programme in `folder`, and returns the folder."""
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text(SIMULATION, "utf-8")
    edit(folder, "m1/module.yaml", "status: ready", "status: ready\nsimulations: [storia.yaml]")
    return folder
