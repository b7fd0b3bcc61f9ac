"""Evidence of before the second version of the xAPI profile says what it said then, byte for byte."""

import hashlib
from typing import Any

from lms_plugin.records.actor import Actor
from lms_plugin.records.canonical import canonical_json
from lms_plugin.records.derivation import derive
from lms_plugin.records.fact import Fact, Kind
from tests.lms_plugin.records.test_rules import HERE, LEARNER, NOW, THERE, rows_of
from tests.services.learning import BASE_URL, PROGRAMME, joined, left, lesson_read, settled, submitted

ACTOR = Actor("https://moodle.example", "42", LEARNER, "https://moodle.example")
RULE: dict[str, Any] = {
    "kind": "module",
    "base_url": BASE_URL,
    "programme_title": {"it": "CO-AliZIONE"},
    "title": {"it": "Primo", "en": "First"},
    "revision": "0123456789ab",
    "rule_version": 1,
    "lessons": [{"id": "m1-l1", "title": {"it": "Uno"}}, {"id": "m1-l2", "title": {"it": "Due"}}],
    "all_lessons": True,
    "assessment": {"id": "m1-assessment", "title": {"it": "Verifica"}},
}
OF_WEBINAR = RULE | {"kind": "webinar", "lessons": [], "all_lessons": False, "assessment": None}


def rule(activity: str, payload: dict[str, Any]) -> Fact:
    key = f"rule.in_force:{activity}:1"
    return Fact(LEARNER, key, Kind.RULE_IN_FORCE, PROGRAMME, activity, "programme", payload, NOW)


FACTS = [
    rule("m1", RULE),
    rule("w01", OF_WEBINAR),
    lesson_read(LEARNER, "m1-l1", NOW, HERE),
    lesson_read(LEARNER, "m1-l2", NOW),
    submitted(LEARNER, 1, 40, NOW, HERE),
    submitted(LEARNER, 2, 90, NOW),
    joined(LEARNER, NOW, THERE),
    settled(LEARNER, 1, 3000, NOW),
    settled(LEARNER, 2, 3300, NOW),
]


def digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def test_statements_and_scores_are_what_the_code_of_then_made_of_it() -> None:
    # Computed by revision 00d2752, the last with one version only.
    derived = derive(ACTOR, rows_of(FACTS))
    statements = [planned.build(ACTOR) for planned in derived.statements.values()]
    assert digest(statements) == "5353cc0f736f67f42f6473addc23f5e7f255ca49b21b744fae128b1b8118b871"
    assert (
        digest([[str(one), item.payload] for one, item in derived.outbox.items()])
        == "e59242da31badd0fc574a72c86ddcf0cc95444f8aeca1854746c50b05f9c1179"
    )


def test_leaving_which_was_not_looked_at_then_changes_nothing() -> None:
    # The same instants, so that only what is said can differ.
    before = derive(ACTOR, rows_of(FACTS))
    rows = rows_of([*FACTS[:7], left(LEARNER, NOW, HERE), *FACTS[7:]])
    for row, now in zip([*rows[:7], *rows[8:]], rows_of(FACTS), strict=True):
        row.recorded_at = now.recorded_at
    after = derive(ACTOR, rows)
    assert [one.build(ACTOR) for one in before.statements.values()] == [
        one.build(ACTOR) for one in after.statements.values()
    ]
    assert list(before.outbox) == list(after.outbox)
