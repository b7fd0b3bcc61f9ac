"""Ids of everything that is derived: UUIDv5 of what it states, the same for whoever derives it again."""

from uuid import UUID, uuid5

from course_content.profile import VOIDED, Verb, activity_iri
from course_content.statements import statement_id
from lms_plugin.records.actor import Actor
from lms_plugin.records.canonical import canonical_json
from lms_plugin.records.conclusion import Conclusion
from lms_plugin.records.rule_in_force import FINAL_ASSESSMENT

# Never change this value or the lists below: everything ever sent would come back under another id.
NAMESPACE = UUID("6d1f3a52-0c7e-5f0b-9d3f-5b8f4f4f6a10")


def registration_of(actor: Actor, programme_id: str) -> UUID:
    """The learner's run through a programme, in every statement of it."""
    named_before = actor.registrations.get(programme_id)
    return UUID(named_before) if named_before else _name("registration", str(actor.learner_id), programme_id)


def statement_id_of(actor: Actor, conclusion: Conclusion, verb: Verb) -> UUID:
    """The statement that says the conclusion."""
    activity = None if conclusion.kind == "programme" else conclusion.activity_id
    iri = activity_iri(conclusion.rule.base_url, conclusion.programme_id, activity)
    registration = registration_of(actor, conclusion.programme_id)
    if conclusion.kind == "question" and conclusion.rule.kind == FINAL_ASSESSMENT:
        # The question is its module's: attempt 1 there and attempt 1 here are two answers.
        registration = _name("in", str(registration), conclusion.rule.activity_id)
    return statement_id(registration, iri, verb, conclusion.ordinal)


def run_of(actor: Actor, conclusion: Conclusion) -> UUID:
    """The run through one module or webinar, or to the end of the programme: xAPI's subregistration."""
    registration = registration_of(actor, conclusion.programme_id)
    return _name("run", str(registration), conclusion.rule.activity_id)


def voiding_id_of(actor: Actor, conclusion: Conclusion) -> UUID:
    """The statement that takes the conclusion's statement back."""
    return statement_id_of(actor, conclusion, VOIDED)


def completion_id_of(stated: UUID) -> UUID:
    """The completion that the statement with this id says."""
    return _name("completion", str(stated))


def outbox_id_of(target: str, sent: str) -> UUID:
    """The item that brings `sent` (a statement's id, or a score's payload) to a target."""
    return _name("outbox", target, sent)


def _name(*words: str) -> UUID:
    return uuid5(NAMESPACE, canonical_json(list(words)))
