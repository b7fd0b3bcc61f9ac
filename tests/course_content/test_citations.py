"""Norms, figures and years that are not taken from the table of facts, however they are written."""

from datetime import date
from pathlib import Path

import pytest

from course_content.checks import check
from course_content.citations import agrees, figures, norms, numbers, plain, years
from tests.course_content.small import edit, with_lexicon

TODAY = date(2026, 11, 23)
LESSON = "m1/01-lezione.it.md"

NORMS = [
    "d.lgs.vo 117/2017", "legge cost. n. 3 del 2001", "la 241/90", "T.U. 286/98", "dpcm del 30 marzo 2001",
    "art. cinquantacinque", "articolo LV", "regolamento di Dublino", "leggi 328/2000 e 241/1990",
    "legge 328/2000", "legge n. 328 del 2000", "legge 241 del 1990", "Legge 8 novembre 2000, n. 328",
    "legge quadro n.328", "l. 47/2017", "L.47/2017", "l. n. 47 del 2017", "d.lgs. 117/2017", "D.Lgs n. 117",
    "dlgs 117/2017", "decreto legislativo 3 luglio 2017, n. 117", "DL 20/2023", "d.l. n. 20",
    "decreto-legge 20/2023", "DPR 394", "D.P.R. 394/1999", "d.P.R. 31 agosto 1999, n. 394", "DM 72/2021",
    "dpcm 30 marzo 2001", "reg. UE 2021/1147", "regolamento (UE) 2021/1147", "regolamento UE n. 514/2014",
    "direttiva 2013/33/UE", "sent. 131/2020", "sentenza della Corte costituzionale n. 131", "art. 55",
    "art.55", "artt. 55-57", "articolo 118", "Articoli 30 e 31", "articolo cinquantacinque", "comma 797",
    "comma terzo", "titolo VII", "legge Zampa", "decreto «Cutro»", "il 47/2017", "circolare n. 15",
    "G.U. 284", "legge\u00a0328/2000", "le\u00adgge 328/2000", "legge \uff13\uff12\uff18/2000",
]  # fmt: skip
FIGURES = [
    "mille euro", "quattrocento euro", "3 mln", "9,8 mld", "40 punti percentuali", "1·549", "12mila abitanti",
    "ottocentosessantasette progetti", "867 nuovi progetti",
    "41.289", "41 289", "41\u202f289", "41'289", "41289", "62,7%", "62,7 %", "sessanta per cento",
    "5 per mille", "2,5‰", "867 progetti", "500 euro", "€ 500", "tre milioni", "9,882 miliardi", "41 mila",
    "quarantunomila", "centomila", "duemila", "sedicimila", "1.549",
]  # fmt: skip
ORDINARY = [
    "leggi 3 volte", "leggi le 12 righe e segna la n. 4", "legge il verbale n. 4", "cento persone", "in euro",
    "ne parla 24/7", "numero verde 800",
    "tre punti", "nove mesi", "entro 10 giorni", "il passo 3", "20-150 persone", "chiama il 112",
    "lunedì alle 9:30", "Il Comune compila il modulo", "Assimila il metodo", "una mensa da 200 pasti",
    "sette su dieci", "legge di tutti", "la legge lo prevede", "un decreto del prefetto",
    "arti e mestieri 2", "parte II", "lezione 5", "ne resta il doppio", "il titolo vero",
    "Legge ad alta voce il testo", "un'ora", "il comma che precede", "art director", "24 ore su 24",
]  # fmt: skip


def test_norms_and_figures_are_seen_however_they_are_written() -> None:
    assert [said for said in NORMS if not norms(plain(f"Lo dice {said}, e basta."))] == []
    assert [said for said in FIGURES if not figures(plain(f"Sono {said}, e basta."))] == []


def test_ordinary_words_are_neither_norms_nor_figures() -> None:
    found = {said: [*norms(said), *figures(said), *years(said)] for said in map(plain, ORDINARY)}
    assert {said: taken for said, taken in found.items() if taken} == {}


def test_a_year_is_seen_and_a_norms_own_year_is_no_other() -> None:
    assert years("Nel 2018, e fra il 2024 e il 2025.") == ["2018", "2024", "2025"]
    assert years("Anno 2025/2026, dal 23/11/2026.") == ["2025", "2026", "2026"]
    assert norms("Anno 2025/2026, dal 23/11/2026.") == []
    assert years("Vale la legge 328/2000.") == []


def test_numbers_agree_with_a_fact_as_they_are_or_rounded() -> None:
    table = [numbers("31.340 posti, il 62,7%"), numbers("titolo VII del codice, n. 117 del 2017")]
    said = ("31.340 posti", "31 mila", "31.000", "il 62,7%", "titolo VII", "117/2017")
    assert [one for one in said if not agrees(one, table)] == []
    # rounded wrongly, to tens, of another law, from two facts at once, without a number
    others = ("32.000", "31.400 posti", "il 60%", "117/2018", "62,7% di 117", "decreto Cutro")
    assert [one for one in others if agrees(one, table)] == []


@pytest.fixture
def lexicon(folder: Path) -> Path:
    """The small programme with facts and a glossary."""
    return with_lexicon(folder)


HOSTILE = [
    # what is written, where it stands in the Markdown, what is named
    ("| Voce | Quanti |\n|---|---|\n| Posti | 41.300 |", "41.300"),
    ("## Che cosa dice l'art. 55", "art. 55"),
    ("![Grafico: 99.000 posti](media/disegno.svg)", "99.000"),
    ('![Un grafico](media/disegno.svg "Legge 47/2017")', "Legge 47/2017"),
    ('Un [rimando](webinar:w01 "il 55%").', "55%"),
    ("Vale la legge **47**/2017.", "legge  47 /2017"),
    ("Vale la\nlegge 47/2017.", "legge 47/2017"),
    ("Vale la [legge 47/2017](https://example.org).", "legge 47/2017"),
    ("Vale la legge&nbsp;47/2017.", "legge 47/2017"),
    ("> Lo dice la legge 47/2017.", "legge 47/2017"),
    ("Un Comune inventato applica la legge 47/2017.", "legge 47/2017"),
    ("Questo dato non è inventato: 41.300 posti.", "41.300"),
    ("`41.300 posti`", "41.300"),
    ("```\n41.300 posti\n```", "41.300"),
    ("- voce\n  - il 55%", "55%"),
    ("Sono [41.999 posti](fact:places).", "41.999"),
    ("Lo dice [la legge 329](fact:n1).", "329"),
    ("Nel 1987 era diverso.", "1987"),
]


@pytest.mark.parametrize(("text", "named"), HOSTILE)
def test_no_place_of_a_lesson_hides_what_is_not_in_the_table(lexicon: Path, text: str, named: str) -> None:
    path = lexicon / LESSON
    path.write_text(f"{path.read_text('utf-8')}\n{text}\n", "utf-8")
    (problem,) = check(lexicon, TODAY)
    assert named in problem.message


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (LESSON, "Perché sì.", "Lo dice la legge 47/2017."),
        (LESSON, "feedback: Non conta.", "feedback: È il 55%."),
        (LESSON, "title: Lezione", "title: Dopo la legge 47/2017"),
        (LESSON, "{title: Una legge,", "{title: 'Legge 47/2017',"),
        ("m1/module.yaml", "summary: In breve.", "summary: Ci sono 99.000 posti."),
        ("m1/module.yaml", "objectives: [Sapere]", "objectives: [Applicare l'art. 55]"),
        ("m1/assessment.yaml", 'prompt: "Quale?"', 'prompt: "Quanto è il 55%?"'),
        ("m1/assessment.yaml", "{id: b, text: Due,", "{id: b, text: Sono 99.000,"),
        ("webinars.yaml", '"Prima?"', '"Nel 1987?"'),
        ("webinars.yaml", "options: [Uno, Due, Tre]", "options: [Uno, Due, Il 55%]"),
        ("sessions.yaml", "topics: [Mattina,", "topics: [La legge 47/2017,"),
        ("glossary.yaml", "Un'alleanza.", "Un'alleanza (art. 55)."),
        ("m1/media/disegno.svg", "</svg>", "<text>99.000</text></svg>"),
    ],
)
def test_no_other_file_hides_what_is_not_in_the_table(lexicon: Path, name: str, old: str, new: str) -> None:
    line = edit(lexicon, name, old, new)
    assert [(one.path, one.line) for one in check(lexicon, TODAY)] == [(lexicon / name, line)]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (LESSON, "Perché sì.", "Lo dice la legge 328/2000, per 41 mila posti."),
        (
            "m1/assessment.yaml",
            "{id: a, text: Uno, feedback: Non conta.}",
            "{id: a, text: Sono 99.000, feedback: Non conta.}",
        ),
        ("m1/assessment.yaml", 'prompt: "Quale?"', 'prompt: "Un Comune inventato spende il 55%: quale?"'),
        ("m1/media/disegno.svg", "</svg>", "<text>41.289</text></svg>"),
    ],
    ids=["in the table", "a wrong answer", "an invented example", "a drawing of a fact"],
)
def test_what_is_in_the_table_wrong_or_invented_is_sound(
    lexicon: Path, name: str, old: str, new: str
) -> None:
    edit(lexicon, name, old, new)
    assert check(lexicon, TODAY) == ()
