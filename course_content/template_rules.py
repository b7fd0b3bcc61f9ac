"""What a statement template asks of a place in the statement (xAPI Profile specification, Structure 8.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from course_content.profile import ACTIVITY_TYPES, LINK_TYPE, LMS_TYPE, SUBREGISTRATION
from course_content.programme import LanguageMap

Presence = Literal["included", "excluded", "recommended"]
Value = str | bool


@dataclass(frozen=True)
class Rule:
    """`location` is a JSONPath; `{base}` and `{version}` in texts stand for the IRIs of an installation."""

    location: str
    presence: Presence
    note: LanguageMap
    any: tuple[Value, ...] = ()
    all: tuple[Value, ...] = ()


def included(location: str, italian: str, english: str, *any_of: Value) -> Rule:
    """Must be there, and hold one of these values if any are given."""
    return Rule(location, "included", {"it": italian, "en": english}, any=any_of)


def exactly(location: str, italian: str, english: str, *values: Value) -> Rule:
    """Must be there, and hold nothing but these values."""
    return Rule(location, "included", {"it": italian, "en": english}, all=values)


def excluded(location: str, italian: str, english: str) -> Rule:
    """Must not be there."""
    return Rule(location, "excluded", {"it": italian, "en": english})


def recommended(location: str, italian: str, english: str, *values: Value) -> Rule:
    """Is there when it is known, and holds nothing but these values then."""
    return Rule(location, "recommended", {"it": italian, "en": english}, all=values)


YES, NO = True, False
NOTHING_JUDGED = excluded(
    "$.result.success | $.result.score",
    "Qui non si giudica: esito e punteggio stanno nelle verifiche.",
    "Nothing is judged here: success and scores belong to assessments.",
)
NO_SUCCESS = excluded(
    "$.result.success",
    "Non si supera e non si fallisce: i punti servono a ragionare.",
    "Nobody passes or fails: the points are there to think about.",
)
NO_RESULT = excluded("$.result", "Dice solo che è accaduto.", "Says only that it happened.")
COMPLETION = exactly("$.result.completion", "L'attività è finita.", "The activity is done.", YES)
SCORE = included(
    "$.result.score.scaled",
    "Risultato da 0 a 1; `raw`, `min` e `max` lo danno in centesimi.",
    "Result from 0 to 1; `raw`, `min` and `max` give it out of 100.",
)
POINTS = included(
    "$.result.score.scaled",
    "La somma degli indicatori: `raw` fra `min` e `max`, `scaled` da 0 a 1.",
    "The sum of the indicators: `raw` between `min` and `max`, `scaled` from 0 to 1.",
)
RESPONSE = included(
    "$.result.response",
    "La risposta data, come la scrive xAPI per questo tipo di domanda.",
    "The answer given, as xAPI writes it for this type of interaction.",
)
INTERACTION = included(
    "$.object.definition.interactionType",
    "Il tipo di domanda.",
    "The type of interaction.",
    "choice", "true-false", "matching", "sequencing",
)  # fmt: skip
NO_KEY = excluded(
    "$.object.definition.correctResponsesPattern",
    "Le risposte giuste restano in chi fa le domande.",
    "The right answers stay with whoever asks.",
)
DURATION = included("$.result.duration", "Il tempo di presenza contato.", "The time of presence counted.")

_EVERY_VERSION = (
    included(
        "$.actor.account.homePage",
        "L'indirizzo di chi conosce la persona: per LTI l'emittente della piattaforma (LMS).",
        "Who knows the person: for LTI, the issuer of the LMS.",
    ),
    included(
        "$.actor.account.name", "Il codice opaco della persona in quel sistema.", "Their opaque id there."
    ),
    excluded(
        "$.actor.name | $.actor.mbox | $.actor.mbox_sha1sum | $.actor.openid",
        "Nessun nome e nessun indirizzo e-mail.",
        "No name and no e-mail address.",
    ),
    included(
        "$.context.registration",
        "Il percorso della persona nel programma, uguale in tutte le sue dichiarazioni.",
        "The person's run through the programme, the same in all its statements.",
    ),
    included("$.context.language", "La lingua dei contenuti.", "The language of the content."),
    included("$.context.revision", "La versione dei contenuti.", "The version of the content."),
    included(
        "$.timestamp", "Quando è accaduto, non quando è stato inviato.", "When it happened, not when sent."
    ),
    included(
        "$.context.contextActivities.category[*].id",
        "La versione del profilo che la dichiarazione segue.",
        "The version of the profile that the statement follows.",
        "{version}",
    ),
)
_FIRST_VERSION = (
    recommended(
        "$.context.platform",
        "L'indirizzo della piattaforma da cui la persona è arrivata.",
        "The address of the LMS that the person came from.",
    ),
)
_SECOND_VERSION = (
    recommended(
        "$.context.platform",
        "Il nome della piattaforma (LMS) da cui la persona è arrivata.",
        "The name of the LMS that the person came from.",
    ),
    recommended(
        "$.context.contextActivities.grouping[*].definition.type",
        "Il programma, la piattaforma e il suo corso, e ciò di cui l'attività fa parte.",
        "The programme, the LMS and its course, and what the activity is part of.",
        ACTIVITY_TYPES["course"], ACTIVITY_TYPES["module"], LMS_TYPE,
    ),
    recommended(
        "$.context.contextActivities.other[*].definition.type",
        "Il collegamento del corso che ha aperto l'attività.",
        "The link of the LMS course that opened the activity.",
        LINK_TYPE,
    ),
    recommended(
        "$.context.extensions['{base}/xapi/ext/lti']",
        "Da quale installazione, corso e collegamento LTI.",
        "From which LTI deployment, context and resource link.",
    ),
    included(
        f"$.context.extensions['{SUBREGISTRATION}'][*].subregistration",
        "La parte del programma di cui si segue lo schema: un modulo, un webinar, una giornata.",
        "The part of the programme whose pattern the statement follows: a module, a webinar, a session.",
    ),
)  # fmt: skip


def common_rules(version: int) -> Iterator[Rule]:
    """What every template of this version of the profile asks."""
    yield from _EVERY_VERSION
    yield from _FIRST_VERSION if version == 1 else _SECOND_VERSION
