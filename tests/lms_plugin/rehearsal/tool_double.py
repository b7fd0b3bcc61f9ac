"""The tool's side of the conversation with the practice LMS, signing for itself as a real one would."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import jwt
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms_plugin.rehearsal import Lms
from lms_plugin.rehearsal.initiation import LoginInitiation
from lms_plugin.rehearsal.jws import public_jwk
from lms_plugin.rehearsal.keys import SigningKey
from lms_plugin.rehearsal.vocabulary import (
    ASSERTION_TYPE,
    LINE_ITEM_TYPE,
    LINE_ITEMS_TYPE,
    SCORE_TYPE,
    SERVICE_SCOPES,
)

URL = "http://lms.example"
TOOL = "https://tool.example"
SCORES = "/services/co-alizione-2026/lineitems/column-m1/lineitem/scores"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class MovableClock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


MakeLms = Callable[..., Flask]


@dataclass
class Tool:
    """The tool's side of the conversation: its key, its authentication requests, its calls."""

    key: SigningKey
    clock: MovableClock
    client_id: str = "practice-lms"
    audience: str = f"{URL}/token"

    def fetch(self, address: str) -> object:
        assert address == f"{TOOL}/lti/jwks.json"
        return {"keys": [public_jwk(self.key.private_key.public_key(), self.key.kid)]}

    def sign(self, claims: dict[str, object], key: SigningKey | None = None, **header: object) -> str:
        now = int(self.clock().timestamp())
        whole = {"iss": self.client_id, "iat": now, "exp": now + 300, **claims}
        signer = key or self.key
        return jwt.encode(
            {name: value for name, value in whole.items() if value is not None},
            signer.private_key,
            algorithm="RS256",
            headers={"kid": self.key.kid, **header},
        )

    def assertion(self, **claims: object) -> str:
        return self.sign({"sub": self.client_id, "aud": self.audience, "jti": uuid.uuid4().hex, **claims})

    def auth_request(self, login: LoginInitiation, **changed: str | None) -> dict[str, str]:
        request: dict[str, str | None] = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.client_id,
            "redirect_uri": f"{TOOL}/lti/launch",
            "login_hint": login.fields["login_hint"],
            "lti_message_hint": login.fields["lti_message_hint"],
            "state": "the-state",
            "nonce": "the-nonce",
            **changed,
        }
        return {name: value for name, value in request.items() if value is not None}


@dataclass
class Services:
    """Calls to the LMS's services with a token for all scopes, unless told otherwise."""

    client: FlaskClient
    tool: Tool

    def ask_token(self, scopes: tuple[str, ...] = SERVICE_SCOPES, **form: str) -> TestResponse:
        body = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.tool.assertion(),
            "scope": " ".join(scopes),
            **form,
        }
        return self.client.post(
            "/token", data=urlencode(body), content_type="application/x-www-form-urlencoded"
        )

    def bearer(self, *scopes: str) -> dict[str, str]:
        answer = json.loads(self.ask_token(scopes or SERVICE_SCOPES).get_data())
        return {"Authorization": f"Bearer {answer['access_token']}"}

    def post_score(
        self, address: str = SCORES, media_type: str = SCORE_TYPE, **fields: object
    ) -> TestResponse:
        score = {
            "userId": "ada",
            "timestamp": "2026-11-23T09:00:00.500Z",
            "scoreGiven": 80,
            "scoreMaximum": 100,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            **fields,
        }
        body = json.dumps({name: value for name, value in score.items() if value is not None})
        return self.client.post(address, data=body, content_type=media_type, headers=self.bearer())

    def list_line_items(self, query: str = "") -> TestResponse:
        return self.client.get(
            f"/services/co-alizione-2026/lineitems{query}",
            headers={**self.bearer(), "Accept": LINE_ITEMS_TYPE},
        )

    def create_line_item(self, **fields: object) -> TestResponse:
        return self.client.post(
            "/services/co-alizione-2026/lineitems",
            data=json.dumps({"label": "Nuova colonna", "scoreMaximum": 10, **fields}),
            content_type=LINE_ITEM_TYPE,
            headers=self.bearer(),
        )


def verified(lms: Lms, token: str, audience: str = "practice-lms") -> dict[str, object]:
    """The claims of an id_token whose signature a published key confirms, by PyJWT and not by our code."""
    keys = {key["kid"]: jwt.PyJWK(dict(key)) for key in lms.installation.keys.jwks()["keys"]}
    claims: dict[str, object] = jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]],
        algorithms=["RS256"],
        audience=audience,
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    return claims
