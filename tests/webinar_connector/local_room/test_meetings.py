"""BigBlueButton's rules of meetings, with the time in our hand."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from webinar_connector.local_room.meetings import Meetings, Refused
from webinar_connector.local_room.settings import RoomSettings

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
CREATE = {"meetingID": "m-1", "name": "Webinar", "attendeePW": "ap", "moderatorPW": "mp"}
SETTINGS = RoomSettings(secret="segreto-di-prova", url="http://localhost:8002", maximum_meetings=2)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def meetings() -> Meetings:
    return Meetings(SETTINGS)


def create(meetings: Meetings, at: datetime = NOW, **parameters: str):
    return meetings.create({**CREATE, **parameters}, at)[0]


def enter(meetings: Meetings, meeting, at: datetime = NOW, user: str = "u-42"):
    attendee = meetings.join(meeting, (user, f"Nome {user}", "viewer"), at)
    return attendee, meetings.seen(attendee.token, at)


def kinds(changes) -> list[str]:
    return [change.kind for change in changes]


def test_repeated_create_is_a_duplicate_and_its_parameters_are_ignored(meetings) -> None:
    first = create(meetings)
    again, duplicate = meetings.create({**CREATE, "name": "Altro"}, after(1))
    assert (again is first, duplicate, again.name) == (True, True, "Webinar")


@pytest.mark.parametrize("password", ["attendeePW", "moderatorPW"])
def test_create_with_another_password_is_not_unique(meetings, password) -> None:
    create(meetings)
    with pytest.raises(Refused) as refused:
        create(meetings, **{password: "other"})
    assert refused.value.key == "idNotUnique"


def test_create_without_passwords_is_a_duplicate(meetings) -> None:
    create(meetings)
    assert meetings.create({"meetingID": "m-1", "name": "Webinar"}, NOW)[1]


def test_internal_id_is_the_hash_of_the_id_and_the_create_time_in_milliseconds(meetings) -> None:
    internal_id = create(meetings).internal_id
    assert internal_id == f"{hashlib.sha1(b'm-1', usedforsecurity=False).hexdigest()}-1795424400123"


def test_too_many_meetings_are_refused(meetings) -> None:
    create(meetings, meetingID="a1")
    create(meetings, meetingID="a2")
    with pytest.raises(Refused):
        create(meetings, meetingID="a3")


@pytest.mark.parametrize("told", ["-1", "1.5", "x", "9" * 40, "²"])
def test_numbers_that_are_not_are_refused(meetings, told) -> None:
    with pytest.raises(Refused):
        create(meetings, duration=told)


def test_meeting_nobody_joined_ends_after_five_minutes(meetings) -> None:
    create(meetings)
    assert kinds(meetings.sweep(after(4.9))) == []
    assert kinds(meetings.sweep(after(5.1))) == ["ended"]
    with pytest.raises(Refused):
        meetings.get("m-1")


def test_join_link_that_was_never_opened_does_not_keep_the_meeting(meetings) -> None:
    meeting = create(meetings)
    meetings.join(meeting, ("u", "N", "viewer"), after(4))
    assert kinds(meetings.sweep(after(5.1))) == ["ended"]


def test_empty_meeting_ends_a_minute_after_the_last_person_left(meetings) -> None:
    attendee, _ = enter(meetings, create(meetings))
    meetings.leave(attendee.token, after(30), forget=True)
    assert kinds(meetings.sweep(after(30.9))) == []
    assert kinds(meetings.sweep(after(31.1))) == ["ended"]


def test_expiry_zero_means_never(meetings) -> None:
    attendee, _ = enter(meetings, create(meetings, meetingExpireWhenLastUserLeftInMinutes="0"))
    meetings.leave(attendee.token, after(1), forget=True)
    assert kinds(meetings.sweep(after(600))) == []


def test_duration_ends_the_meeting_for_everybody(meetings) -> None:
    attendee, _ = enter(meetings, create(meetings, duration="30"))
    meetings.seen(attendee.token, after(29.9))
    assert kinds(meetings.sweep(after(30))) == ["left", "ended"]


def test_missed_heartbeats_put_a_person_out_after_sixty_seconds(meetings) -> None:
    attendee, changes = enter(meetings, create(meetings))
    assert kinds(changes) == ["joined"]
    assert kinds(meetings.sweep(after(59 / 60))) == []
    assert kinds(meetings.sweep(after(1))) == ["left"]
    assert kinds(meetings.seen(attendee.token, after(1.5))) == ["joined"]


def test_heartbeats_of_somebody_inside_change_nothing(meetings) -> None:
    attendee, _ = enter(meetings, create(meetings))
    assert meetings.seen(attendee.token, after(0.5)) == []


def test_leaving_for_good_kills_the_address_and_going_away_does_not(meetings) -> None:
    meeting = create(meetings)
    away, _ = enter(meetings, meeting)
    gone, _ = enter(meetings, meeting, user="u-43")
    assert kinds(meetings.leave(away.token, after(1), forget=False)) == ["left"]
    assert kinds(meetings.leave(away.token, after(1), forget=False)) == []
    meetings.leave(gone.token, after(1), forget=True)
    assert meetings.by_token(away.token) is not None
    assert meetings.by_token(gone.token) is None


def test_late_heartbeat_of_a_closed_page_does_not_bring_the_person_back(meetings) -> None:
    attendee, _ = enter(meetings, create(meetings))
    assert kinds(meetings.leave(attendee.token, after(1), forget=False, page="p1")) == ["left"]
    assert kinds(meetings.seen(attendee.token, after(1), page="p1")) == []
    assert kinds(meetings.seen(attendee.token, after(1), page="p2")) == ["joined"]


def test_fourth_device_of_one_person_throws_out_the_first(meetings) -> None:
    meeting = create(meetings)
    devices = [enter(meetings, meeting)[0] for _ in range(3)]
    _, changes = enter(meetings, meeting)
    assert kinds(changes) == ["left", "joined"]
    assert changes[0].attendee is devices[0]
    assert len(meeting.inside) == 3


def test_full_room_admits_a_second_device_of_who_is_inside_and_nobody_else(meetings) -> None:
    meeting = create(meetings, maxParticipants="1")
    enter(meetings, meeting)
    enter(meetings, meeting)
    with pytest.raises(Refused) as refused:
        enter(meetings, meeting, user="u-43")
    assert refused.value.key == "maxParticipantsReached"


def test_end_puts_everybody_out_before_it_ends_and_only_once(meetings) -> None:
    meeting = create(meetings)
    enter(meetings, meeting)
    enter(meetings, meeting, user="u-43")
    assert kinds(meetings.end(meeting, after(1))) == ["left", "left", "ended"]
    assert meetings.end(meeting, after(1)) == []


def test_nobody_enters_an_ended_meeting_by_an_old_address(meetings) -> None:
    meeting = create(meetings)
    attendee, _ = enter(meetings, meeting)
    meetings.end(meeting, after(1))
    assert meetings.seen(attendee.token, after(2)) == []


def test_addresses_of_ended_meetings_are_forgotten_after_an_hour(meetings) -> None:
    meeting = create(meetings)
    attendee, _ = enter(meetings, meeting)
    meetings.end(meeting, after(1))
    meetings.sweep(after(62))
    assert meetings.by_token(attendee.token) is None


def test_meeting_opened_again_is_another_sitting(meetings) -> None:
    first = create(meetings)
    meetings.end(first, after(1))
    assert create(meetings, after(2)).internal_id != first.internal_id


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "short"}, {"url": "localhost:8002"}, {"url": "ftp://x"}, {"hold_seconds": 60.0}],
)
def test_unusable_settings_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"secret|address|hold"):
        RoomSettings(**{"secret": "segreto-di-prova", "url": "http://localhost", **wrong})
