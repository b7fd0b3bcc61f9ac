"""A question as a page shows it: to be answered, or answered and marked, option by option."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from flask_babel import gettext as _
from flask_babel import ngettext

from course_content.questions import Choice, Question
from lms_plugin.modules.answers import Given, field_name, flaw

Verdict = Literal["right", "partly", "wrong"]
PAIRED = frozenset({"matching", "ordering"})


@dataclass(frozen=True, slots=True)
class OptionView:
    """One radio button or checkbox. `right` and `feedback` are there only after the answer."""

    id: str
    text: str
    chosen: bool
    right: bool | None
    feedback: str


@dataclass(frozen=True, slots=True)
class PairView:
    """One text with its select: a pair to match or a step to place."""

    id: str
    name: str
    text: str
    value: str
    value_words: str
    wanted_words: str
    right: bool | None
    feedback: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question ready for `modules/question.html`; `verdict` is None while it is unanswered."""

    id: str
    kind: str
    number: int
    prompt: str
    hint: str
    options: tuple[OptionView, ...]
    pairs: tuple[PairView, ...]
    select_options: tuple[tuple[str, str], ...]
    verdict: Verdict | None
    verdict_words: str
    feedback: str
    error: str

    @property
    def anchor(self) -> str:
        """The id of the fieldset, where errors and links lead."""
        return f"domanda-{self.id}"


def to_answer(question: Question, number: int, given: Given | None, error: str = "") -> QuestionView:
    """The question as a form, with what was given so far; no key and no feedback in it."""
    return _view(question, number, given, None, error)


def answered(question: Question, number: int, given: Given, marks: Fraction) -> QuestionView:
    """The question with the answer, what was right, and the feedback on every option."""
    return _view(question, number, given, marks, "")


def flaw_words(question: Question, number: int, given: Given) -> str:
    """What is missing in the answer to question `number`, in words; empty when nothing is."""
    found = flaw(question, given)
    if found is None:
        return ""
    if found == "repeated":
        return str(_("Domanda %(number)s: due passi hanno lo stesso posto", number=number))
    if found == "partial":
        return str(_("Domanda %(number)s: manca una parte della risposta", number=number))
    return str(_("Domanda %(number)s: manca la risposta", number=number))


def hint(question: Question) -> str:
    """How to answer, by kind."""
    words: dict[str, str] = {
        "single": _("Scegli una risposta."),
        "multiple": _(
            "Scegli tutte le risposte giuste. Una risposta sbagliata toglie un punto, mai sotto zero."
        ),
        "true_false": _("Scegli vero o falso."),
        "matching": _("Per ogni voce scegli dall'elenco l'abbinamento giusto."),
        "ordering": _("Per ogni passo scegli il posto che ha: 1 è il primo."),
    }
    return words[question.kind]


def _view(
    question: Question, number: int, given: Given | None, marks: Fraction | None, error: str
) -> QuestionView:
    paired, marked = question.kind in PAIRED, marks is not None
    return QuestionView(
        id=question.id,
        kind=question.kind,
        number=number,
        prompt=question.prompt,
        hint=hint(question),
        options=()
        if paired
        else tuple(_option(question, one, given, marked=marked) for one in question.choices),
        pairs=tuple(_pair(question, one, given, marked=marked) for one in question.choices) if paired else (),
        select_options=_select_options(question) if paired else (),
        verdict=_verdict(marks),
        verdict_words=_verdict_words(question, marks),
        feedback=question.feedback if marked else "",
        error=error,
    )


def _option(question: Question, choice: Choice, given: Given | None, *, marked: bool) -> OptionView:
    return OptionView(
        id=choice.id,
        text=choice.text,
        chosen=given is not None and choice.id in given.answer,
        right=choice.id in question.answer if marked else None,
        feedback=choice.feedback if marked else "",
    )


def _pair(question: Question, choice: Choice, given: Given | None, *, marked: bool) -> PairView:
    value = given.fields.get(choice.id, "") if given else ""
    wanted = _wanted(question)[choice.id]
    words = dict(_select_options(question))
    return PairView(
        id=choice.id,
        name=field_name(question, choice.id),
        text=choice.text,
        value=value,
        value_words=words.get(value, ""),
        wanted_words=words[wanted] if marked else "",
        right=value == wanted if marked else None,
        feedback=choice.feedback if marked else "",
    )


def _wanted(question: Question) -> Mapping[str, str]:
    """The right value of every select, by choice id."""
    if question.kind == "matching":
        return {one.id: target for one, target in zip(question.choices, question.answer, strict=True)}
    return {choice: str(place) for place, choice in enumerate(question.answer, start=1)}


def _select_options(question: Question) -> tuple[tuple[str, str], ...]:
    if question.kind == "matching":
        return tuple((target.id, target.text) for target in question.targets)
    places = range(1, len(question.choices) + 1)
    return tuple((str(place), _("%(place)sº posto", place=place)) for place in places)


def _verdict(marks: Fraction | None) -> Verdict | None:
    if marks is None:
        return None
    return "right" if marks == 1 else "partly" if marks else "wrong"


def _verdict_words(question: Question, marks: Fraction | None) -> str:
    if marks is None:
        return ""
    if marks == 1:
        return str(_("Risposta giusta"))
    if not marks:
        return str(_("Risposta non giusta"))
    whole = len(question.answer)
    return str(
        ngettext(
            "In parte giusta: %(num)s punto su %(whole)s",
            "In parte giusta: %(num)s punti su %(whole)s",
            int(marks * whole),
            whole=whole,
        )
    )
