"""Checks the table of facts and the glossary; what lessons say of facts is in citation_checks."""

from collections.abc import Iterator
from datetime import date

from course_content.documents import Document
from course_content.problems import ContentError
from course_content.sources import ProgrammeSource


def lexicon_problems(source: ProgrammeSource) -> Iterator[ContentError]:
    """Ids, and ways of writing a term, that are there twice."""
    if source.facts:
        yield from _twice(source.facts, "facts")
    if source.glossary:
        yield from _twice(source.glossary, "terms")
        yield from _forms_twice(source.glossary)


def _twice(document: Document, items: str) -> Iterator[ContentError]:
    seen: set[str] = set()
    for place, item in enumerate(document.data[items]):
        if item["id"] in seen:
            yield document.error((items, place, "id"), f"the id {item['id']!r} is there twice", "rename one")
        seen.add(item["id"])


def _forms_twice(glossary: Document) -> Iterator[ContentError]:
    seen: dict[str, str] = {}
    for place, term in enumerate(glossary.data["terms"]):
        for form in (term["term"], *term.get("forms", ())):
            other = seen.setdefault(form.casefold(), term["id"])
            if other != term["id"]:
                message = f"{form!r} is also written for the term {other!r}"
                yield glossary.error(("terms", place), message, "keep it in one of the two")


def expired_facts(source: ProgrammeSource, today: date) -> Iterator[ContentError]:
    """Facts whose day of review has come."""
    if source.facts is None:
        return
    for place, fact in enumerate(source.facts.data["facts"]):
        if "review_by" in fact and date.fromisoformat(fact["review_by"]) <= today:
            message = f"the fact {fact['id']!r} had to be checked again by {fact['review_by']}"
            hint = "read the source again, then correct the fact and its dates"
            yield source.facts.error(("facts", place, "review_by"), message, hint)
