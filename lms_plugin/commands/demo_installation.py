"""What the demo needs before it starts: secrets, a migrated database, the practice LMS registered."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from lms_plugin.commands.console import now
from lms_plugin.lrs.credential import add_credential
from lms_plugin.lti.registering import Registration, register
from lms_plugin.lti.tool_keys import ensure_signing_key
from lms_plugin.migration import migrate
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.settings import Settings, read_settings
from lms_plugin.storage import make_engine, session_factory, writing

LMS_URL, ROOM_URL = "http://localhost:8001", "http://localhost:8002"
PORTS = (8000, 8001, 8002)
SECRETARY = "segreteria@example.it"


@dataclass(frozen=True, slots=True)
class Keys:
    """The demo's secrets, made once and kept in its folder, readable by its owner only."""

    secret_key: str
    room_secret: str
    lrs_key: str = ""
    lrs_secret: str = ""


def read_keys(folder: Path) -> Keys:
    """The keys of this folder, made now if it has none."""
    file = folder / "keys.json"
    if file.exists():
        return Keys(**json.loads(file.read_text()))
    return write_keys(folder, Keys(secrets.token_urlsafe(48), secrets.token_urlsafe(24)))


def write_keys(folder: Path, keys: Keys) -> Keys:
    """Keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "keys.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(keys)))
    return keys


def environment(folder: Path, keys: Keys) -> dict[str, str]:
    """The environment of every process of the demo; what the caller set for the product does not leak in."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COALIZIONE_")}
    return inherited | {
        "COALIZIONE_SECRET_KEY": keys.secret_key,
        "COALIZIONE_PUBLIC_URL": f"http://localhost:{PORTS[0]}",
        "COALIZIONE_DATABASE_URL": f"sqlite:///{folder.resolve() / 'coalizione.db'}",
        "COALIZIONE_TRUSTED_HOSTS": LMS_URL.removeprefix("http://"),
        "COALIZIONE_BBB_URL": f"{ROOM_URL}/bigbluebutton",
        "COALIZIONE_BBB_SECRET": keys.room_secret,
        "LOCAL_ROOM_SECRET": keys.room_secret,
    }


def prepare(folder: Path) -> tuple[Settings, Keys, str]:
    """Brings the demo's database up; returns its settings, its keys and a fresh sign-in link."""
    keys = read_keys(folder)
    settings = read_settings(environment(folder, keys))
    engine = make_engine(settings.database_url)
    migrate(engine)
    with session_factory(engine)() as database:
        keys = _fill(database, settings, folder, keys)
        with writing(database):
            invited = invite(database, SECRETARY, Role.SECRETARY, now())
    engine.dispose()
    return settings, keys, f"{settings.public_url}/secretariat/sign-in/{invited.secret}"


def _fill(database: Session, settings: Settings, folder: Path, keys: Keys) -> Keys:
    ensure_signing_key(database, settings.secret_key, now())
    with writing(database):
        register(database, _practice_lms(), ("1",), settings.public_url, now())
    if keys.lrs_key:
        return keys
    with writing(database):
        credential, secret = add_credential(database, "demo", (), now())
        database.flush()
        with_lrs = Keys(keys.secret_key, keys.room_secret, credential.key, secret)
        return write_keys(folder, with_lrs)


def _practice_lms() -> Registration:
    return Registration(
        name="LMS di prova",
        issuer=LMS_URL,
        client_id="practice-lms",
        auth_login_url=f"{LMS_URL}/auth",
        auth_token_url=f"{LMS_URL}/token",
        jwks_url=f"{LMS_URL}/jwks.json",
        token_audience=None,
    )
