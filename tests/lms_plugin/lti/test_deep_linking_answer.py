"""The signed answer to a deep linking request, and the content items in it."""

from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from lms_plugin.lti import claims as names
from lms_plugin.lti.content_items import ChosenItem, Column, writer_for
from lms_plugin.lti.deep_linking import Answer, Recipient, sign_answer
from lms_plugin.lti.tool_keys import SigningKey

MOMENT = datetime(2026, 11, 24, 9, tzinfo=UTC)
KEY = SigningKey("key-1", rsa.generate_private_key(public_exponent=65537, key_size=2048))
WHOM = Recipient("https://lms.example", "client-7", "1")
ITEM = ChosenItem(
    title="Modulo 1", text="Primo", url="https://tool.example/m1", custom={"activity": "m1"},
    column=Column("Modulo 1", 100, "p/m1"), target="iframe",
)  # fmt: skip


def signed(data: str | None = None, **said: str) -> dict[str, object]:
    token = sign_answer(Answer((), **said), WHOM, data, KEY, MOMENT)
    options = {"verify_exp": False, "verify_iat": False}
    claims: dict[str, object] = jwt.decode(
        token, KEY.private_key.public_key(), ["RS256"], audience=WHOM.issuer, options=options
    )
    return claims


@pytest.mark.parametrize("data", ["", "à", "\x00", "half \ud83d of a pair", '"\\u0041"', " x ", "x" * 20_000])
def test_data_is_echoed_character_by_character(data: str) -> None:
    assert signed(data)[names.DATA] == data


def test_columns_are_tagged_as_those_already_in_grade_books() -> None:
    # The worker finds a column by this word: another one would make second columns beside the old.
    assert writer_for("").write(ITEM)["lineItem"]["tag"] == "score"


def test_no_data_is_no_claim() -> None:
    assert names.DATA not in signed()


def test_messages_are_sent_only_when_there_are_some() -> None:
    assert {names.MSG, names.ERROR_MSG}.isdisjoint(signed())
    assert signed(message="fatto")[names.MSG] == "fatto"
    assert signed(error="no")[names.ERROR_MSG] == "no"


def test_no_two_answers_have_the_same_nonce_or_id() -> None:
    answers = [signed() for _ in range(20)]
    assert len({answer["nonce"] for answer in answers}) == 20
    assert len({answer["jti"] for answer in answers}) == 20


@pytest.mark.parametrize(
    "family", ["", "moodle", "Canvas", "BlackboardLearn", "desire2learn", "OpenedX", "sakai"]
)
def test_every_product_gets_title_address_and_type(family: str) -> None:
    written = writer_for(family).write(ITEM)
    assert (written["type"], written["title"], written["url"]) == ("ltiResourceLink", ITEM.title, ITEM.url)
    assert written["lineItem"]["scoreMaximum"] == 100
    assert isinstance(written["lineItem"]["scoreMaximum"], int)
    assert all(isinstance(value, str) for value in written["custom"].values())
