"""A statement in a line for people: who, verb, what, when, whatever a client may have put in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from course_content.profile import VERBS
from course_content.programme import text_in

LONGEST = 120
_BY_IRI = {verb.iri: verb for verb in VERBS.values()}
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """What the table shows of a statement, and the file writes; texts in the reader's language."""

    id: str
    stored: datetime
    timestamp: str
    actor: str
    actor_home: str
    verb: str
    verb_iri: str
    object: str
    object_iri: str
    verb_language: str  # of the words, where they are not in the reader's; "" otherwise
    object_language: str
    result: Json
    registration: str
    authority: str
    language: str


def summary(body: str, language: str) -> StatementSummary:
    """The summary of a statement's body as the LRS keeps it."""
    statement: Json = json.loads(body)
    actor, verb, target = statement["actor"], statement["verb"], statement["object"]
    return StatementSummary(
        id=statement["id"],
        stored=datetime.fromisoformat(statement["stored"]),
        timestamp=statement["timestamp"],
        actor=agent_name(actor),
        actor_home=actor.get("account", {}).get("homePage", ""),
        verb=_verb_name(verb, language),
        verb_iri=verb["id"],
        object=_object_name(target, language),
        object_iri=str(target.get("id", "")),
        verb_language="" if verb["id"] in _BY_IRI else _other_language(verb.get("display", {}), language),
        object_language=_other_language(target.get("definition", {}).get("name", {}), language),
        result=statement.get("result", {}),
        registration=statement.get("context", {}).get("registration", ""),
        authority=agent_name(statement.get("authority", {})),
        language=language,
    )


def agent_name(agent: Json) -> str:
    """The account, address or name by which people know an agent or group."""
    if "account" in agent:
        return str(agent["account"]["name"])
    known = agent.get("mbox", "").removeprefix("mailto:") or agent.get("openid") or agent.get("mbox_sha1sum")
    members = ", ".join(agent_name(member) for member in agent.get("member", ()))
    return str(known or agent.get("name") or members)[:LONGEST]


def _verb_name(verb: Json, language: str) -> str:
    ours = _BY_IRI.get(verb["id"])
    if ours is not None:
        return text_in(ours.display, language)
    return _in(verb.get("display", {}), language) or verb["id"].rstrip("/#").rpartition("/")[2]


def _object_name(target: Json, language: str) -> str:
    kind = target.get("objectType", "Activity")
    if kind in {"Agent", "Group"}:
        return agent_name(target)
    if kind == "SubStatement":
        return f"{_verb_name(target['verb'], language)}: {_object_name(target['object'], language)}"[:LONGEST]
    named = _in(target.get("definition", {}).get("name", {}), language)
    return (named or str(target["id"]))[:LONGEST]


def _tag(texts: Mapping[str, str], language: str) -> str:
    """Which text to show: the one in the language, else any."""
    same = (tag for tag in texts if tag.split("-")[0].lower() == language)
    return next(same, next(iter(texts), ""))


def _in(texts: Mapping[str, str], language: str) -> str:
    """The text in the language, else in any."""
    return texts.get(_tag(texts, language), "")


def _other_language(texts: Mapping[str, str], language: str) -> str:
    """What the page must say of the text's language (WCAG 3.1.2); "" when it is the page's, or not known."""
    tag = _tag(texts, language)
    return "" if tag.split("-")[0].lower() in {language, "und"} else tag
