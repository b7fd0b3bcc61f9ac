"""What all lessons of a programme share: the table of sourced facts and the glossary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from course_content.documents import Document

Certainty = Literal["verified", "known", "uncertain"]
"""Read in its source on a day; well-known but not read again; to be checked before anybody relies on it."""


@dataclass(frozen=True)
class SourcedFact:
    """A norm, a date or a figure with where it comes from. Lessons call it by `id`."""

    id: str
    text: str
    statement: str
    source: str
    url: str | None
    certainty: Certainty
    verified_on: date | None
    review_by: date | None
    doubt: str

    def is_due(self, today: date) -> bool:
        """Whether it may have expired."""
        return self.review_by is not None and self.review_by <= today

    def is_doubtful(self, today: date) -> bool:
        """Whether a reader must be told to check it."""
        return self.certainty == "uncertain" or self.is_due(today)


@dataclass(frozen=True)
class Term:
    """A word of the glossary; `forms` are the other ways in which it is written."""

    id: str
    term: str
    forms: tuple[str, ...]
    definition: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Facts and terms of one programme; compared by identity, as it never changes once it is loaded."""

    facts: Mapping[str, SourcedFact] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()

    def term(self, term_id: str) -> Term | None:
        """The term with this id."""
        return next((term for term in self.terms if term.id == term_id), None)


def build_lexicon(facts: Document | None, glossary: Document | None) -> Lexicon:
    """The lexicon that the two files describe; they must have passed the checks."""
    items = facts.data["facts"] if facts else ()
    terms = glossary.data["terms"] if glossary else ()
    return Lexicon(
        facts={item["id"]: _fact(item) for item in items},
        terms=tuple(
            Term(item["id"], item["term"], tuple(item.get("forms", ())), item["definition"]) for item in terms
        ),
    )


def _fact(item: Mapping[str, Any]) -> SourcedFact:
    return SourcedFact(
        id=item["id"],
        text=item["text"],
        statement=item["statement"],
        source=item["source"],
        url=item.get("url"),
        certainty=item["certainty"],
        verified_on=_day(item.get("verified_on")),
        review_by=_day(item.get("review_by")),
        doubt=item.get("doubt", ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
