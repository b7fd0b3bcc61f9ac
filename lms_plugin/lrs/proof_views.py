"""What anybody may read of proofs: the public keys, for ever, and the head of the chain of sealed days."""

import json

from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from lms_plugin.extensions import db
from lms_plugin.proofs.keys import proof_key_set
from lms_plugin.proofs.tables import ProofDay
from lms_plugin.web.access import Door, open_to

blueprint = Blueprint("proofs", __name__, url_prefix="/xapi/proof")
KEPT_SECONDS = 300


@blueprint.get("/jwks.json")
@open_to(Door.PUBLIC)
def keys() -> Response:
    """The key set (RFC 7517): every key that signs days and packs, or has ever signed some."""
    answer = jsonify(proof_key_set(db.session()))
    answer.cache_control.public, answer.cache_control.max_age = True, KEPT_SECONDS
    return answer


@blueprint.get("/head.json")
@open_to(Door.PUBLIC)
def head() -> Response:
    """The newest sealed day, signed: whoever keeps it keeps all days before it from being rewritten."""
    day = db.session().scalar(select(ProofDay).order_by(ProofDay.number.desc()).limit(1))
    if day is None:
        raise NotFound("no day is sealed yet")
    said = {"header": json.loads(day.header), "hash": day.header_hash, "signature": day.signature}
    answer = jsonify(said)
    answer.cache_control.public, answer.cache_control.max_age = True, KEPT_SECONDS
    return answer
