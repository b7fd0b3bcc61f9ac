"""What the demo needs before it starts: secrets, a migrated database, the practice LMS registered."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from lms_plugin.commands.console import now
from lms_plugin.lrs.credential import add_credential
from lms_plugin.lti.invitations import Wishes, make_invitation
from lms_plugin.lti.registering import Registration, register
from lms_plugin.lti.tool_keys import ensure_signing_key
from lms_plugin.migration import migrate
from lms_plugin.people.role import Role
from lms_plugin.people.sign_in import invite
from lms_plugin.settings import Settings, read_settings
from lms_plugin.storage import make_engine, session_factory, writing

SECRETARY, ADMINISTRATOR = "segreteria@example.it", "amministrazione@example.it"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of the demo listen: three ports in a row."""

    first_port: int = 8000

    @property
    def ports(self) -> tuple[int, int, int]:
        """Of tool, practice LMS and local room."""
        return self.first_port, self.first_port + 1, self.first_port + 2

    @property
    def tool(self) -> str:
        """Pages, LTI tool and LRS."""
        return f"http://localhost:{self.ports[0]}"

    @property
    def lms(self) -> str:
        """The practice LMS, also its issuer."""
        return f"http://localhost:{self.ports[1]}"

    @property
    def room(self) -> str:
        """The local room."""
        return f"http://localhost:{self.ports[2]}"


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


def environment(
    folder: Path, keys: Keys, addresses: Addresses, programmes: Sequence[Path] = ()
) -> dict[str, str]:
    """The environment of every process of the demo; what the caller set for the product does not leak in.

    `programmes` are the folders on offer, all embedded ones when empty.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COALIZIONE_")}
    return inherited | {
        "COALIZIONE_SECRET_KEY": keys.secret_key,
        "COALIZIONE_PUBLIC_URL": addresses.tool,
        "COALIZIONE_DATABASE_URL": f"sqlite:///{folder.resolve() / 'coalizione.db'}",
        "COALIZIONE_TRUSTED_HOSTS": addresses.lms.removeprefix("http://"),
        "COALIZIONE_BBB_URL": f"{addresses.room}/bigbluebutton",
        "COALIZIONE_BBB_SECRET": keys.room_secret,
        "COALIZIONE_PROGRAMMES": ",".join(map(str, programmes)),
        "LOCAL_ROOM_SECRET": keys.room_secret,
    }


@dataclass(frozen=True, slots=True)
class Links:
    """Fresh one-time links: two let staff in, one lets an LMS register itself."""

    secretariat: str
    administration: str
    registration: str


def prepare(
    folder: Path, addresses: Addresses, programmes: Sequence[Path] = ()
) -> tuple[Settings, Keys, Links]:
    """Brings the demo's database up; returns its settings, its keys and fresh links."""
    keys = read_keys(folder)
    settings = read_settings(environment(folder, keys, addresses, programmes))
    engine = make_engine(settings.database_url)
    migrate(engine)
    with session_factory(engine)() as database:
        _fill(database, settings, addresses)
        keys = _with_credential(database, folder, keys)
        with writing(database):
            secretary = invite(database, SECRETARY, Role.SECRETARY, now())
            administrator = invite(database, ADMINISTRATOR, Role.ADMINISTRATOR, now())
            wishes = Wishes("coalizione demo", name="LMS di prova (registrato)", approves=True)
            lms = make_invitation(database, wishes, now())
    engine.dispose()
    links = Links(
        f"{settings.public_url}/secretariat/sign-in/{secretary.secret}",
        f"{settings.public_url}/secretariat/sign-in/{administrator.secret}",
        f"{settings.public_url}/lti/register/{lms.secret}",
    )
    return settings, keys, links


def _fill(database: Session, settings: Settings, addresses: Addresses) -> None:
    ensure_signing_key(database, settings.secret_key, now())
    with writing(database):
        register(database, _practice_lms(addresses.lms), ("1",), settings.public_url, now())


def _with_credential(database: Session, folder: Path, keys: Keys) -> Keys:
    if keys.lrs_key:
        return keys
    with writing(database):
        credential, secret = add_credential(database, "demo", (), now())
        database.flush()
        with_lrs = Keys(keys.secret_key, keys.room_secret, credential.key, secret)
        return write_keys(folder, with_lrs)


def _practice_lms(url: str) -> Registration:
    return Registration(
        name="LMS di prova",
        issuer=url,
        client_id="practice-lms",
        auth_login_url=f"{url}/auth",
        auth_token_url=f"{url}/token",
        jwks_url=f"{url}/jwks.json",
        token_audience=None,
    )
