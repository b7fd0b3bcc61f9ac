"""What is measured: our own server on either database, and the PyLTI1p3 tool, all on this machine."""

import contextlib
import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import lti_load
import psycopg
from measured_server import free_port, running
from sqlalchemy.engine import make_url

BENCH = Path(__file__).parent
ROOT = BENCH.parent
PEER_VENV = ROOT / "var" / "bench-venv"
WORKERS, THREADS = 2, 4  # as `coalizione serve` runs by default
DRIVER = "postgresql+psycopg://"


@dataclass(frozen=True, slots=True)
class Contender:
    """A running server; `launch` is the target_link_uri that the platform asks for."""

    name: str
    address: str
    process: int
    login: str = ""
    launch: str = ""
    key: str = ""
    secret: str = ""


def install_peer() -> None:
    """Puts the pinned peer into an environment of its own, once."""
    requirements = BENCH / "requirements.txt"
    stamp = PEER_VENV / "installed"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("installing PyLTI1p3 into var/bench-venv ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", PEER_VENV], check=True)
    pip = [PEER_VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", requirements], check=True)
    stamp.write_text(digest)


def create_database(maintenance_url: str, name: str) -> str:
    """The URL of a new database in the cluster."""
    plain = maintenance_url.replace(DRIVER, "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return make_url(maintenance_url).set(database=name).render_as_string(hide_password=False)


@contextlib.contextmanager
def platform(folder: Path) -> Iterator[str]:
    """The LMS's public keys; yields its address."""
    lti_load.platform_key(folder)
    port = free_port()
    command = [
        sys.executable,
        str(BENCH / "lti_load.py"),
        "serve",
        "--folder",
        str(folder),
        "--port",
        str(port),
    ]
    address = f"http://127.0.0.1:{port}"
    with running(command, {}, f"{address}/fetches", folder / "platform.log"):
        yield address


@contextlib.contextmanager
def ours(name: str, database_url: str, platform_address: str, folder: Path) -> Iterator[Contender]:
    """`coalizione serve` on the database, knowing the platform, with an LRS credential."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "COALIZIONE_SECRET_KEY": secrets.token_urlsafe(48),
        "COALIZIONE_PUBLIC_URL": address,
        "COALIZIONE_DATABASE_URL": database_url,
        "COALIZIONE_TRUSTED_HOSTS": "127.0.0.1",
        # Everybody launches from this machine here, faster than people do.
        "COALIZIONE_LAUNCHES_PER_MINUTE": "0",
        "COALIZIONE_REGISTRATION_LAUNCHES_PER_MINUTE": "0",
    }
    _coalizione(environment, "migrate")
    _register(environment, platform_address)
    credential = json.loads(_coalizione(environment, "lrs", "credential", "add", "bench", "--json"))
    command = [*_command(), "serve", "--port", str(port), "--workers", str(WORKERS)]
    with running(command, environment, f"{address}/livez", folder / f"{name}.log") as process:
        target = f"{address}/programmes/co-alizione/modules/m1"
        secret = credential["secret"]
        yield Contender(name, address, process, f"{address}/lti/login", target, credential["key"], secret)


def _command() -> list[str]:
    return [sys.executable, "-m", "lms_plugin.commands"]


def _coalizione(environment: Mapping[str, str], *arguments: str) -> str:
    command = [*_command(), *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environment}, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


def _register(environment: Mapping[str, str], platform_address: str) -> None:
    facts = {
        "name": "Bench", "issuer": lti_load.ISSUER, "client-id": lti_load.CLIENT_ID,
        "auth-login-url": f"{platform_address}/auth", "auth-token-url": f"{platform_address}/token",
        "jwks-url": f"{platform_address}/jwks", "deployment-id": lti_load.DEPLOYMENT_ID,
    }  # fmt: skip
    options = [part for name, value in facts.items() for part in (f"--{name}", value)]
    _coalizione(environment, "platform", "add", *options)


@contextlib.contextmanager
def peer(
    name: str, database_url: str, platform_address: str, folder: Path, *, keeps_key_sets: bool
) -> Iterator[Contender]:
    """The PyLTI1p3 tool under the gunicorn settings of `coalizione serve`."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    registration = {
        "default": True, "client_id": lti_load.CLIENT_ID, "deployment_ids": [lti_load.DEPLOYMENT_ID],
        "auth_login_url": f"{platform_address}/auth", "auth_token_url": f"{platform_address}/token",
        "key_set_url": f"{platform_address}/jwks", "key_set": None,
    }  # fmt: skip
    environment = {
        "BENCH_SECRET_KEY": secrets.token_urlsafe(48),
        "BENCH_ADDRESS": address,
        "BENCH_DATABASE_URL": database_url.replace(DRIVER, "postgresql://"),
        "BENCH_PLATFORMS": json.dumps({lti_load.ISSUER: [registration]}),
        "BENCH_KEEP_KEY_SETS": "yes" if keeps_key_sets else "no",
    }
    command = [str(PEER_VENV / "bin" / "gunicorn"), "pylti1p3_tool:create_tool()", "--chdir", str(BENCH)]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--threads", str(THREADS)]
    with running(command, environment, f"{address}/up", folder / f"{name}.log") as process:
        yield Contender(name, address, process, f"{address}/login", f"{address}/first-page")
