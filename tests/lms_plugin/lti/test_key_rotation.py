"""Our keys take turns: no signature meets an LMS that lacks its key, and two processes make one."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from alembic import command
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from lms_plugin import migration
from lms_plugin.lti.access_tokens import AccessTokens, assertion
from lms_plugin.lti.key_rotation import (
    NOTICE,
    OVERLAP,
    SIGNS_FOR,
    NextKeyTooNew,
    ToolKeyInUse,
    ToolKeyUnknown,
    all_keys,
    keep_keys,
    retire,
    rotate,
)
from lms_plugin.lti.platform import Platform
from lms_plugin.lti.protocol_state import ToolKey
from lms_plugin.lti.sealing import Sealer
from lms_plugin.lti.tool_keys import PURPOSE, ToolKeyUnreadable, ensure_signing_key, make_key, public_key_set
from lms_plugin.outbound import Outbound
from lms_plugin.storage import session_factory, writing
from tests.conftest import SECRET, Clock
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import Practice

ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"


def states(database: Session) -> list[str]:
    """The states of all keys, in the order in which they were made."""
    database.rollback()
    return [key.status for key in reversed(all_keys(database))]


def published(database: Session) -> set[str]:
    """Names of the keys an LMS finds."""
    return {key["kid"] for key in public_key_set(database)["keys"]}


def test_the_next_key_is_published_long_before_it_signs(database: Session, clock: Clock) -> None:
    keep_keys(database, SECRET, clock())
    assert states(database).count("next") == states(database).count("active") == 1
    following = database.scalars(select(ToolKey).where(ToolKey.status == "next")).one()
    assert following.kid in published(database)
    clock.move(days=29)
    keep_keys(database, SECRET, clock())
    assert ensure_signing_key(database, SECRET, clock()).kid != following.kid
    clock.move(days=1)
    keep_keys(database, SECRET, clock())
    assert ensure_signing_key(database, SECRET, clock()).kid == following.kid
    assert states(database)[-1] == "next"


def test_a_late_worker_still_gives_lmss_time_to_fetch_the_next_key(database: Session, clock: Clock) -> None:
    first = ensure_signing_key(database, SECRET, clock()).kid
    clock.move(days=200)
    keep_keys(database, SECRET, clock())
    assert ensure_signing_key(database, SECRET, clock()).kid == first
    clock.moment += NOTICE
    keep_keys(database, SECRET, clock())
    assert ensure_signing_key(database, SECRET, clock()).kid != first


def test_an_old_key_stays_published_for_the_overlap_and_signs_no_more(
    database: Session, clock: Clock
) -> None:
    keep_keys(database, SECRET, clock())
    old = ensure_signing_key(database, SECRET, clock()).kid
    clock.moment += SIGNS_FOR
    keep_keys(database, SECRET, clock())
    assert old in published(database)
    assert database.get_one(ToolKey, old).private_pem == b""
    clock.moment += OVERLAP - timedelta(seconds=1)
    keep_keys(database, SECRET, clock())
    assert old in published(database)
    clock.move(seconds=1)
    keep_keys(database, SECRET, clock())
    assert old not in published(database)
    assert sorted(states(database)) == ["active", "deleted", "next"]


def test_keeping_the_keys_twice_does_it_once(database: Session, clock: Clock) -> None:
    for _ in range(2):
        keep_keys(database, SECRET, clock())
    clock.moment += SIGNS_FOR
    for _ in range(2):
        keep_keys(database, SECRET, clock())
    assert sorted(states(database)) == ["active", "next", "retiring"]


def test_a_token_signed_just_before_rotation_verifies_from_the_published_set(
    database: Session, platform: Platform, clock: Clock
) -> None:
    keep_keys(database, SECRET, clock())
    clock.moment += NOTICE
    token = assertion(platform, ensure_signing_key(database, SECRET, clock()), clock())
    assert rotate(database, SECRET, clock()).rotated
    kid = jwt.get_unverified_header(token)["kid"]
    (key,) = (key for key in public_key_set(database)["keys"] if key["kid"] == kid)
    claims = jwt.decode(
        token,
        RSAAlgorithm.from_jwk(json.dumps(key)),  # type: ignore[arg-type]
        algorithms=["RS256"],
        audience=platform.auth_token_url,
        options={"verify_exp": False, "verify_iat": False},  # the clock of this test stands in another year
    )
    assert claims["iss"] == platform.client_id


@pytest.mark.parametrize("task", ["schedule", "button"])
def test_workers_that_rotate_at_once_make_one_key(engine: Engine, clock: Clock, task: str) -> None:
    with session_factory(engine)() as database:
        keep_keys(database, SECRET, clock())
    clock.moment += SIGNS_FOR
    start, failures = threading.Barrier(4), []

    def work() -> None:
        start.wait(10)
        try:
            with session_factory(engine)() as database:
                if task == "schedule":
                    keep_keys(database, SECRET, clock())
                else:
                    signed = ensure_signing_key(database, SECRET, clock()).kid
                    start.wait(10)
                    rotate(database, SECRET, clock(), signed=signed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    with session_factory(engine)() as database:
        assert sorted(states(database)) == ["active", "next", "retiring"]


def test_rotating_before_lmss_know_the_next_key_must_be_forced(database: Session, clock: Clock) -> None:
    first = ensure_signing_key(database, SECRET, clock()).kid
    with pytest.raises(NextKeyTooNew, match="2026-11-25 09:00 UTC"):
        rotate(database, SECRET, clock())
    assert rotate(database, SECRET, clock(), force=True).signed == first
    assert first in published(database)


def test_another_secret_is_mended_by_rotating(database: Session, clock: Clock) -> None:
    keep_keys(database, SECRET, clock())
    before = published(database)
    another = f"{SECRET} and more"
    with pytest.raises(ToolKeyUnreadable, match="coalizione key rotate"):
        ensure_signing_key(database, another, clock())
    done = rotate(database, another, clock())
    assert done.signs not in before
    assert ensure_signing_key(database, another, clock()).kid == done.signs
    assert done.signed in published(database)


def test_the_schedule_never_lets_a_key_sign_that_cannot_be_opened(database: Session, clock: Clock) -> None:
    keep_keys(database, SECRET, clock())
    active = ensure_signing_key(database, SECRET, clock()).kid
    with writing(database):
        following = database.scalars(select(ToolKey).where(ToolKey.status == "next")).one()
        following.private_pem = Sealer("another secret entirely", PURPOSE).seal(make_key().private_pem)
    clock.moment += SIGNS_FOR
    keep_keys(database, SECRET, clock())
    assert ensure_signing_key(database, SECRET, clock()).kid == active


def test_a_stolen_key_leaves_the_published_set_at_once(database: Session, clock: Clock) -> None:
    keep_keys(database, SECRET, clock())
    stolen = rotate(database, SECRET, clock(), force=True)
    with writing(database):
        retire(database, stolen.signed, clock())
    assert stolen.signed not in published(database)
    with pytest.raises(ToolKeyInUse), writing(database):
        retire(database, stolen.signs, clock())
    for kid in (stolen.signed, "nobody"):
        with pytest.raises(ToolKeyUnknown), writing(database):
            retire(database, kid, clock())


def test_the_lms_grants_tokens_all_through_a_rotation(
    practice: Practice, platform: Platform, database: Session, clock: Clock
) -> None:
    tokens = AccessTokens(Outbound(frozenset({"127.0.0.1"})), SECRET)
    signers = set()
    keep_keys(database, SECRET, clock())
    # The LMS reads our set at the first question only, and already finds there who signs the second.
    for _ in range(2):
        key = ensure_signing_key(database, SECRET, clock())
        signers.add(key.kid)
        assert tokens.token(database, platform, [ROSTER], key, clock())
        clock.moment += NOTICE
        rotate(database, SECRET, clock())
    assert len(signers) == 2


@on_sqlite
def test_both_addresses_publish_the_same_set_for_five_minutes(client: FlaskClient) -> None:
    well_known, lti = client.get("/.well-known/jwks.json"), client.get("/lti/jwks.json")
    assert well_known.get_json() == lti.get_json()
    assert len(lti.get_json()["keys"]) >= 1
    for answer in (well_known, lti):
        assert answer.cache_control.max_age == 300
        assert answer.cache_control.public


def test_keys_of_before_keep_their_part_after_the_revision(engine: Engine) -> None:
    versions = Path(migration.__file__).parent.parent / "migrations" / "versions"
    (revision,) = versions.glob("*_keys_take_turns.py")
    with engine.connect() as plain, plain.execution_options(will_write=True).begin():
        command.downgrade(migration._config(plain), f"{int(revision.name[:4]) - 1:04}")
        plain.execute(
            text(
                "INSERT INTO tool_keys (kid, private_pem, public_jwk, active, created_at)"
                " VALUES ('signs', :pem, '{}', :yes, :then), ('old', :pem, '{}', NULL, :then)"
            ),
            {"pem": b"sealed", "yes": True, "then": "2026-11-20 09:00:00"},
        )
    migration.migrate(engine)
    with session_factory(engine)() as database:
        kept = {key.kid: key for key in all_keys(database)}
        assert (kept["signs"].status, kept["signs"].private_pem) == ("active", b"sealed")
        assert kept["signs"].activated_at == kept["signs"].created_at
        assert kept["old"].status == "retiring"
        assert kept["old"].retired_at is not None
    assert migration.differences(engine) == []
