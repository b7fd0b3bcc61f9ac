"""Launches recorded from a real Moodle 4.5 pass every check, when the clock stands where it stood."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from sqlalchemy.orm import Session

from lms_plugin.lti.arrival import record_arrival
from lms_plugin.lti.envelope import open_envelope
from lms_plugin.lti.errors import BadSignature, TargetLinkMismatch, TokenExpired
from lms_plugin.lti.key_sets import KeySets
from lms_plugin.lti.launch import COOKIE, Attempt, BrowserProof, Launch, admit, use_up, verify
from lms_plugin.lti.login_state import Login, digest
from lms_plugin.lti.platform import Deployment, Placement, Platform
from lms_plugin.lti.roles import reads_records
from lms_plugin.lti.targets import Target, TargetKind
from lms_plugin.outbound import Outbound
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.storage import writing
from tests.lms_plugin.lti.remote import Remote, serving

CAPTURES = Path(__file__).parent / "captures"
TARGET = "http://127.0.0.1:8810/launch"


@dataclass(frozen=True)
class RecordedTargets:
    """The one address that the recorded activity leads to."""

    address: str = TARGET

    def find(self, uri: str) -> Target | None:
        return Target(TargetKind.MODULE, "co-alizione", "m1") if uri == self.address else None

    def settle(self, target: Target, _custom: Mapping[str, str]) -> Target:
        return target


@dataclass
class Recorded:
    """One recorded launch, with the login that it answers and the clock of its moment."""

    form: dict[str, str]
    claims: dict[str, Any]

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.claims["iat"], UTC)

    def begin(self, database: Session, jwks_url: str) -> None:
        """The rows there were when the tool sent its question to this Moodle."""
        moodle, at = "http://localhost:8800", self.at
        platform = Platform(
            name="Moodle", issuer=moodle, client_id=self.claims["aud"], jwks_url=jwks_url,
            auth_login_url=f"{moodle}/mod/lti/auth.php", auth_token_url=f"{moodle}/mod/lti/token.php",
            actor_home_page=moodle, created_at=at, deployments=[Deployment(deployment_id="1", created_at=at)],
        )  # fmt: skip
        database.add(platform)
        database.commit()
        self.login = Login(
            state=self.form["state"], platform_id=platform.id, began_at=at, nonce=self.claims["nonce"],
            browser_secret="browser", target_digest=digest(TARGET), hint_digest=digest("1"),
        )  # fmt: skip

    def launch(self, database: Session, now: datetime, targets: RecordedTargets) -> Launch:
        attempt, keys = Attempt(), KeySets(Outbound(frozenset({"127.0.0.1"})))
        envelope = open_envelope(self.form)
        verified = verify(database, envelope, self.login, BrowserProof(COOKIE, "browser"), keys, attempt, now)
        launch = admit(database, verified, targets, attempt)
        with writing(database):
            use_up(database, verified.login, {"id": uuid4(), **attempt.reported()}, now)
            record_arrival(database, launch, now)
        return launch


@pytest.fixture
def moodle() -> Iterator[Remote]:
    with serving() as remote:
        remote.body = (CAPTURES / "moodle_jwks.json").read_bytes()
        yield remote


@pytest.fixture(params=["student", "admin"])
def recorded(request: pytest.FixtureRequest, moodle: Remote, database: Session) -> Recorded:
    form = json.loads((CAPTURES / f"moodle_{request.param}.json").read_text())
    launch = Recorded(form, jwt.decode(form["id_token"], options={"verify_signature": False}))
    launch.begin(database, moodle.url)
    return launch


def test_a_recorded_launch_arrives(recorded: Recorded, database: Session) -> None:
    launch = recorded.launch(database, recorded.at, RecordedTargets())
    placement, learner = database.query(Placement).one(), database.query(Learner).one()
    assert (learner.account_name, learner.name) == (recorded.claims["sub"], recorded.claims["name"])
    assert launch.message.product_family == "moodle"
    column = "http://localhost:8800/mod/lti/services.php/2/lineitems/2/lineitem?type_id=1"
    assert placement.line_item_url == (column if learner.account_name == "4" else None)
    assert "missing" not in launch.message.custom


def test_recorded_roles_map_to_parts(recorded: Recorded, database: Session) -> None:
    launch = recorded.launch(database, recorded.at, RecordedTargets())
    is_student = recorded.claims["sub"] == "4"
    assert launch.role is (Role.LEARNER if is_student else Role.TRAINER)
    assert reads_records(launch.message.roles) is not is_student


def test_a_recorded_launch_lives_sixty_seconds_and_the_leeway(recorded: Recorded, database: Session) -> None:
    with pytest.raises(TokenExpired):
        recorded.launch(database, recorded.at + timedelta(seconds=120), RecordedTargets())
    recorded.launch(database, recorded.at + timedelta(seconds=119), RecordedTargets())


def test_a_recorded_launch_for_another_tool_is_refused(recorded: Recorded, database: Session) -> None:
    with pytest.raises(TargetLinkMismatch):
        recorded.launch(database, recorded.at, RecordedTargets("https://formazione.example/lti/launch"))


def test_a_recorded_launch_with_one_letter_changed_is_refused(recorded: Recorded, database: Session) -> None:
    head, payload, signature = recorded.form["id_token"].split(".")
    swapped = signature[:-9] + ("A" if signature[-9] != "A" else "B") + signature[-8:]
    recorded.form["id_token"] = f"{head}.{payload}.{swapped}"
    with pytest.raises(BadSignature):
        recorded.launch(database, recorded.at, RecordedTargets())
