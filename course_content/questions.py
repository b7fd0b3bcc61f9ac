"""What a question is, and a bank of them: frozen values that the loader fills."""

from dataclasses import dataclass
from typing import Literal

QuestionKind = Literal["single", "multiple", "true_false", "matching", "ordering"]


@dataclass(frozen=True)
class Choice:
    """One thing to choose, order or match, with what to say about it after the answer."""

    id: str
    text: str
    feedback: str


@dataclass(frozen=True)
class Question:
    """A question and its key.

    `answer` holds the right choice ids; for "ordering" all of them in the right order; for "matching" one
    target id per choice, in the order of `choices`. `targets` is the right-hand side of a matching question
    and empty otherwise. `expires` marks a question whose answer a change in the law may overturn.
    """

    id: str
    kind: QuestionKind
    prompt: str
    choices: tuple[Choice, ...]
    targets: tuple[Choice, ...]
    answer: tuple[str, ...]
    feedback: str
    expires: bool = False


@dataclass(frozen=True)
class Part:
    """What a final assessment takes of one module: its bank, and how many questions one attempt draws."""

    module_id: str
    draw: int
    questions: tuple[Question, ...]
