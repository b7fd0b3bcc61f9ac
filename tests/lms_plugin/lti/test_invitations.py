"""One-time invitations: made, revoked, bounded in tries, used up by success only."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms_plugin.lti import invitations as rules
from lms_plugin.lti.invitations import RegistrationInvitation, Wishes
from lms_plugin.storage import session_factory, writing
from tests.factories.people import make_deployment


def made(database: Session, now: datetime, **wishes: object) -> str:
    with writing(database):
        return rules.make_invitation(database, Wishes("anna@example.it", **wishes), now).secret  # type: ignore[arg-type]


def shown(database: Session, secret: str, now: datetime) -> str:
    with writing(database):
        return rules.show_form(database, rules.count_try(database, secret, now))


def test_only_the_hash_of_the_secret_is_kept(database: Session, now: datetime) -> None:
    secret = made(database, now, name="Comune di Siracusa")
    row = database.scalars(select(RegistrationInvitation)).one()
    assert secret not in str(vars(row))
    assert rules.look_at_invitation(database, secret, now).name == "Comune di Siracusa"


def test_a_confirmation_is_taken_once_even_by_two_processes(
    database: Session, engine: Engine, now: datetime
) -> None:
    secret = made(database, now)
    form = shown(database, secret, now)
    with session_factory(engine)() as other, writing(other):
        rules.claim_form(other, secret, form, now)
    with pytest.raises(rules.FormOutdated), writing(database):
        rules.claim_form(database, secret, form, now)


def test_while_an_lms_is_asked_a_second_confirmation_waits(database: Session, now: datetime) -> None:
    secret = made(database, now)
    first = shown(database, secret, now)
    with writing(database):
        claimed = rules.claim_form(database, secret, first, now).id
    second = shown(database, secret, now)
    with pytest.raises(rules.FormOutdated), writing(database):
        rules.claim_form(database, secret, second, now + timedelta(seconds=30))
    with writing(database):
        rules.let_go(database, claimed)
        rules.claim_form(database, secret, second, now + timedelta(seconds=31))


def test_only_the_newest_confirmation_counts(database: Session, now: datetime) -> None:
    secret = made(database, now)
    older = shown(database, secret, now)
    shown(database, secret, now)
    with pytest.raises(rules.FormOutdated), writing(database):
        rules.claim_form(database, secret, older, now)


def test_a_used_invitation_lets_nobody_in_again(database: Session, now: datetime) -> None:
    secret = made(database, now)
    with writing(database):
        platform = make_deployment(database).platform
        rules.use_up(database, rules.look_at_invitation(database, secret, now).id, platform.id, now)
    with pytest.raises(rules.InvitationUsed):
        rules.look_at_invitation(database, secret, now)
    row = database.scalars(select(RegistrationInvitation)).one()
    with pytest.raises(rules.InvitationUsed):
        rules.revoke_invitation(database, row.id, now)


def test_a_revoked_an_expired_and_an_invented_invitation_are_refused(
    database: Session, now: datetime
) -> None:
    secret = made(database, now)
    with pytest.raises(rules.InvitationExpired):
        rules.look_at_invitation(database, secret, now + timedelta(days=7))
    with pytest.raises(rules.InvitationUnknown):
        rules.look_at_invitation(database, "invented", now)
    with writing(database):
        rules.revoke_invitation(database, rules.look_at_invitation(database, secret, now).id, now)
    with pytest.raises(rules.InvitationRevoked):
        rules.look_at_invitation(database, secret, now)


def test_tries_are_bounded_for_each_invitation(database: Session, now: datetime) -> None:
    secret, other = made(database, now), made(database, now)
    for _ in range(rules.MOST_TRIES):
        shown(database, secret, now)
    with pytest.raises(rules.InvitationTried):
        shown(database, secret, now + timedelta(minutes=9))
    shown(database, other, now)
    shown(database, secret, now + timedelta(minutes=10))


@pytest.mark.parametrize("life", [timedelta(minutes=4), timedelta(days=91), timedelta(0)])
def test_an_invitation_lasts_minutes_to_months(database: Session, now: datetime, life: timedelta) -> None:
    with pytest.raises(rules.InvitationInvalid):
        made(database, now, life=life)
