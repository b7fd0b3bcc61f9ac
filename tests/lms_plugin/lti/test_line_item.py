"""Columns and results as LMSs write them, and as we write columns."""

from dataclasses import replace

import pytest

from lms_plugin.lti.line_item import LineItem, line_item_of, result_of


def test_what_the_lms_said_besides_comes_back_when_a_column_is_changed() -> None:
    told = {"id": "https://lms/1", "label": "A", "scoreMaximum": 10, "gradesReleased": False, "x": {"y": 1}}
    column = line_item_of(told)
    assert column is not None
    assert replace(column, label="B").as_json() == {**told, "label": "B"}


def test_a_whole_maximum_is_written_as_an_integer() -> None:
    assert repr(LineItem("A", 100.0).as_json()["scoreMaximum"]) == "100"
    assert LineItem("A", 12.5).as_json()["scoreMaximum"] == 12.5


@pytest.mark.parametrize("told", [None, [], {}, {"id": ""}, {"id": 3}, "text"])
def test_what_has_no_address_is_no_column(told: object) -> None:
    assert line_item_of(told) is None


def test_odd_results_are_read_tolerantly() -> None:
    odd = result_of({"userId": 7, "resultScore": "8.5", "resultMaximum": "NaN", "comment": None})
    assert odd is not None
    assert (odd.user_id, odd.score, odd.maximum, odd.comment) == ("7", 8.5, None, "")
    assert result_of({"resultScore": 1}) is None


def test_a_number_of_hundreds_of_digits_counts_as_none() -> None:
    column = line_item_of({"id": "https://lms/1", "scoreMaximum": 10**400})
    assert column is not None
    assert column.score_maximum == 0.0
