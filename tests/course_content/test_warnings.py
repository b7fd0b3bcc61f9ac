"""What the check warns of: the form of lessons, how they read, banks that give themselves away, pictures."""

from pathlib import Path
from shutil import copytree

import pytest

from course_content import EMBEDDED
from course_content.bank_checks import ALL_OF_THEM
from course_content.checks import check, warnings
from course_content.loader import programme_folders
from tests.course_content.small import edit

LESSON = "m1/01-lezione.it.md"
FORM = """\
lesson_form:
  words: {minimum: 20, maximum: 60}
  self_checks: 1
  parts:
    - {title: Perché conta, words: {minimum: 8, maximum: 30}}
    - {title: Da ricordare}
counts:"""
LAST = "\n## Da ricordare\n\n- Una frase di poche parole.\n- Un'altra frase di poche parole.\n"
SENTENCE = " ".join(["parola"] * 31)
HARD = (
    "Amministrativamente responsabilizzandosi istituzionalmente, indipendentemente dall'organizzazione." * 5
)
SVG = "m1/media/disegno.svg"
BANK = "m1/assessment.yaml"


@pytest.fixture
def formed(folder: Path) -> Path:
    """The small programme with a form of lessons, which its lesson has."""
    edit(folder, "programme.yaml", "counts:", FORM)
    (folder / LESSON).write_text((folder / LESSON).read_text("utf-8") + LAST, "utf-8")
    return folder


@pytest.mark.parametrize("programme", programme_folders(EMBEDDED), ids=lambda path: path.name)
def test_the_embedded_programmes_have_no_warnings(programme: Path) -> None:
    assert warnings(programme) == ()


def test_a_lesson_that_has_its_form_has_no_warnings(formed: Path) -> None:
    assert (check(formed), warnings(formed)) == ((), ())


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (LESSON, "## Da ricordare", "## Da sapere", "the part «Da ricordare» is missing"),
        (LESSON, "## Perché conta", "## Da ricordare\n\n## Perché conta", "not in their order, or"),
        (LESSON, "## Da ricordare", "## Altro\n\n## Da ricordare", "«Altro» is no part of a lesson"),
        (LESSON, "Un testo con", f"{'Un testo. ' * 40}", "words, more than 60"),
        (LESSON, "- Una frase di poche parole.\n- Un'altra frase di", "", "words, fewer than 20"),
        (LESSON, "Un testo con un", "", "fewer than 8"),
        (LESSON, "## Perché conta", "## Perché conta\n\n" + "Un testo. " * 15, "the part «Perché conta» has"),
        (LESSON, "Una frase di poche", f"{SENTENCE}", "a sentence of more than 30 words"),
        (LESSON, "Una frase di poche parole.", HARD, "hard to read: Gulpease"),
        (LESSON, "![Un disegno]", "![Disegno]", "does not describe the image"),
        (LESSON, "![Un disegno]", "![Ecco disegno.svg]", "does not describe the image"),
        (LESSON, "![Un disegno](media/disegno.svg)", "Un disegno.", "no lesson of the module shows"),
        (SVG, "<title>Un disegno</title>", "", "says nothing in words"),
        (SVG, "<title>Un disegno</title>", "<title></title>", "says nothing in words"),
        (SVG, "</svg>", "<text>Uno</text></svg>", "has texts, and the lesson no table"),
        (SVG, "</svg>", "<script/></svg>", "has a script or loads something"),
        (SVG, "</svg>", "<a href='https://example.org'/></svg>", "has a script or loads something"),
        (BANK, "feedback: È due.", f"feedback: {SENTENCE}", "a sentence of more than 30 words"),
        (BANK, "text: Tre", "text: Tutte le precedenti", "a choice speaks of the other choices"),
        (BANK, "text: Tre, feedback: Non conta.", "text: Tre, feedback: Sbagliato!", "says whether, not why"),
    ],
)  # fmt: skip
def test_a_fault_of_style_is_told_with_its_file(
    formed: Path, name: str, old: str, new: str, said: str
) -> None:
    edit(formed, name, old, new)
    assert any(said in warning.message and warning.line >= 1 and warning.hint for warning in warnings(formed))
    assert check(formed) == ()


def test_a_missing_self_check_is_told(formed: Path) -> None:
    path = formed / LESSON
    before, _, rest = path.read_text("utf-8").partition("self_checks:")
    path.write_text(f"{before}---{rest.partition('---')[2]}", "utf-8")
    assert [warning.message for warning in warnings(formed)] == ["the lesson has 0 self-checks, fewer than 1"]


def test_a_long_sentence_is_told_with_its_own_line(formed: Path) -> None:
    line = edit(formed, LESSON, "Una frase di poche", f"Una fine {SENTENCE}")
    assert (formed / LESSON, line) in {(warning.path, warning.line) for warning in warnings(formed)}


TOWN = "Borgofinto è un Comune inventato."
PLACES = [
    # what the lesson says, what is told
    (TOWN, ""),
    ("Comuni, enti e persone sono inventati.\n\nA Borgofinto piove.", ""),
    ("A Bologna piove, e la sindaca di Perugia lo sa.", ""),
    ("Chiedi a Giunta e Regione.", ""),
    ("A Borgofinto piove.", "the lesson does not say that Borgofinto is invented"),
    (f"{TOWN}\n\nMontefinto è un Comune inventato.", "'Montefinto' is neither a municipality nor among"),
    (f"{TOWN} Confina con Montefinto, città inventata.", "'Montefinto' is neither"),
    (f"{TOWN} La sindaca di Montefinto telefona.", "'Montefinto' is neither"),
    (f"{TOWN} Lagofinto e Montefinto sono due Comuni inventati.", "'Montefinto' is neither"),
]


@pytest.mark.parametrize(("text", "said"), PLACES)
def test_invented_places_are_declared_where_they_are_named(folder: Path, text: str, said: str) -> None:
    edit(folder, "programme.yaml", "counts:", "invented_places: [Borgofinto, Lagofinto]\ncounts:")
    line = edit(folder, LESSON, "Un testo con", f"{text}\n\nUn testo con")
    found = warnings(folder)
    assert check(folder) == ()
    assert [said in warning.message for warning in found] == ([True] if said else [])
    assert all(warning.line >= line for warning in found)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("programme.yaml", "[Borgofinto]", "[Borgofinto, Cremona]", "'Cremona' is a real municipality"),
        ("programme.yaml", "[Borgofinto]", "[Borgofinto, Cantu]", "'Cantu' is a real municipality"),
        ("programme.yaml", "[Borgofinto]", '[Borgofinto, "l’aquila"]', "is a real municipality"),
        (
            BANK,
            "prompt: Abbina.",
            "prompt: A Borgofinto abbina.",
            "the text does not say that Borgofinto is invented",
        ),
        (
            "m1/module.yaml",
            "summary: In breve.",
            "summary: A Borgofinto.",
            "the text does not say that Borgofinto",
        ),
        (LESSON, "Perché sì.", "Lo dice il sindaco di Montefinto.", "'Montefinto' is neither"),
    ],
)
def test_real_names_and_texts_that_stand_alone_are_told(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    edit(folder, "programme.yaml", "counts:", "invented_places: [Borgofinto]\ncounts:")
    line = edit(folder, name, old, new)
    assert [(said in one.message, one.line) for one in warnings(folder)] == [(True, line)]


def singles(*rights: int, texts: tuple[str, str] = ("Una voce", "Una voce")) -> str:
    """A bank of single questions with the right choice at these places; `texts` of right and wrong ones."""
    questions = []
    for number, right in enumerate(rights, 1):
        questions.append(
            f"  - {{id: m1-q{number}, kind: single, prompt: Quale?, feedback: È quella., choices: ["
        )
        choice = "      {{id: c{}, text: {}, feedback: Non conta.}},"
        questions += [choice.format(place, texts[place != right]) for place in range(3)]
        questions.append(f"    ], answer: [c{right}]}}")
    return "\n".join(questions)


def rewritten(folder: Path, questions: str) -> list[str]:
    """The warnings of the small programme with these questions."""
    text = (folder / BANK).read_text("utf-8").partition("questions:\n")[0]
    (folder / BANK).write_text(f"{text}questions:\n{questions}\n", "utf-8")
    assert check(folder) == ()
    return [warning.message for warning in warnings(folder)]


def test_right_choices_always_at_one_place_or_of_one_length_are_told(folder: Path) -> None:
    assert rewritten(folder, singles(0, 1, 2, 0)) == []
    told = "the right choice is {} in {} of 4 single questions"
    assert rewritten(folder, singles(1, 1, 1, 0)) == [told.format("number 2", 3)]
    assert rewritten(folder, singles(0, 1, 2, 0, texts=("Una voce lunga", "Una voce"))) == [
        told.format("the longest", 4)
    ]
    assert rewritten(folder, singles(0, 1, 2, 0, texts=("Una", "Una voce"))) == [
        told.format("the shortest", 4)
    ]


def test_choices_that_speak_of_the_others_are_seen_and_others_are_not() -> None:
    seen = ("Tutte le precedenti", "tutte e tre le risposte", "Nessuna delle altre", "Entrambe le opzioni",
            "Nessuna di queste", "Tutte queste")  # fmt: skip
    assert [text for text in seen if not ALL_OF_THEM.search(text)] == []
    sound = ("Tutte le persone", "Nessuna regola, perché la fiducia basta", "A tutte le riunioni",
             "Inviti a tutti gli enti", "Agli uffici di tutti e tre gli enti")  # fmt: skip
    assert [text for text in sound if ALL_OF_THEM.search(text)] == []


def test_steps_written_in_their_order_and_one_sided_true_false_are_told(tmp_path: Path) -> None:
    folder = Path(copytree(EMBEDDED / "for-pa", tmp_path / "for-pa"))
    path = folder / "m1/assessment.yaml"
    bank = path.read_text("utf-8")
    ordering = bank[bank.index("kind: ordering") :]
    ids = [
        line.split("id: ")[1] for line in ordering.partition("answer:")[0].splitlines() if "- id: " in line
    ]
    answer = ordering.partition("answer: ")[2].partition("\n")[0]
    path.write_text(bank.replace(f"answer: {answer}", f"answer: [{', '.join(ids)}]"), "utf-8")
    assert any("the steps are written in the right order" in warning.message for warning in warnings(folder))
