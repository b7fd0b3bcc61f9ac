"""Bookings survive a crash at any step, and `apply` run again does nothing twice."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from lms_plugin.webinars.sittings import booking
from lms_plugin.webinars.store import DatabaseStore
from webinar_connector.webinars import BookedWebinar


@pytest.fixture
def store(database: Session) -> DatabaseStore:
    return DatabaseStore(database)


def booked(now: datetime, fingerprint: str = "f1") -> BookedWebinar:
    return BookedWebinar("co-alizione.w01", "bigbluebutton", "w01-x", fingerprint, now)


def test_intent_is_remembered_until_the_booking_is_saved(store: DatabaseStore, now: datetime) -> None:
    store.intend("co-alizione.w01", "create", now)
    assert store.intents() == {"co-alizione.w01": "create"}
    assert store.booked() == ()
    store.save(booked(now))
    assert store.intents() == {}
    assert store.booked() == (booked(now),)


def test_booking_is_overwritten_not_doubled(store: DatabaseStore, now: datetime) -> None:
    store.save(booked(now))
    store.save(booked(now, "f2"))
    assert [one.fingerprint for one in store.booked()] == ["f2"]


def test_intent_to_change_keeps_the_old_booking_open_to_people(
    store: DatabaseStore, database: Session, now: datetime
) -> None:
    store.save(booked(now))
    store.intend("co-alizione.w01", "change", now)
    assert booking(database, "co-alizione", "w01") is not None
    store.abandon("co-alizione.w01")
    assert store.intents() == {}
    assert len(store.booked()) == 1


def test_cancelled_booking_is_gone_and_can_be_made_again(
    store: DatabaseStore, database: Session, now: datetime
) -> None:
    store.save(booked(now))
    store.remove("co-alizione.w01")
    assert store.booked() == ()
    assert booking(database, "co-alizione", "w01") is None
    store.save(booked(now))
    assert len(store.booked()) == 1
