"""Platforms' keys: kept, renewed, never asked for more often than once in 30 seconds."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms_plugin.lti.errors import JwksUnavailable, KeyNotFound
from lms_plugin.lti.key_sets import KeySets
from lms_plugin.lti.protocol_state import FetchedKeySet
from lms_plugin.outbound import Outbound
from lms_plugin.rehearsal.jws import public_jwk
from lms_plugin.rehearsal.keys import SigningKey, new_key
from lms_plugin.storage import session_factory
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.remote import Remote, serving

OUTBOUND = Outbound(frozenset({"127.0.0.1"}), timeout=(1, 1))


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return new_key()


@pytest.fixture(scope="module")
def next_key() -> SigningKey:
    return new_key()


@pytest.fixture
def remote() -> Iterator[Remote]:
    with serving() as remote:
        yield remote


def publish(remote: Remote, *keys: Any) -> None:
    remote.body = json.dumps(
        {"keys": [key.jwk if isinstance(key, SigningKey) else key for key in keys]}
    ).encode()


def test_a_key_is_fetched_once_and_then_kept(
    remote: Remote, key: SigningKey, database: Session, now: datetime
) -> None:
    publish(remote, key)
    for minute in range(10):
        found = KeySets(OUTBOUND).find(database, remote.url, key.kid, now + timedelta(minutes=minute))
        assert found.public_numbers() == key.private_key.public_key().public_numbers()
    assert len(remote.asked) == 1
    assert remote.asked[0][2]["User-Agent"].startswith("CO-AliZIONE")


def test_a_launch_that_began_a_moment_before_the_fetch_does_not_fetch_again(
    remote: Remote, key: SigningKey, database: Session, now: datetime
) -> None:
    publish(remote, key)
    KeySets(OUTBOUND).find(database, remote.url, key.kid, now)
    with pytest.raises(KeyNotFound):
        KeySets(OUTBOUND).find(database, remote.url, "unknown", now - timedelta(milliseconds=20))
    assert len(remote.asked) == 1


def test_a_rotated_key_is_found_by_one_more_fetch(
    remote: Remote, key: SigningKey, next_key: SigningKey, database: Session, now: datetime
) -> None:
    publish(remote, key)
    KeySets(OUTBOUND).find(database, remote.url, key.kid, now)
    publish(remote, key, next_key)
    KeySets(OUTBOUND).find(database, remote.url, next_key.kid, now + timedelta(seconds=31))
    assert len(remote.asked) == 2


def test_a_flood_of_unknown_keys_fetches_once_in_thirty_seconds(
    remote: Remote, key: SigningKey, database: Session, now: datetime
) -> None:
    publish(remote, key)
    sets = KeySets(OUTBOUND)
    sets.find(database, remote.url, key.kid, now)
    for second in range(61):
        with pytest.raises(KeyNotFound):
            sets.find(database, remote.url, f"invented-{second}", now + timedelta(seconds=second))
    assert len(remote.asked) == 3  # at 0, 30 and 60 seconds


def test_many_processes_at_once_fetch_once(
    remote: Remote, key: SigningKey, engine: Engine, now: datetime
) -> None:
    publish(remote, key)
    remote.delay_seconds = 0.3
    found = []

    def look() -> None:
        with session_factory(engine)() as database:
            found.append(KeySets(OUTBOUND).find(database, remote.url, key.kid, now))

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 6
    assert len(remote.asked) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("control", "minutes"),
    [("max-age=5", 1), ("no-store", 10), ("public, max-age=1800", 30), ("max-age=999999", 60), ("", 10)],
)
def test_a_platform_says_within_bounds_how_long_its_keys_keep(
    remote: Remote, key: SigningKey, database: Session, now: datetime, control: str, minutes: int
) -> None:
    publish(remote, key)
    remote.headers = {"Cache-Control": control}
    KeySets(OUTBOUND).find(database, remote.url, key.kid, now)
    assert database.scalars(select(FetchedKeySet)).one().fresh_until == now + timedelta(minutes=minutes)


@on_sqlite
def test_old_keys_serve_for_a_day_while_the_platform_is_down(
    remote: Remote, key: SigningKey, database: Session, now: datetime
) -> None:
    publish(remote, key)
    sets = KeySets(OUTBOUND)
    sets.find(database, remote.url, key.kid, now)
    remote.status = 503
    sets.find(database, remote.url, key.kid, now + timedelta(hours=24))
    with pytest.raises(KeyNotFound):
        sets.find(database, remote.url, "unknown", now + timedelta(hours=24))
    with pytest.raises(JwksUnavailable):
        sets.find(database, remote.url, key.kid, now + timedelta(hours=24, minutes=1))


@on_sqlite
def test_a_platform_that_hangs_is_unavailable_within_seconds(
    remote: Remote, database: Session, now: datetime
) -> None:
    remote.delay_seconds = 3
    with pytest.raises(JwksUnavailable):
        KeySets(OUTBOUND).find(database, remote.url, "any", now)
    assert not database.in_transaction()


@on_sqlite
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b'{"keys": {}}'),
        (200, b"[]"),
        (200, b"\xff"),
        (404, b'{"keys": []}'),
        (302, b""),
        (200, b'{"keys": []}'),
        (200, b'{"keys": [' + b"{}," * 50 + b"{}]}"),
        (200, b'{"keys": ["' + b"x" * 262144 + b'"]}'),
        (200, b"[" * 100000),
    ],
)
def test_an_answer_that_is_no_key_set_is_unavailable(
    remote: Remote, database: Session, now: datetime, status: int, body: bytes
) -> None:
    remote.status, remote.body = status, body
    with pytest.raises(JwksUnavailable):
        KeySets(OUTBOUND).find(database, remote.url, "any", now)


def unusable(key: SigningKey) -> dict[str, list[Any]]:
    """Key sets in which `key.kid` must not be found, whatever its numbers."""
    jwk, weak = key.jwk, new_key(1024)
    return {
        "for encryption": [{**jwk, "use": "enc"}],
        "for another algorithm": [{**jwk, "alg": "RS512"}],
        "another type": [{**jwk, "kty": "EC"}],
        "no modulus": [{name: jwk[name] for name in jwk if name != "n"}],
        "modulus a number": [{**jwk, "n": 7}],
        "modulus not base64": [{**jwk, "n": "!!"}],
        "1024 bits": [public_jwk(weak.private_key.public_key(), key.kid)],
        "named twice": [jwk, {**jwk, "e": "Aw"}],
        "no name": [{name: jwk[name] for name in jwk if name != "kid"}],
    }


@on_sqlite
def test_an_unusable_key_is_not_found(
    remote: Remote,
    key: SigningKey,
    next_key: SigningKey,
    database: Session,
    now: datetime,
    subtests: pytest.Subtests,
) -> None:
    for number, (why, keys) in enumerate(unusable(key).items()):
        with subtests.test(why):
            publish(remote, next_key, *keys)
            with pytest.raises(KeyNotFound):
                KeySets(OUTBOUND).find(database, f"{remote.url}/{number}", key.kid, now)


@on_sqlite
def test_a_key_set_on_a_private_address_is_not_fetched(
    remote: Remote, database: Session, now: datetime
) -> None:
    with pytest.raises(JwksUnavailable):
        KeySets(Outbound()).find(database, remote.url.replace("http:", "https:"), "any", now)
    assert remote.asked == []
