"""The bytes that proofs are about: canonical JSON, Merkle trees, commitments, sealed forms, signatures.

Described in docs/proofs.md. Part of the offline verifier as well (`verifier`), so it imports nothing of ours.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Json = Mapping[str, Any]
BEGINNING = "0" * 64  # what the first day, and the first evidence of a learner, say of the one before
IDENTITY = ("name", "mbox", "mbox_sha1sum", "openid", "account")  # members that tell who an agent is
PSEUDONYM = "erased-"  # how the account names of erased persons begin
TOKEN = "hmac-sha256:"  # noqa: S105 - the mark of a commitment, no secret


class Fault(Exception):
    """Something in the pack is not as it was written."""


def canonical(value: Any) -> bytes:
    """JSON in UTF-8 with sorted keys, no spaces, nothing escaped that need not be."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def leaf_hash(kind: str, form: Json) -> bytes:
    """RFC 6962 §2.1: a leaf begins with 0, a node with 1, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + canonical({kind: form})).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """A node of two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_by_path(leaf: bytes, position: int, size: int, path: Sequence[str]) -> str:
    """The root that a leaf at `position` of `size` leads to (RFC 9162 §2.1.3.2). Raises Fault."""
    if not 0 <= position < size:
        raise Fault("the position is not one of the day's")
    here, last, found, rest = position, size - 1, leaf, [bytes.fromhex(one) for one in path]
    while last:
        if here % 2 or here < last:
            if not rest:
                raise Fault("the path is too short")
            other = rest.pop(0)
            found = node_hash(other, found) if here % 2 else node_hash(found, other)
        here, last = here // 2, last // 2
    if rest:
        raise Fault("the path is too long")
    return found.hex()


def commitment(key: bytes, member: str, value: Any) -> str:
    """What stands for an identifying value: without the key nobody can tell, or even test, which it is."""
    return TOKEN + hmac.new(key, canonical([member, value]), hashlib.sha256).hexdigest()


def committed(agent: Json, key: bytes) -> dict[str, Any]:
    """An agent, with commitments in place of what tells who it is."""
    return {
        name: commitment(key, name, value) if name in IDENTITY else value for name, value in agent.items()
    }


def masked(_pointer: str, agent: Json) -> dict[str, Any]:
    """An agent without what tells who it is."""
    return {name: value for name, value in agent.items() if name not in IDENTITY}


Change = Callable[[str, Json], dict[str, Any]]


def with_agents(statement: Json, change: Change, at: str = "") -> dict[str, Any]:
    """The statement with every identified agent and group changed, but not `authority`: that is a system."""
    made = dict(statement)
    for member in ("actor", "object"):
        if member == "actor" or made[member].get("objectType") in {"Agent", "Group"}:
            made[member] = _changed(made[member], change, f"{at}/{member}")
    if made["object"].get("objectType") == "SubStatement":
        made["object"] = with_agents(made["object"], change, f"{at}/object")
    if "context" in made:
        made["context"] = _context(made["context"], change, f"{at}/context")
    return made


def _context(context: Json, change: Change, at: str) -> dict[str, Any]:
    made = dict(context)
    for member in ("instructor", "team"):
        if member in made:
            made[member] = _changed(made[member], change, f"{at}/{member}")
    for member, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if member in made:
            made[member] = [
                {**item, inner: _changed(item[inner], change, f"{at}/{member}/{place}")}
                for place, item in enumerate(made[member])
            ]
    return made


def _changed(agent: Json, change: Change, at: str) -> dict[str, Any]:
    made = dict(agent)
    if "member" in made:
        made["member"] = [
            _changed(one, change, f"{at}/member/{place}") for place, one in enumerate(made["member"])
        ]
    return change(at, made) if any(name in made for name in IDENTITY[1:]) else made


def agents_of(statement: Json) -> dict[str, Json]:
    """Every identified agent and group of a statement, by where it is."""
    found: dict[str, Json] = {}
    with_agents(statement, lambda at, agent: dict(found.setdefault(at, agent)))
    return found


def form_of(kind: str, content: Json, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """What is sealed of a record. Raises KeyError when the key of an agent is missing."""
    if kind == "statement":
        return with_agents(content, lambda at, agent: committed(agent, keys[at]))
    if kind == "learner":
        return {**content, "account": commitment(keys["/account"], "account", content["account"])}
    return dict(content)


def is_pseudonym(agent: Json) -> bool:
    """Whether the agent stands for somebody who was erased."""
    return str(agent.get("account", {}).get("name", "")).startswith(PSEUDONYM)


def agrees(kind: str, form: Json, content: Json, keys: Mapping[str, bytes]) -> bool:
    """Whether what is kept of a record from which somebody was erased is the rest of what was sealed."""
    if kind == "learner":
        return {**form, "account": None} == {**content, "account": None} and is_pseudonym(content)
    if kind != "statement":
        return form == content
    sealed, kept = agents_of(form), agents_of(content)
    opened = all(
        is_pseudonym(agent) or (at in keys and sealed.get(at) == committed(agent, keys[at]))
        for at, agent in kept.items()
    )
    return opened and with_agents(form, masked) == with_agents(content, masked)


def unpadded(text: str) -> bytes:
    """Base64url as JWS writes it, in its one canonical way. Raises Fault."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except ValueError as error:
        raise Fault("not base64url") from error
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != text:
        raise Fault("base64url written in another way")
    return found


def verified_payload(jws: str, keys: Mapping[str, Json]) -> bytes:
    """The payload of a compact JWS (RFC 7515) signed with RS256 by one of the keys. Raises Fault."""
    parts = jws.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise Fault("not a compact JWS")
    said = parsed(unpadded(parts[0]))
    if said.get("alg") != "RS256" or said.get("kid") not in keys:
        raise Fault("not signed with RS256 by a key of keys.json")
    jwk = keys[said["kid"]]
    numbers = [int.from_bytes(unpadded(jwk[name])) for name in ("e", "n")]
    try:
        public = rsa.RSAPublicNumbers(*numbers).public_key()
        public.verify(
            unpadded(parts[2]), f"{parts[0]}.{parts[1]}".encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, ValueError) as error:
        raise Fault("the signature is wrong") from error
    return unpadded(parts[1])


def parsed(line: bytes) -> dict[str, Any]:
    """A JSON object written canonically. Raises Fault."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Fault("not JSON") from error
    if not isinstance(found, dict) or canonical(found) != line:
        raise Fault("not the canonical JSON of an object")
    return found
