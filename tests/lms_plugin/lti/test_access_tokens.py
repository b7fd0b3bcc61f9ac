"""Access tokens: asked for once, kept sealed, asked for again when they end or are refused."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import jwt
import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms_plugin.lti.access_tokens import AccessTokenRefused, AccessTokens, AccessTokenUnavailable
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.protocol_state import AccessToken
from lms_plugin.lti.tool_keys import SigningKey, ensure_signing_key
from lms_plugin.outbound import Outbound
from lms_plugin.storage import session_factory
from tests.conftest import SECRET
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.remote import Remote, serving

SCOPES = ["https://purl.imsglobal.org/spec/lti-ags/scope/score", "https://b.example/scope"]


@pytest.fixture
def remote() -> Iterator[Remote]:
    with serving() as remote:
        grant(remote, "first")
        yield remote


@pytest.fixture
def lms(remote: Remote, database: Session, now: datetime) -> Platform:
    platform = Platform(
        name="LMS", issuer="https://lms.example", client_id="tool-7", auth_login_url="https://lms.example/auth",
        auth_token_url=f"{remote.url}/token", jwks_url="https://lms.example/jwks",
        actor_home_page="https://lms.example", created_at=now,
    )  # fmt: skip
    database.add(platform)
    database.commit()
    return platform


@pytest.fixture
def key(database: Session, now: datetime) -> SigningKey:
    return ensure_signing_key(database, SECRET, now)


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(Outbound(frozenset({"127.0.0.1"}), timeout=(1, 1)), SECRET)


def grant(remote: Remote, token: str) -> None:
    remote.body = json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 3600}).encode()


def test_a_token_is_asked_for_once_an_hour(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    moments = [now + timedelta(minutes=minute) for minute in (0, 30, 58)]
    assert [tokens.token(database, lms, SCOPES, key, at) for at in moments] == ["first"] * 3
    assert len(remote.asked) == 1
    grant(remote, "second")
    assert tokens.token(database, lms, reversed(SCOPES), key, now + timedelta(minutes=59)) == "second"


def test_the_question_is_the_one_of_the_specification(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    tokens.token(database, lms, SCOPES, key, now)
    _method, _path, headers, body = remote.asked[0]
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    claims = jwt.decode(
        form.pop("client_assertion"),
        key.private_key.public_key(),
        algorithms=["RS256"],
        audience=lms.auth_token_url,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form == {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": " ".join(sorted(SCOPES)),
    }
    assert (claims["iss"], claims["sub"]) == ("tool-7", "tool-7")
    assert claims["iat"] == now.timestamp() - 5
    assert claims["exp"] - claims["iat"] <= 300


@on_sqlite
def test_the_audience_of_the_registration_wins(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    lms.token_audience = "https://api.brightspace.com/auth/token"
    database.commit()
    tokens.token(database, lms, SCOPES, key, now)
    assertion = parse_qs(remote.asked[0][3].decode())["client_assertion"][0]
    assert jwt.decode(assertion, options={"verify_signature": False})["aud"] == lms.token_audience


def test_the_token_is_stored_sealed(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    tokens.token(database, lms, SCOPES, key, now)
    assert b"first" not in database.scalars(select(AccessToken)).one().token


def test_a_token_that_a_service_refused_is_asked_for_again(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    tokens.token(database, lms, SCOPES, key, now)
    grant(remote, "second")
    tokens.drop(database, lms, SCOPES, "first")
    assert tokens.token(database, lms, SCOPES, key, now) == "second"
    tokens.drop(database, lms, SCOPES, "first")  # late: the newer one stays
    assert tokens.token(database, lms, SCOPES, key, now) == "second"
    assert len(remote.asked) == 2


def test_workers_at_once_ask_once(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, engine: Engine, now: datetime
) -> None:
    remote.delay_seconds = 0.3
    got, lms_id = [], lms.id

    def need() -> None:
        with session_factory(engine)() as database:
            platform = database.get_one(Platform, lms_id)
            database.expunge(platform)
            got.append(tokens.token(database, platform, SCOPES, key, now))

    threads = [threading.Thread(target=need) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert got == ["first"] * 5
    assert len(remote.asked) == 1


@on_sqlite
def test_a_token_without_a_stated_life_lasts_five_minutes(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    remote.body = b'{"access_token": "short", "token_type": "bearer"}'
    tokens.token(database, lms, SCOPES, key, now)
    assert database.scalars(select(AccessToken)).one().expires_at == now + timedelta(minutes=5)


@on_sqlite
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error": "invalid_scope"}'),
        (401, b'{"error": "invalid_client"}'),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"access_token": ""}'),
        (200, b'{"access_token": 7}'),
        (200, b'{"access_token": "t", "token_type": "mac"}'),
        (200, b'{"access_token": "t", "expires_in": "soon"}'),
        (500, b'{"access_token": "t"}'),
    ],
)
def test_an_answer_without_a_token_is_a_refusal_and_may_be_asked_again(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime,
    status: int, body: bytes,
) -> None:  # fmt: skip
    remote.status, remote.body = status, body
    with pytest.raises(AccessTokenRefused) as refused:
        tokens.token(database, lms, SCOPES, key, now)
    assert refused.value.status == status
    remote.status = 200
    grant(remote, "later")
    assert tokens.token(database, lms, SCOPES, key, now) == "later"


@on_sqlite
def test_a_platform_that_hangs_is_unavailable(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    remote.delay_seconds = 2
    with pytest.raises(AccessTokenUnavailable):
        tokens.token(database, lms, SCOPES, key, now)


@on_sqlite
def test_an_asker_that_was_killed_is_not_waited_for_for_ever(
    remote: Remote, lms: Platform, key: SigningKey, tokens: AccessTokens, database: Session, now: datetime
) -> None:
    tokens.token(database, lms, SCOPES, key, now)
    database.execute(update(AccessToken).values(token=b"", asked_until=now + timedelta(seconds=15)))
    database.commit()
    impatient = AccessTokens(tokens.outbound, SECRET, pause=lambda _seconds: None)
    with pytest.raises(AccessTokenUnavailable):
        impatient.token(database, lms, SCOPES, key, now)
    assert impatient.token(database, lms, SCOPES, key, now + timedelta(seconds=15)) == "first"


@on_sqlite
@pytest.mark.parametrize("life", ['"soon"', "NaN", "1" + 400 * "0", "[]"])
def test_an_answer_with_a_token_that_cannot_be_used_is_told_to_nobody(
    remote: Remote,
    lms: Platform,
    key: SigningKey,
    tokens: AccessTokens,
    database: Session,
    now: datetime,
    life: str,
) -> None:
    remote.body = f'{{"access_token": "a-secret", "expires_in": {life}}}'.encode()
    if life == "[]":
        remote.body = b'{"AccessToken": "a-secret"}'
    with pytest.raises(AccessTokenRefused) as refused:
        tokens.token(database, lms, SCOPES, key, now)
    assert (refused.value.status, refused.value.answer) == (200, "")
