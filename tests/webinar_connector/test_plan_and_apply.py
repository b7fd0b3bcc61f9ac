"""The plan, and carrying it out against the real local room and platforms that fail half-way."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_content import EMBEDDED
from course_content.loader import load_programmes
from tests.webinar_connector.conftest import provider_for, small_server
from webinar_connector.apply import apply
from webinar_connector.plan import Cancel, Change, Create, Keep, compare
from webinar_connector.schedule import fingerprint, wanted_webinars
from webinar_connector.store import JsonFileStore, StoreError
from webinar_connector.webinars import BookedWebinar, WantedWebinar

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def wish(id_: str, print_: str = "f1") -> WantedWebinar:
    return WantedWebinar(id_, f"Titolo {id_}", 60, NOW, print_)


def booking(id_: str, print_: str = "f1", provider: str = "bigbluebutton") -> BookedWebinar:
    return BookedWebinar(id_, provider, f"{id_}-x", print_, NOW)


@pytest.fixture
def store(tmp_path):
    return JsonFileStore(tmp_path / "webinars.json")


def test_plan_says_create_change_keep_and_cancel() -> None:
    steps = compare([wish("a"), wish("b", "f2"), wish("c")], [booking("c"), booking("b"), booking("z")])
    assert steps == (
        Create(wish("a")),
        Change(wish("b", "f2"), booking("b")),
        Keep(booking("c")),
        Cancel(booking("z")),
    )


def test_same_id_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="appears twice"):
        compare([wish("a"), wish("a")], [])


IDS = st.lists(st.sampled_from("abcdef"), unique=True)


@given(IDS, IDS)
def test_every_webinar_has_exactly_one_step_and_applying_leaves_nothing_to_do(wanted, booked) -> None:
    wishes = [wish(i) for i in wanted]
    steps = compare(wishes, [booking(i) for i in booked])
    assert len(steps) == len({*wanted, *booked})
    assert all(isinstance(s, Keep) for s in compare(wishes, [booking(i) for i in wanted]))


def test_embedded_programmes_want_their_webinars_with_distinct_ids() -> None:
    programmes = load_programmes([EMBEDDED]).values()
    wanted = wanted_webinars(programmes)
    assert len({w.id for w in wanted}) == len(wanted) == sum(len(p.webinars) for p in programmes)
    assert next(w.id for w in wanted if w.id.startswith("co-alizione.")) == "co-alizione.w01"


def test_fingerprint_changes_with_what_is_shown_and_not_with_how_the_time_is_written() -> None:
    rome = NOW.astimezone(ZoneInfo("Europe/Rome"))
    assert fingerprint("A", 60, NOW) == fingerprint("A", 60, rome)
    others = {fingerprint("B", 60, NOW), fingerprint("A", 61, NOW), fingerprint("A", 60, None)}
    assert len(others | {fingerprint("A", 60, NOW)}) == 4


def test_apply_books_without_claiming_anything_was_created(room, store) -> None:
    outcomes = list(apply(compare([wish("p.w01"), wish("p.w02")], []), provider_for(room), store, NOW))
    assert [(o.webinar_id, o.result) for o in outcomes] == [("p.w01", "ready"), ("p.w02", "ready")]
    assert {b.id for b in store.booked()} == {"p.w01", "p.w02"}
    assert store.intents() == {}


def test_second_apply_changes_nothing(room, store) -> None:
    provider, wishes = provider_for(room), [wish("p.w01")]
    list(apply(compare(wishes, store.booked()), provider, store, NOW))
    before = store.booked()
    outcomes = list(apply(compare(wishes, store.booked()), provider, store, NOW + timedelta(days=1)))
    assert [o.result for o in outcomes] == ["kept"]
    assert store.booked() == before


def test_changed_webinar_keeps_its_meeting_id(room, store) -> None:
    provider = provider_for(room)
    list(apply(compare([wish("p.w01")], []), provider, store, NOW))
    (old,) = store.booked()
    list(apply(compare([wish("p.w01", "f2")], store.booked()), provider, store, NOW))
    (new,) = store.booked()
    assert (new.external_id, new.fingerprint) == (old.external_id, "f2")


def test_webinar_no_longer_wanted_is_taken_off(room, store) -> None:
    provider = provider_for(room)
    list(apply(compare([wish("p.w01")], []), provider, store, NOW))
    outcomes = list(apply(compare([], store.booked()), provider, store, NOW))
    assert [(o.step, o.result) for o in outcomes] == [("cancel", "done")]
    assert store.booked() == ()


def test_refusal_books_nothing_and_says_why(room, store) -> None:
    outcomes = list(apply([Create(wish("a"))], provider_for(room, secret="sbagliato"), store, NOW))
    assert [(o.result, o.code) for o in outcomes] == [("refused", "checksumError")]
    assert (store.booked(), dict(store.intents())) == ((), {})


def test_unknown_outcome_leaves_the_intent_for_the_next_run(room, store) -> None:
    with small_server(lambda _: None) as dead:
        list(apply([Create(wish("a"))], provider_for(dead, seconds=0.3), store, NOW))
    assert dict(store.intents()) == {"a": "create"}
    list(apply(compare([wish("a")], store.booked()), provider_for(room), store, NOW))
    assert ([b.id for b in store.booked()], dict(store.intents())) == (["a"], {})


def test_crash_between_two_steps_keeps_the_first_and_doubles_nothing(room, store) -> None:
    provider, wishes = provider_for(room), [wish("a"), wish("b"), wish("c")]
    running = apply(compare(wishes, store.booked()), provider, store, NOW)
    next(running)
    running.close()
    steps = compare(wishes, store.booked())
    assert [s.kind for s in steps] == ["keep", "create", "create"]
    list(apply(steps, provider, store, NOW))
    assert {b.id for b in store.booked()} == {"a", "b", "c"}


def test_rate_limit_stops_the_plan(store) -> None:
    def limited(request) -> None:
        request.send_response(429)
        request.send_header("Content-Length", "0")
        request.end_headers()

    with small_server(limited) as url:
        outcomes = list(apply([Create(wish("a")), Create(wish("b"))], provider_for(url), store, NOW))
    assert [(o.webinar_id, o.code) for o in outcomes] == [("a", "rate_limited")]


class Calendar:
    """A platform with a calendar of its own that, like Zoom, may accept a change and drop it."""

    name = "calendar"

    def __init__(self, *, drops: bool) -> None:
        self.drops = drops

    def book(self, wanted, _known, now):
        return replace(booking(wanted.id, wanted.fingerprint, self.name), booked_at=now)

    def read_back(self, booked):
        return "something else" if self.drops else booked.fingerprint


def test_what_is_read_back_decides_not_what_was_sent(store) -> None:
    (dropped,) = apply([Create(wish("a"))], Calendar(drops=True), store, NOW)  # type: ignore[arg-type]
    assert dropped.result == "differs"
    assert [s.kind for s in compare([wish("a")], store.booked())] == ["change"]
    (done,) = apply(compare([wish("a")], store.booked()), Calendar(drops=False), store, NOW)  # type: ignore[arg-type]
    assert done.result == "done"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"booked": {"a": {}}, "intents": {}}', "\x00"])
def test_file_that_is_not_a_store_is_refused_and_left_alone(tmp_path, text: str) -> None:
    path = tmp_path / "webinars.json"
    path.write_text(text)
    with pytest.raises(StoreError):
        JsonFileStore(path).save(booking("a"))
    assert path.read_text() == text


def test_store_leaves_no_half_written_files(store, tmp_path) -> None:
    store.save(booking("è"))
    assert [p.name for p in tmp_path.iterdir()] == ["webinars.json"]
    assert json.loads((tmp_path / "webinars.json").read_text())["booked"]["è"]["fingerprint"] == "f1"
    assert store.booked() == (booking("è"),)


def test_second_writer_is_refused(store, tmp_path) -> None:
    with (
        store.only_writer(),
        pytest.raises(StoreError),
        JsonFileStore(tmp_path / "webinars.json").only_writer(),
    ):
        pass
