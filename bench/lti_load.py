"""Launches for any LTI 1.3 tool, from a platform of its own.

  lti_load.py serve --folder F --port P     publishes the platform's keys; /fetches counts who came
  lti_load.py run --folder F --login URL --launch URL [--launches 200] [--concurrency 8] [--crowd A]

A run logs everybody in, signs their messages with the clock stopped, then posts them all, so that the cost of
signing is not measured. A launch is the login initiation, the message, and the first page. Before them
a message with a broken signature must be refused: a tool that does not check
is not compared. Prints one JSON line.
"""

import argparse
import functools
import http.server
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from lean_browser import Browser

ISSUER, CLIENT_ID, DEPLOYMENT_ID, KID = "https://lms.bench.example", "bench-client", "1", "bench-key"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
ENTERED, PAGE = {302, 303}, 200


class LaunchFailed(Exception):
    """The tool answered something else than a launch needs."""


def platform_key(folder: Path) -> rsa.RSAPrivateKey:
    """The platform's private key, made on first use."""
    file = folder / "platform.pem"
    if not file.exists():
        key = rsa.generate_private_key(65537, 2048)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(key.private_bytes(*form))
    loaded = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    return loaded


class KeySetHandler(http.server.BaseHTTPRequestHandler):
    """Serves the key set and counts how often it was fetched."""

    key_set = b""
    fetches = 0

    def do_GET(self) -> None:
        """The key set at /jwks, the count at /fetches."""
        if self.path == "/jwks":
            type(self).fetches += 1
        body = self.key_set if self.path == "/jwks" else str(self.fetches).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Says nothing: a line for each fetch would be measured too."""


def serve(folder: Path, port: int) -> None:
    """Publishes the platform's keys until stopped."""
    public = RSAAlgorithm.to_jwk(platform_key(folder).public_key(), as_dict=True)
    key = {**public, "kid": KID, "alg": "RS256", "use": "sig"}
    KeySetHandler.key_set = json.dumps({"keys": [key]}).encode()
    http.server.ThreadingHTTPServer(("127.0.0.1", port), KeySetHandler).serve_forever()


@dataclass(slots=True)
class Person:
    """One launch: who, what the tool asked for at login, and what each half took in seconds."""

    subject: str
    cookies: str = ""
    state: str = ""
    nonce: str = ""
    launch_path: str = ""
    id_token: str = ""
    first_page: str = ""
    login_seconds: float = 0.0
    launch_seconds: float = 0.0
    page_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """The whole launch, to the first page."""
        return self.login_seconds + self.launch_seconds + self.page_seconds


@dataclass(frozen=True)
class Load:
    """The platform's side of many launches of one tool."""

    key: rsa.RSAPrivateKey
    login: str
    launch: str
    concurrency: int

    def log_in(self, browser: Browser, person: Person) -> None:
        """Login initiation (LTI 1.3 §5.1.1.1); keeps what the tool asks the platform."""
        started = time.perf_counter()
        fields = {"iss": ISSUER, "client_id": CLIENT_ID, "lti_deployment_id": DEPLOYMENT_ID}
        fields |= {"login_hint": person.subject, "lti_message_hint": "1", "target_link_uri": self.launch}
        response = browser.post(urlsplit(self.login).path, fields)
        person.login_seconds = time.perf_counter() - started
        location = response.header("location")
        if response.status not in ENTERED or location is None:
            raise LaunchFailed(f"login answered {response.status}")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        person.state, person.nonce = asked["state"], asked["nonce"]
        person.launch_path = urlsplit(asked["redirect_uri"]).path
        person.cookies = response.cookies()

    def sign(self, person: Person) -> None:
        """The platform's answer to the tool's question."""
        moment = int(time.time())
        names = {"name": f"Person {person.subject}", "given_name": "Person", "family_name": person.subject}
        claims: dict[str, Any] = {
            "iss": ISSUER, "aud": CLIENT_ID, "sub": person.subject, "nonce": person.nonce,
            "iat": moment, "exp": moment + 300, **names,
            CLAIM + "message_type": "LtiResourceLinkRequest", CLAIM + "version": "1.3.0",
            CLAIM + "deployment_id": DEPLOYMENT_ID, CLAIM + "target_link_uri": self.launch,
            CLAIM + "roles": [LEARNER], CLAIM + "resource_link": {"id": "link", "title": "Module 1"},
            CLAIM + "context": {"id": "course", "label": "C", "title": "Course"},
        }  # fmt: skip
        person.id_token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": KID})

    def send(self, browser: Browser, person: Person) -> None:
        """Posts the signed message and opens the page it leads to; raises LaunchFailed unless both work."""
        started = time.perf_counter()
        fields = {"state": person.state, "id_token": person.id_token}
        response = browser.post(person.launch_path, fields, person.cookies)
        person.launch_seconds = time.perf_counter() - started
        location = response.header("location")
        if response.status not in ENTERED or location is None:
            raise LaunchFailed(f"launch answered {response.status}")
        person.first_page, person.cookies = location, f"{person.cookies}; {response.cookies()}"
        self.open_first_page(browser, person)

    def open_first_page(self, browser: Browser, person: Person) -> None:
        """What the person sees; raises LaunchFailed unless it is a page."""
        started = time.perf_counter()
        parts = urlsplit(person.first_page)
        response = browser.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, person.cookies)
        person.page_seconds = time.perf_counter() - started
        if response.status != PAGE:
            raise LaunchFailed(f"the first page answered {response.status}")

    def each(self, step: Callable[[Browser, Person], None], people: list[Person]) -> tuple[float, list[str]]:
        """Seconds that the step took for all of them together, and what went wrong."""
        browser = Browser(urlsplit(self.login).netloc)
        started = time.perf_counter()
        with ThreadPoolExecutor(self.concurrency) as pool:
            failures = list(pool.map(functools.partial(failure_of, step, browser), people))
        return time.perf_counter() - started, [failure for failure in failures if failure]

    def refuses_forgery(self) -> bool:
        """Whether a message whose claims were changed after signing is refused."""
        browser, person = Browser(urlsplit(self.login).netloc), Person("forged")
        self.log_in(browser, person)
        self.sign(person)
        header, _claims, signature = person.id_token.split(".")
        other = Person("somebody-else", nonce=person.nonce)
        self.sign(other)
        person.id_token = ".".join((header, other.id_token.split(".")[1], signature))
        return bool(failure_of(self.send, browser, person))


def failure_of(step: Callable[[Browser, Person], None], browser: Browser, person: Person) -> str:
    """What went wrong with a step, empty for nothing; the connection is made anew then."""
    try:
        step(browser, person)
    except (LaunchFailed, OSError, ValueError, KeyError) as failure:
        browser.forget()
        return f"{type(failure).__name__}: {failure}"
    return ""


def run(load: Load, launches: int, crowd_name: str) -> dict[str, Any]:
    """What launches of as many people took, known by the name of their crowd.

    Raises LaunchFailed if the tool believes a forged one.
    """
    if not load.refuses_forgery():
        raise LaunchFailed("the tool let a forged message in")
    crowd = [Person(f"{crowd_name}-{number}") for number in range(launches)]
    began = time.process_time()
    login_seconds, failures = load.each(load.log_in, crowd)
    client_seconds = time.process_time() - began
    ready = [person for person in crowd if person.state]
    for person in ready:
        load.sign(person)
    began = time.process_time()
    launch_seconds, late_failures = load.each(load.send, ready)
    client_seconds += time.process_time() - began
    failures += late_failures
    times = sorted(person.seconds for person in ready)
    return {
        "launched": launches - len(failures),
        "failed": len(failures),
        "failures": failures[:3],
        "launches_per_second": (launches - len(failures)) / (login_seconds + launch_seconds),
        "logins_per_second": len(ready) / login_seconds,
        "messages_per_second": len(ready) / launch_seconds,
        "client_cpu_seconds": client_seconds,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[len(times) * 99 // 100] * 1000,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serving, running = commands.add_parser("serve"), commands.add_parser("run")
    for command in (serving, running):
        command.add_argument("--folder", type=Path, required=True)
    serving.add_argument("--port", type=int, required=True)
    running.add_argument("--login", required=True)
    running.add_argument("--launch", required=True, help="the target_link_uri")
    for name, default in (("launches", 200), ("concurrency", 8)):
        running.add_argument(f"--{name}", type=int, default=default)
    running.add_argument("--crowd", default="A", help="the same name brings the same people again")
    chosen = parser.parse_args()
    if chosen.command == "serve":
        serve(chosen.folder, chosen.port)
    else:
        load = Load(platform_key(chosen.folder), chosen.login, chosen.launch, chosen.concurrency)
        print(json.dumps(run(load, chosen.launches, chosen.crowd)))


if __name__ == "__main__":
    main()
