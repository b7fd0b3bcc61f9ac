"""Recognises the norms, figures and years that a text names, in the ways in which people write them.

A reader of characters, not of meaning: what it cannot see is said in docs/content-format.md.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_NUMBER = r"(?:(?:n\.?|n°|nr\.?|num\.|numero)\s*\d+(?:/\d+)?|\d+\s*/\s*\d{2,4}\b)(?:\s+del\s+\d{4})?"
_WRITTEN_OUT = (
    r"legge(?:\s+(?:regionale|costituzionale|cost\.|quadro|delega))?(?!\s+(?:il|lo|la|i|gli|le|un|una|ad?|con|e|per)\b)",
    r"leggi(?=\s+(?:n\.|\d+/))",
    r"decret[oi](?:[ -](?:legislativ[oi]|legge|ministeriale|interministeriale))?",
    r"regolament[oi]", "direttiv[ae]", "decisione", "sentenz[ae]", "ordinanz[ae]", "circolar[ei]",
    r"gazzetta\s+ufficiale", r"testo\s+unico",
)  # fmt: skip
_SHORT = (
    r"l\.", r"ll\.", r"l\.r\.", r"d\.?\s?lgs\.?", r"d\.?l\.?", r"d\.?m\.?", r"d\.?p\.?c\.?m\.?",
    r"d\.?p\.?r\.?", r"t\.?u\.?", r"reg\.", r"dir\.", r"dec\.", r"sent\.",
    r"circ\.", r"g\.?u\.?(?:u\.?e\.?)?",
)  # fmt: skip
_NORMS = (
    rf"\b(?i:{'|'.join((*_WRITTEN_OUT, *_SHORT))})[^\w.;:!?][^.;:!?]{{0,50}}?(?i:{_NUMBER})",
    rf"\b(?i:{'|'.join(_SHORT)})\s*(?:\(?(?:UE|CE|CEE)\)?\s*)?(?:(?i:n\.?|n°|nr\.?|del)\s*)?\d+",
    rf"\b(?i:{'|'.join(_WRITTEN_OUT)})\s*(?:\(?(?:UE|CE|CEE)\)?\s*)?\d+(?:\s*/\s*\d+|\s+del\s+\d{{4}})?",
    r"\b(?i:legge|decreto|sentenza|direttiva)\s+[«\"“]?[A-Z][a-zà-ù]+",
    r"\b(?i:articol[oi]|artt?\.?)\s*\d+",
    r"\bregolamento\s+(?:di\s+)?[A-Z][a-zà-ù]+",
    r"\b(?:la|alla|della|dalla|nella)\s+\d{2,4}/\d{2,4}\b",
    r"\b(?i:articolo|art\.)\s+[IVXLCDM]+\b",
    r"\b(?i:articolo|art\.|comma)\s+(?i:unico|primo|secondo|terzo|quarto|quinto|dieci|undici|\w+(?:dici|anta)\w*)\b",
    r"\b(?i:comma|commi|cc?\.)\s+\d+",
    r"\b(?i:titolo|capo|allegato)\s+[IVXLCDM]+\b",
    r"(?<![\d/])(?!(?:19|20)\d{2}/)\d{1,4}/(?:19|20)\d{2}(?![\d/])",
    r"(?<![\d/])(?:19|20)\d{2}/(?!(?:19|20)\d{2}\b)\d{3,4}(?![\d/])",
)
_TENS = "vent|trent|quarant|cinquant|sessant|settant|ottant|novant"
_NUMERAL = (
    rf"(?:(?:due|tre|quattro|cinque|sei|sette|otto|nove)?cent\w{{0,16}}|(?:{_TENS})\w{{0,9}}|\w{{0,9}}dici|"
    r"dicia\w{4,6}|dieci|due|tre|quattro|cinque|sei|sette|otto|nove)"
)
_COUNTED = (
    r"(?:progett[oi]|post[oi]|comun[ei]|ent[ei]|persone|abitant[ei]|minor[ei]|famigli[ae]|richiedent[ei]|"
    r"rifugiat[ie]|alunn[ie])"
)
_FIGURES = (
    r"(?<![\d.,])\d{1,3}(?:[.'’ ·_]\d{3})+(?![\d])(?:,\d+)?",
    r"\d+(?:[.,]\d+)?\s?[%‰]",
    r"\b\w+\s+(?:per\s?cento|percento|per\s+mille)\b",
    r"(?<![\d./,])(?!(?:19|20)\d{2}\b)\d{4,}(?![\d/])",
    rf"(?<![-–\d])\b\d{{3}}\s+(?:\w+\s+)?{_COUNTED}\b",
    rf"\b\w*cent\w{{4,}}\s+{_COUNTED}\b",
    rf"\b(?:{_NUMERAL}|mille)\s+euro\b",
    r"\b\d+(?:[.,]\d+)?\s*(?:mln|mld|punti\s+percentuali)\b",
    r"\b\d+(?:[.,]\d+)?\s*(?:euro|€)|(?:€|\bEUR)\s*\d+",
    r"\b(?:\d+(?:[.,]\d+)?|\w+)\s+(?:milion[ei]|miliard[oi])\b",
    rf"\b(?:\d+\s*|{_NUMERAL})mila\b",
)
_NORM = re.compile("|".join(_NORMS))
_FIGURE = re.compile("|".join(_FIGURES), re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d{2}(?!\d|[.,]\d)")
_DIGITS = re.compile(r"\d{1,3}(?:[.'’ ]\d{3})+(?!\d)(?:,\d+)?|\d+(?:,\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)\s*mila\b")
_PART = re.compile(r"\b(?i:titolo|capo|allegato)\s+([IVXLCDM]+)\b")
_MONTHS = "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
_DAY = re.compile(rf"\b\d{{1,2}}°?(?=\s+(?:{_MONTHS})\b)", re.IGNORECASE)
_ROUND = 1000
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def plain(text: str) -> str:
    """The text without soft hyphens and joiners, which eyes do not see, and with plain digits and spaces."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def norms(text: str) -> list[str]:
    """Each law, decree, article, ruling that the (plain) text names by a number or a name of its own."""
    return [match[0] for match in _NORM.finditer(text)]


@lru_cache(maxsize=2)
def _without_norms(text: str) -> str:
    """Asked for twice in a row: for figures, then for years."""
    return _NORM.sub(" ", text)


def figures(text: str) -> list[str]:
    """Each large number, percentage or sum of money in the (plain) text that is no part of a norm's name."""
    return [match[0] for match in _FIGURE.finditer(_without_norms(text))]


def years(text: str) -> list[str]:
    """Each year of the last century and this one in the (plain) text that is no part of a norm's name."""
    return [match[0] for match in _YEAR.finditer(_without_norms(text))]


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text as bare digits with a decimal comma: "31.340 posti, 62,7%" has 31340 and 62,7.

    The Roman number of a part of a law is one of them: "titolo VII" has VII.
    """
    said = _THOUSANDS.sub("000", plain(text))
    return frozenset([*map(_bare, _DIGITS.findall(said)), *_PART.findall(said)])


def without_days(text: str) -> str:
    """The text without the days of its dates: a law is found by its number and year."""
    return _DAY.sub("", text)


def _bare(number: str) -> str:
    whole, comma, decimals = number.partition(",")
    return re.sub(r"\D", "", whole).lstrip("0") + comma + decimals


def agrees(said: str, known: Iterable[frozenset[str]]) -> bool:
    """Whether all numbers of `said` are in one of the sets `known`; large ones may be rounded.

    Words without numbers ("decreto Cutro", "due milioni") agree with nothing.
    """
    wanted = numbers(said)
    return bool(wanted) and any(all(_is_among(one, table) for one in wanted) for table in known)


def _is_among(number: str, table: frozenset[str]) -> bool:
    return number in table or any(rounded == number for rounded in _roundings(number, table))


def _roundings(number: str, table: frozenset[str]) -> Iterator[str]:
    """What the table's whole numbers become when rounded as `number` is."""
    zeros = len(number) - len(number.rstrip("0"))
    if zeros and number.isdigit() and int(number) >= _ROUND:
        yield from (str(round(int(one), -zeros)) for one in table if one.isdigit())
