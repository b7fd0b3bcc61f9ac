"""Every setting, read once from `COALIZIONE_*` environment variables into one frozen object."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from course_content import EMBEDDED
from lms_plugin.errors import ConfigurationError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_SECRET = 32
SHORTEST_TOKEN = 16
MOST_DAYS = 3650
MOST_MEBIBYTES = 512  # a request is in memory while it is read


@dataclass(frozen=True, repr=False)
class Settings:
    """What an installation decides; `repr` is withheld because it holds secrets."""

    # Signs cookies and forms, encrypts the private keys at rest. No default: 32 characters or more.
    secret_key: str
    # Where people and LMSs reach us; rules every URL we print. https, except on this machine itself.
    public_url: str = "http://localhost:8000"
    # SQLite file by default; `postgresql+psycopg://user:password@host/name` for many machines.
    database_url: str = "sqlite:///var/coalizione.db"
    # host or host:port that the SSRF guard lets through although private (an LMS on the intranet).
    trusted_hosts: frozenset[str] = frozenset()
    # One folder for each programme on offer.
    programmes: tuple[Path, ...] = ()
    # A second, external LRS that receives every statement; none when empty.
    lrs_endpoint: str = ""
    lrs_key: str = ""
    lrs_secret: str = ""
    # Largest attachment of a statement that the LRS takes, and largest request with attachments, in MiB.
    lrs_attachment_mib: int = 10
    lrs_request_mib: int = 25
    # Requests that one credential of the LRS may make in a minute, unless it says otherwise; in each web
    # process, 0 for no limit.
    lrs_requests_per_minute: int = 30000
    # BigBlueButton (or the local room): API address and shared secret; no webinars when empty.
    bbb_url: str = ""
    bbb_secret: str = ""
    # How many proxies in front of us add X-Forwarded-* headers.
    proxy_hops: int = 0
    # Days after which people who left a course's roster are erased from it; 0 for at once.
    roster_days_kept: int = 30
    # Logins, and as many launches, that one client address may make in a minute; and those of one
    # registration from all addresses together. Each web process counts for itself; 0 for no limit.
    launches_per_minute: int = 6000
    registration_launches_per_minute: int = 30000
    # A time-stamping authority (RFC 3161) that witnesses the newest sealed day; nobody is asked when empty.
    tsa_url: str = ""
    # PEM file with the root certificates to which such an authority must lead; not checked without one.
    tsa_roots: Path | None = None
    # Whoever carries this token may read /metrics; without one there is no such page.
    metrics_token: str = ""
    # DEBUG, INFO, WARNING or ERROR.
    log_level: str = "INFO"

    @property
    def origin(self) -> str:
        """Scheme, host and port of `public_url`."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from the environment; raises ConfigurationError with what to write where."""
    value = _reader(environment)
    return Settings(
        secret_key=_secret(value("SECRET_KEY", "")),
        public_url=_public_url(value("PUBLIC_URL", Settings.public_url)),
        database_url=_database_url(value("DATABASE_URL", Settings.database_url)),
        trusted_hosts=frozenset(_list(value("TRUSTED_HOSTS", ""))),
        programmes=_programmes(_list(value("PROGRAMMES", ""))),
        lrs_endpoint=_url("LRS_ENDPOINT", value("LRS_ENDPOINT", "")).rstrip("/"),
        lrs_key=value("LRS_KEY", ""),
        lrs_secret=value("LRS_SECRET", ""),
        lrs_attachment_mib=_mebibytes(
            "LRS_ATTACHMENT_MIB", value("LRS_ATTACHMENT_MIB", str(Settings.lrs_attachment_mib))
        ),
        lrs_request_mib=_mebibytes(
            "LRS_REQUEST_MIB", value("LRS_REQUEST_MIB", str(Settings.lrs_request_mib))
        ),
        lrs_requests_per_minute=_count(
            "LRS_REQUESTS_PER_MINUTE", value("LRS_REQUESTS_PER_MINUTE", str(Settings.lrs_requests_per_minute))
        ),
        bbb_url=_url("BBB_URL", value("BBB_URL", "")),
        bbb_secret=value("BBB_SECRET", "").strip(),
        proxy_hops=_count("PROXY_HOPS", value("PROXY_HOPS", "0")),
        roster_days_kept=_days("ROSTER_DAYS_KEPT", value("ROSTER_DAYS_KEPT", str(Settings.roster_days_kept))),
        launches_per_minute=_count(
            "LAUNCHES_PER_MINUTE", value("LAUNCHES_PER_MINUTE", str(Settings.launches_per_minute))
        ),
        registration_launches_per_minute=_count(
            "REGISTRATION_LAUNCHES_PER_MINUTE",
            value("REGISTRATION_LAUNCHES_PER_MINUTE", str(Settings.registration_launches_per_minute)),
        ),
        tsa_url=_url("TSA_URL", value("TSA_URL", "")),
        tsa_roots=_file("TSA_ROOTS", value("TSA_ROOTS", "")),
        metrics_token=_metrics_token(value("METRICS_TOKEN", "")),
        log_level=_log_level(value("LOG_LEVEL", Settings.log_level)),
    )


def _reader(environment: Mapping[str, str]) -> Callable[[str, str], str]:
    return lambda name, default: environment.get(f"COALIZIONE_{name}", "").strip() or default


def _wrong(name: str, advice: str) -> ConfigurationError:
    return ConfigurationError(f"COALIZIONE_{name}: {advice}")


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise _wrong(
            "SECRET_KEY",
            f"needs {SHORTEST_SECRET} characters or more; make one with"
            " `python -c 'import secrets; print(secrets.token_urlsafe(48))'`"
            " and keep it: it opens the stored keys",
        )
    return value


def _url(name: str, value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise _wrong(name, "is not an http(s) address such as https://formazione.example.it")
    return value


def _public_url(value: str) -> str:
    parts = urlsplit(_url("PUBLIC_URL", value))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise _wrong("PUBLIC_URL", "must begin with https:// (http is for localhost only), or LMSs refuse it")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise _wrong("PUBLIC_URL", "must be scheme and host only, without a path")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    if value.startswith("postgresql://"):
        return value.replace("postgresql://", "postgresql+psycopg://", 1)
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise _wrong("DATABASE_URL", "must begin with sqlite:/// or postgresql://")
    return value


def _list(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def _programmes(folders: list[str]) -> tuple[Path, ...]:
    embedded = sorted(path.parent for path in EMBEDDED.glob("*/programme.yaml"))
    chosen = [Path(folder) for folder in folders] or embedded
    for folder in chosen:
        if not (folder / "programme.yaml").is_file():
            raise _wrong("PROGRAMMES", f"the folder {folder} holds no programme.yaml")
    return tuple(chosen)


def _file(name: str, value: str) -> Path | None:
    if value and not Path(value).is_file():
        raise _wrong(name, f"there is no file {value}")
    return Path(value) if value else None


def _count(name: str, value: str) -> int:
    if not value.isdecimal():
        raise _wrong(name, "must be a whole number, 0 or more")
    return int(value)


def _days(name: str, value: str) -> int:
    days = _count(name, value)
    if days > MOST_DAYS:
        raise _wrong(name, f"must be a number of days, {MOST_DAYS} at most")
    return days


def _mebibytes(name: str, value: str) -> int:
    size = _count(name, value)
    if not 1 <= size <= MOST_MEBIBYTES:
        raise _wrong(name, f"must be a number of MiB, from 1 to {MOST_MEBIBYTES}")
    return size


def _metrics_token(value: str) -> str:
    if value and (len(value) < SHORTEST_TOKEN or not value.isascii() or " " in value):
        raise _wrong(
            "METRICS_TOKEN", f"needs {SHORTEST_TOKEN} letters and digits or more, or none for no /metrics"
        )
    return value


def _log_level(value: str) -> str:
    if value.upper() not in logging.getLevelNamesMapping():
        raise _wrong("LOG_LEVEL", "must be DEBUG, INFO, WARNING or ERROR")
    return value.upper()
