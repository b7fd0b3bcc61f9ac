"""Query string to filter: read, written back, refused by name."""

import contextlib
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms_plugin.secretariat.filter_values import FiltersWrong
from lms_plugin.secretariat.filters import PARAMETERS, Order, RecordFilter, read_filter


def read(*pairs: tuple[str, str]) -> RecordFilter:
    return read_filter(MultiDict(pairs))


def test_nothing_asked_shows_modules_and_webinars_newest_first() -> None:
    assert read() == RecordFilter(kinds=("module", "webinar", "final_assessment"), order=Order.NEWEST, page=1)


def test_blank_fields_of_the_form_count_as_not_given() -> None:
    assert read(("q", " "), ("from", ""), ("programme", ""), ("page", "")) == RecordFilter()


def test_every_kind_can_be_chosen() -> None:
    chosen = read(*(("kind", kind) for kind in ("assessment", "lesson", "webinar", "module")))
    assert chosen.kinds == ("module", "webinar", "lesson", "assessment")


def test_days_are_days_in_italy() -> None:
    chosen = read(("from", "2026-07-01"), ("to", "2026-07-01"))
    assert chosen.completed_from == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert chosen.completed_before == datetime(2026, 7, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_day_of_the_clock_change_is_as_long_as_it_is(day: str, hours: int) -> None:
    chosen = read(("from", day), ("to", day))
    assert chosen.completed_from is not None
    assert chosen.completed_before is not None
    assert (chosen.completed_before - chosen.completed_from).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("programme", "../etc"),
        ("activity", "m1"),
        ("activity", "co-alizione/"),
        ("kind", "dance"),
        ("outcome", "won"),
        ("from", "23/11/2026"),
        ("from", "2026-02-30"),
        ("from", "20261123"),
        ("to", "9999-12-31"),
        ("to", "0001-01-01"),
        ("q", "x" * 101),
        ("q", "a\x00b"),
        ("q", "a\nb"),
        ("deployment", "1"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "1e3"),
        ("page", "9999999"),
        ("page", "٣"),
        ("order", "random"),
        ("colour", "red"),
    ],
)
def test_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(FiltersWrong) as refused:
        read((name, value))
    assert [wrong.name for wrong in refused.value.wrongs] == [name]


def test_every_bad_filter_is_named_at_once() -> None:
    with pytest.raises(FiltersWrong) as refused:
        read(("page", "x"), ("from", "y"), ("zone", "z"))
    assert {wrong.name for wrong in refused.value.wrongs} == {"page", "from", "zone"}


def test_one_value_given_twice_is_refused() -> None:
    with pytest.raises(FiltersWrong):
        read(("outcome", "passed"), ("outcome", "failed"))


def test_last_day_before_the_first_is_refused() -> None:
    with pytest.raises(FiltersWrong):
        read(("from", "2026-11-23"), ("to", "2026-11-22"))


def test_activity_of_another_programme_is_refused() -> None:
    with pytest.raises(FiltersWrong):
        read(("programme", "for-pa"), ("activity", "co-alizione/m1"))


def test_detail_for_the_log_holds_no_value_and_no_unknown_name() -> None:
    with pytest.raises(FiltersWrong) as refused:
        read(("page", "Maria Rossi"), ("Maria Rossi", "1"))
    assert refused.value.detail == "page"


def test_changing_a_filter_goes_back_to_its_first_page() -> None:
    chosen = read(("page", "3"), ("q", "rossi"))
    assert chosen.query(order=Order.NAME) == {"q": "rossi", "order": "name"}
    assert chosen.query(page=4) == {"q": "rossi", "page": "4"}


days = st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(days, days, st.sampled_from([None, "passed", "attended"]), st.integers(1, 900), st.sampled_from(Order))
def test_filter_survives_its_own_address(
    first: date | None, last: date | None, outcome: str | None, page: int, order: Order
) -> None:
    if first and last and first > last:
        first, last = last, first
    chosen = RecordFilter(first_day=first, last_day=last, outcome=outcome, page=page, order=order)
    assert read_filter(MultiDict(chosen.query(page=page))) == chosen


@given(st.lists(st.tuples(st.sampled_from([*PARAMETERS, "other"]), st.text(max_size=30)), max_size=6))
def test_any_query_string_is_used_or_refused(pairs: list[tuple[str, str]]) -> None:
    with contextlib.suppress(FiltersWrong):
        chosen = read(*pairs)
        asked = {name for name, value in pairs if value.strip()}
        assert {PARAMETERS[name] for name in asked} >= {
            field.name for field in fields(chosen) if getattr(chosen, field.name) != field.default
        }
