"""Whole statements pass or are refused with path and rule (xAPI 1.0.3 Data 2)."""

from copy import deepcopy
from typing import Any

import pytest

from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.statements import statement_1, statement_2
from tests.lms_plugin.lrs.invalid_statements import INVALID
from tests.lms_plugin.lrs.valid_statements import AGENT, GROUP, VALID, in_context


@pytest.mark.parametrize("name", VALID)
def test_valid_statement_passes_both_versions(name: str) -> None:
    for check in (statement_1, statement_2):
        check(deepcopy(VALID[name]))


@pytest.mark.parametrize(("path", "statement", "rule"), INVALID)
def test_invalid_statement_is_refused_with_path_and_rule(path: str, statement: Any, rule: str) -> None:
    for check in (statement_1, statement_2):
        with pytest.raises(Invalid) as caught:
            check(deepcopy(statement))
        assert caught.value.path == path
        assert rule in caught.value.rule


CONTEXT_AGENT = {"objectType": "contextAgent", "agent": AGENT, "relevantTypes": ["https://x.example/t"]}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": GROUP}


def test_context_agents_belong_to_version_2() -> None:
    statement = in_context(contextAgents=[CONTEXT_AGENT], contextGroups=[CONTEXT_GROUP])
    statement_2(statement)
    with pytest.raises(Invalid) as caught:
        statement_1(statement)
    assert caught.value.path == "$.context.contextAgents"


@pytest.mark.parametrize(
    ("path", "context"),
    [
        ("$.context.contextAgents", {"contextAgents": CONTEXT_AGENT}),
        ("$.context.contextAgents[0].objectType", {"contextAgents": [{"agent": AGENT}]}),
        (
            "$.context.contextAgents[0].relevantTypes",
            {"contextAgents": [{**CONTEXT_AGENT, "relevantTypes": []}]},
        ),
        (
            "$.context.contextAgents[0].relevantTypes[0]",
            {"contextAgents": [{**CONTEXT_AGENT, "relevantTypes": ["t"]}]},
        ),
        ("$.context.contextGroups[0].group", {"contextGroups": [{"objectType": "contextGroup"}]}),
    ],
)
def test_wrong_context_agents_are_refused(path: str, context: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        statement_2(in_context(**context))
    assert caught.value.path == path
