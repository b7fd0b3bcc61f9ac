"""Administrators who act at the same moment act one after the other."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.lti.administering import (
    ChangedMeanwhile,
    EditInvalid,
    PlatformMissing,
    change_status,
    edit,
    edition,
    locked_platform,
    require_unchanged,
)
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.protocol_state import AccessToken
from lms_plugin.lti.removal import remove
from lms_plugin.storage import session_factory, writing
from tests.factories.people import MOMENT, make_deployment
from tests.lms_plugin.lti.fixtures import on_sqlite


@pytest.fixture
def platform(database: Session) -> Platform:
    with writing(database):
        return make_deployment(database).platform


def at_once(engine: Engine, platform: Platform, act: Callable[[Session, Platform], object]) -> list[object]:
    """What four administrators get who do the same at once."""
    got: list[object] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(10)
        with session_factory(engine)() as database:
            try:
                with writing(database):
                    got.append(act(database, locked_platform(database, platform.id)))
            except Refusal as refusal:
                got.append(type(refusal))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return got


def test_one_of_many_deletes(engine: Engine, database: Session, platform: Platform) -> None:
    with writing(database):
        platform.status = "suspended"
    got = at_once(engine, platform, lambda database, mine: bool(remove(database, mine)))
    assert sorted(got, key=str) == [PlatformMissing] * 3 + [True]
    assert database.scalar(select(func.count()).select_from(Platform)) == 0


def test_one_of_many_suspends(engine: Engine, platform: Platform) -> None:
    got = at_once(engine, platform, lambda _database, mine: change_status(mine, "suspend", MOMENT))
    assert sorted(map(bool, got)) == [False, False, False, True]


def test_one_of_many_who_saw_the_same_values_saves_hers(engine: Engine, platform: Platform) -> None:
    seen = edition(platform)
    names = iter("abcd")

    def save(database: Session, mine: Platform) -> object:
        require_unchanged(mine, seen)
        return edit(database, mine, {"name": next(names)}, set())

    assert sorted(at_once(engine, platform, save), key=str) == [ChangedMeanwhile] * 3 + [["name"]]


@on_sqlite
def test_another_token_address_forgets_the_tokens_of_the_old_one(
    database: Session, platform: Platform
) -> None:
    with writing(database):
        database.add(
            AccessToken(
                platform_id=platform.id, scopes="s", token=b"x", expires_at=MOMENT, asked_until=MOMENT
            )
        )
    with writing(database):
        mine = locked_platform(database, platform.id)
        edit(database, mine, {"jwks_url": "https://new.example/jwks"}, set())
    assert database.scalar(select(func.count()).select_from(AccessToken)) == 1
    with writing(database):
        edit(
            database,
            locked_platform(database, platform.id),
            {"auth_token_url": "https://new.example/t"},
            set(),
        )
    assert database.scalar(select(func.count()).select_from(AccessToken)) == 0


@on_sqlite
@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "address_malformed"),
        ("lms.example", "address_malformed"),
        ("javascript:alert(1)", "address_malformed"),
        ("https://", "address_malformed"),
        ("https://user:secret@lms.example/", "address_malformed"),
        ("https://lms.example/a b", "address_malformed"),
        ("https://lms.example/è", "address_malformed"),
        ("https://lms.example:0/", "address_malformed"),
        ("https://lms.example/" + "x" * 2000, "address_malformed"),
        ("http://lms.example/", "address_not_https"),
        ("http://intranet.example/", ""),
        ("https://lms.example/auth?a=b", ""),
    ],
)
def test_addresses_are_checked(database: Session, platform: Platform, url: str, fault: str) -> None:
    def change() -> None:
        with writing(database):
            edit(
                database,
                locked_platform(database, platform.id),
                {"auth_login_url": url},
                {"intranet.example"},
            )

    if not fault:
        change()
        assert platform.auth_login_url == url
        return
    with pytest.raises(EditInvalid) as refused:
        change()
    assert refused.value.faults == {"auth_login_url": fault}
