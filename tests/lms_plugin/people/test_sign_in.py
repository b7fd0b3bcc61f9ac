"""One-time links for staff: made, used once, replaced, expired, refused."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import (
    EmailWrong,
    SignInLinkExpired,
    SignInLinkUnknown,
    SignInLinkUsed,
    StaffSuspended,
    StaffUnknown,
    invite,
    look_at_link,
    suspend,
    use_link,
)
from lms_plugin.people.staff import Staff, StaffInvitation
from lms_plugin.storage import session_factory, writing

EMAIL = "anna.bianchi@example.it"


def invited(database: Session, now: datetime, role: Role = Role.SECRETARY) -> str:
    with writing(database):
        return invite(database, EMAIL, role, now).secret


def test_link_lets_its_person_in(database: Session, now: datetime) -> None:
    secret = invited(database, now)
    with writing(database):
        staff = use_link(database, secret, now)
    assert (staff.email, staff.role) == (EMAIL, Role.SECRETARY)


def test_only_a_hash_of_the_secret_is_kept(database: Session, now: datetime) -> None:
    secret = invited(database, now)
    assert database.scalars(select(StaffInvitation.secret_hash)).one() != secret


def test_replayed_link_is_refused(database: Session, now: datetime) -> None:
    secret = invited(database, now)
    with writing(database):
        use_link(database, secret, now)
    with pytest.raises(SignInLinkUsed), writing(database):
        use_link(database, secret, now + timedelta(seconds=1))


def test_looking_at_a_link_does_not_use_it_up(database: Session, now: datetime) -> None:
    secret = invited(database, now)
    for _time in range(3):
        look_at_link(database, secret, now)
    with writing(database):
        use_link(database, secret, now)


def test_link_expires_after_24_hours(database: Session, now: datetime) -> None:
    secret = invited(database, now)
    look_at_link(database, secret, now + timedelta(hours=24) - timedelta(seconds=1))
    with pytest.raises(SignInLinkExpired), writing(database):
        use_link(database, secret, now + timedelta(hours=24))


@pytest.mark.parametrize("secret", ["", "guess", "\x00", "a" * 5000])
def test_made_up_link_is_refused(database: Session, now: datetime, secret: str) -> None:
    invited(database, now)
    with pytest.raises(SignInLinkUnknown):
        look_at_link(database, secret, now)


def test_inviting_again_keeps_the_person_and_replaces_the_link(database: Session, now: datetime) -> None:
    first = invited(database, now)
    second = invited(database, now, Role.AUDITOR)
    assert database.scalars(select(Staff)).one().role == Role.AUDITOR
    with pytest.raises(SignInLinkUnknown):
        look_at_link(database, first, now)
    assert look_at_link(database, second, now).email == EMAIL


def test_email_is_the_same_in_any_case(database: Session, now: datetime) -> None:
    invited(database, now)
    with writing(database):
        again = invite(database, f" {EMAIL.upper()} ", Role.SECRETARY, now)
    assert not again.new


@pytest.mark.parametrize(
    "email", ["", "anna", "@example.it", "anna@", "anna@example", "a b@example.it", "a@b@c.it"]
)
def test_what_is_no_address_is_refused(database: Session, now: datetime, email: str) -> None:
    with pytest.raises(EmailWrong), writing(database):
        invite(database, email, Role.SECRETARY, now)


def test_suspended_person_stays_out_until_invited_again(database: Session, now: datetime) -> None:
    secret = invited(database, now)
    with writing(database):
        suspend(database, EMAIL, now)
    with pytest.raises(StaffSuspended):
        look_at_link(database, secret, now)
    secret = invited(database, now)
    assert look_at_link(database, secret, now).suspended_at is None


def test_suspending_a_stranger_is_refused(database: Session, now: datetime) -> None:
    with pytest.raises(StaffUnknown), writing(database):
        suspend(database, "nobody@example.it", now)


def test_of_many_at_the_same_instant_one_gets_in(database: Session, engine: Engine, now: datetime) -> None:
    secret = invited(database, now)
    database.rollback()
    start, outcomes = threading.Barrier(6), []

    def try_to_enter() -> None:
        with session_factory(engine)() as own:
            start.wait()
            try:
                with writing(own):
                    use_link(own, secret, now)
            except SignInLinkUsed:
                outcomes.append("refused")
            else:
                outcomes.append("in")

    threads = [threading.Thread(target=try_to_enter) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["in"] + ["refused"] * 5
