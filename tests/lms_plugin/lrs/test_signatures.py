"""Signed statements (xAPI 1.0.3 Data 2.6): a JWS of the statement itself, or 400 and the rule it breaks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from lms_plugin.lrs.signatures import SIGNATURE
from tests.lms_plugin.lrs.conftest import Lrs, made
from tests.lms_plugin.lrs.multipart_bodies import TYPE, described, joined, json_part, part
from tests.lms_plugin.lti.fixtures import on_sqlite

HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}

KINDS: dict[str, Any] = {
    "elliptic": ec.generate_private_key(ec.SECP256R1()).public_key(),
    "Edwards": ed25519.Ed25519PrivateKey.generate().public_key(),
    "long": rsa.RSAPublicNumbers(65537, 2**8200 + 1).public_key(),
    "slow": rsa.RSAPublicNumbers(2**2046 + 1, 2**2047 + 1).public_key(),
}


@cache
def key(who: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate(who: str, issuer: str, kind: str = "", copy: int = 0) -> str:
    """Of its own key, or of one of another kind; each copy has a number of its own."""
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (who, issuer))
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    public = KINDS[kind] if kind else key(who).public_key()
    builder = x509.CertificateBuilder(by, subject, public, x509.random_serial_number())
    builder = builder.not_valid_before(begin).not_valid_after(begin + timedelta(days=30))
    der = builder.sign(key(issuer), hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return base64.b64encode(der).decode()


def b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def signed(payload: Any, algorithm: str = "RS256", who: str = "signer", **header: Any) -> bytes:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    begun = b64(json.dumps({"alg": algorithm, **header}).encode()) + b"." + b64(raw)
    return begun + b"." + b64(key(who).sign(begun, PKCS1v15(), HASHES.get(algorithm, hashes.SHA256())))


def send(lrs: Lrs, statement: dict[str, Any], token: bytes, **attachment: Any) -> Any:
    kind = attachment.get("contentType", "application/octet-stream")
    signature = described(token, usageType=SIGNATURE, contentType=kind)
    carrying = {**statement, "attachments": [*statement.get("attachments", []), signature]}
    body = joined(json_part(json.dumps([carrying]).encode()), part(token, Content_Type=kind))
    return lrs.call("POST", data=body, headers={"Content-Type": TYPE})


@pytest.mark.parametrize("algorithm", sorted(HASHES))
@on_sqlite
def test_signed_statement_is_stored_with_and_without_certificates(lrs: Lrs, algorithm: str) -> None:
    chain = [certificate("signer", "authority"), certificate("authority", "authority")]
    for header in ({}, {"x5c": chain[:1]}, {"x5c": chain}, {"typ": "JWT"}):
        statement = made()
        answer = send(lrs, statement, signed(statement, algorithm, **header))
        assert answer.json == [statement["id"]]


def without(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda one: {name: value for name, value in one.items() if name not in names}


@pytest.mark.parametrize(
    "change",
    [
        without("id"),
        lambda one: one | {"id": one["id"].upper(), "version": "1.0.0", "stored": "2020-01-01T00:00:00Z"},
        lambda one: one | {"timestamp": "2026-11-23T09:00:00.000+01:00"},
        lambda one: one | {"verb": {"id": one["verb"]["id"]}},
        lambda one: one | {"authority": {"mbox": "mailto:a@example.it"}, "attachments": []},
    ],
)
@on_sqlite
def test_signed_form_may_differ_where_statements_may(
    lrs: Lrs, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    statement = made()
    assert send(lrs, statement, signed(change(statement))).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one | {"id": str(uuid4())},
        lambda one: one | {"actor": {"mbox": "mailto:a@example.it"}},
        lambda one: one | {"result": {"success": True}},
        lambda one: one | {"timestamp": "2026-11-23T08:00:00.001Z"},
        lambda one: one | {"attachments": [described(b"", fileUrl="https://x.example/")]},
        without("timestamp"),
        without("actor"),
        lambda one: one | {"made": "up"},
        lambda _one: [],
        lambda _one: b'{"a',
        lambda _one: b'{"actor": 1, "actor": 2}',
        lambda _one: b"[" * 100_000,
        lambda _one: b"\xff",
    ],
)
@on_sqlite
def test_signature_of_anything_else_is_refused(lrs: Lrs, change: Callable[[dict[str, Any]], Any]) -> None:
    statement = made()
    answer = send(lrs, statement, signed(change(statement)))
    assert (answer.status_code, answer.json["path"]) == (400, "$[0].attachments[0]")
    assert "must" in answer.json["rule"]
    assert lrs.ids() == []


def with_public_key_as_secret(statement: dict[str, Any]) -> bytes:
    begun = b64(b'{"alg":"HS256"}') + b"." + b64(json.dumps(statement).encode())
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    secret = key("signer").public_key().public_bytes(*form)
    return begun + b"." + b64(hmac.digest(secret, begun, hashlib.sha256))


def changed_at(token: bytes, place: int) -> bytes:
    other = b"A" if token[place : place + 1] != b"A" else b"B"
    return token[:place] + other + token[place + 1 :]


OURS = certificate("signer", "signer")
FORGERIES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "no algorithm": lambda one: b64(b'{"alg":"none"}') + b"." + b64(json.dumps(one).encode()) + b".",
    "none, with a signature": lambda one: signed(one, "none"),
    "HS256 by the public key": with_public_key_as_secret,
    "ES256": lambda one: signed(one, "ES256"),
    "PS256": lambda one: signed(one, "PS256"),
    "lower case": lambda one: signed(one, "rs256"),
    "algorithm that is no string": lambda one: signed(one, alg=["RS256"]),
    "another's certificate": lambda one: signed(one, x5c=[certificate("other", "other")]),
    "another hash": lambda one: signed(one, "RS256", x5c=[OURS], alg="RS512"),
    "chain that does not link": lambda one: signed(one, x5c=[OURS, certificate("other", "other")]),
    "elliptic certificate": lambda one: signed(one, x5c=[certificate("e", "e", "elliptic")]),
    "no certificates": lambda one: signed(one, x5c=[]),
    "certificate that is none": lambda one: signed(one, x5c=["AAAA"]),
    "certificate that is no text": lambda one: signed(one, x5c=[1]),
    "certificate outside a list": lambda one: signed(one, x5c=OURS),
    "very many certificates": lambda one: signed(one, x5c=[OURS] * 9),
    "changed after signing": lambda one: changed_at(signed(one, x5c=[OURS]), -10),
    "critical extension": lambda one: signed(one, crit=["exp"], exp=1),
    "payload not encoded": lambda one: signed(one, b64=False),
    "truncated signature": lambda one: signed(one)[:-300],
    "truncated by one": lambda one: signed(one, x5c=[OURS])[:-1],
    "no signature": lambda one: signed(one).rpartition(b".")[0] + b".",
    "two parts": lambda one: signed(one).rpartition(b".")[0],
    "four parts": lambda one: signed(one) + b".AAAA",
    "padded": lambda one: signed(one) + b"==",
    "line break": lambda one: signed(one) + b"\n",
    "standard base64": lambda one: signed(one | {"result": {"response": "???>>>"}}).replace(b"_", b"/"),
    "JSON serialization": lambda one: b'{"payload":"' + b64(json.dumps(one).encode()) + b'"}',
    "nothing": lambda _one: b"",
    "noise": lambda _one: bytes(range(256)),
}  # fmt: skip


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
@on_sqlite
def test_forged_or_broken_signature_is_refused(lrs: Lrs, forgery: str) -> None:
    statement = made()
    if forgery == "standard base64":
        statement["result"] = {"response": "???>>>"}
    token = FORGERIES[forgery](statement)
    answer = send(lrs, statement, token)
    assert (answer.status_code, answer.json["path"]) == (400, "$[0].attachments[0]")
    assert lrs.ids() == []


@pytest.mark.parametrize(
    ("chain", "rule"),
    [
        ([certificate("signer", "a", "long")], "8192 bits"),
        ([certificate("signer", "a", "slow")], "exponent of 32 bits"),
        ([OURS, certificate("signer", "a", "long")], "8192 bits"),
        ([OURS, certificate("signer", "a", "slow")], "exponent of 32 bits"),
        ([OURS, certificate("signer", "a", "Edwards")], "RSA or elliptic"),
        ([OURS] * 9, "1 to 8 certificates"),
    ],
)
@on_sqlite
def test_certificates_that_would_keep_us_busy_are_refused(lrs: Lrs, chain: list[str], rule: str) -> None:
    statement = made()
    answer = send(lrs, statement, signed(statement, x5c=chain))
    assert answer.status_code == 400
    assert rule in answer.json["rule"]


def send_many(lrs: Lrs, chains: Sequence[list[str]]) -> Any:
    """A batch of signed statements, one for each chain of certificates."""
    carrying, parts = [], []
    for chain in chains:
        statement = made()
        token = signed(statement, x5c=chain)
        octets = {"usageType": SIGNATURE, "contentType": "application/octet-stream"}
        carrying.append({**statement, "attachments": [described(token, **octets)]})
        parts.append(part(token, Content_Type="application/octet-stream"))
    body = joined(json_part(json.dumps(carrying).encode()), *parts)
    return lrs.call("POST", data=body, headers={"Content-Type": TYPE})


@on_sqlite
def test_what_one_request_may_have_verified_is_bounded(lrs: Lrs) -> None:
    rest = [certificate("signer", "signer", copy=place) for place in range(7)]
    assert send_many(lrs, [[OURS, *rest]] * 130).status_code == 200, "one chain, verified once"
    chains = [[certificate("signer", "signer", copy=place), *rest] for place in range(130)]
    answer = send_many(lrs, chains)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert "fewer signed statements" in answer.json["rule"]
    assert len(lrs.ids(limit=0)) == 130


@on_sqlite
def test_signature_comes_as_octets_with_its_data(lrs: Lrs) -> None:
    statement = made()
    token = signed(statement)
    answer = send(lrs, statement, token, contentType="text/plain")
    assert (answer.status_code, answer.json["path"]) == (400, "$[0].attachments[0].contentType")
    octets = {"usageType": SIGNATURE, "contentType": "application/octet-stream"}
    only_url = described(token, **octets, fileUrl="https://x.example/")
    assert lrs.post([{**statement, "attachments": [only_url]}]).status_code == 400
    many = {**statement, "attachments": [only_url] * 11}
    assert "10 signatures" in lrs.post([many]).json["rule"]


@on_sqlite
def test_signed_statement_keeps_its_other_attachments(lrs: Lrs) -> None:
    statement = made(attachments=[described(b"x", fileUrl="https://x.example/")])
    assert send(lrs, statement, signed(statement)).status_code == 200
