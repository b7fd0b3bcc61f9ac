"""Our own key: one, however many ask for it first, and useless to who steals the database."""

import threading

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.protocol_state import ToolKey
from lms_plugin.lti.sealing import SealBroken, Sealer
from lms_plugin.lti.tool_keys import ToolKeyUnreadable, ensure_signing_key, public_key_set
from lms_plugin.storage import session_factory
from tests.conftest import SECRET, Clock


def test_processes_that_need_a_key_at_once_share_one(engine: Engine, clock: Clock) -> None:
    kids, start = [], threading.Barrier(4)

    def need() -> None:
        start.wait(10)
        with session_factory(engine)() as database:
            kids.append(ensure_signing_key(database, SECRET, clock()).kid)

    threads = [threading.Thread(target=need) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with session_factory(engine)() as database:
        assert database.scalar(select(func.count()).select_from(ToolKey)) == 1
        assert [key["kid"] for key in public_key_set(database)["keys"]] == kids[:1]
    assert len(set(kids)) == 1
    assert len(kids) == 4


def test_another_secret_cannot_open_the_key_and_is_told_so(database: Session, clock: Clock) -> None:
    ensure_signing_key(database, SECRET, clock())
    with pytest.raises(ToolKeyUnreadable, match="COALIZIONE_SECRET_KEY"):
        ensure_signing_key(database, f"{SECRET} and more", clock())


def test_what_is_sealed_for_one_purpose_opens_for_no_other() -> None:
    sealed = Sealer(SECRET, "tool keys").seal(b"content")
    assert Sealer(SECRET, "tool keys").unseal(sealed) == b"content"
    with pytest.raises(SealBroken):
        Sealer(SECRET, "access tokens").unseal(sealed)
