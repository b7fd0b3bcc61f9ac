"""Registrations that do not come about: a clear sentence, nothing written, nothing sent elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms_plugin.connecting.registration_blueprint import OUTBOUND
from lms_plugin.outbound import Outbound
from lms_plugin.rehearsal.keys import KeyRing
from lms_plugin.rehearsal.registration import registration_address
from tests.lms_plugin.connecting.registrar import Registrar, invited
from tests.lms_plugin.connecting.small_lms import (
    CONFIGURATION,
    KEYS,
    REGISTRATION,
    SmallLms,
    as_json,
    serving_small_lms,
)
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.lti.practice_lms import TOOL_URL, Practice

pytestmark = on_sqlite
PUBLIC = "93.184.215.14"
Resolve = Callable[[str, int], list[str]]


def trusting(app: Flask, *hosts: str, resolve: Resolve | None = None) -> None:
    """The guard of the application as it would be with these hosts trusted, and this resolver."""
    outbound: Outbound = app.extensions[OUTBOUND]
    changed = replace(outbound, trusted_hosts=frozenset(hosts))
    app.extensions[OUTBOUND] = replace(changed, resolve=resolve) if resolve else changed


def assert_refused(registrar: Registrar, page: TestResponse, code: str) -> None:
    """A page with this code, which frames may show; nothing registered, the invitation as good as before."""
    assert f"<code>{code}</code>" in page.text, page.text
    assert page.status_code >= 400
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert registrar.is_unused()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "0.0.0.0",  # loopback, this host
        "169.254.169.254", "fe80::1",  # link-local, cloud metadata
        "10.0.0.7", "172.16.3.4", "192.168.1.1", "fd12::1",  # private
        "100.64.0.1",  # carrier-grade NAT
        "::ffff:127.0.0.1", "::ffff:10.0.0.1",  # IPv4-mapped
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",  # NAT64
    ],
)  # fmt: skip
def test_a_configuration_at_an_address_that_is_not_public_is_not_asked_for(
    app: Flask, registrar: Registrar, address: str
) -> None:
    trusting(app, resolve=lambda _host, _port: [address])
    page = registrar.look("https://lms.example/openid-configuration", "tok.en")
    assert_refused(registrar, page, "registration_address_refused")
    assert "COALIZIONE_TRUSTED_HOSTS" in page.text
    trusting(app, resolve=lambda _host, _port: [PUBLIC, address])
    mixed = registrar.look("https://lms.example/openid-configuration")
    assert_refused(registrar, mixed, "registration_address_refused")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.0.0.7", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"]
)
def test_a_literal_address_is_refused_by_the_real_resolver(
    app: Flask, registrar: Registrar, small_lms: SmallLms, host: str
) -> None:
    trusting(app)
    port = small_lms.url.rpartition(":")[2]
    page = registrar.look(f"https://{host}:{port}{CONFIGURATION}")
    assert_refused(registrar, page, "registration_address_refused")
    assert small_lms.asked == []


@pytest.mark.parametrize("member", ["jwks_uri", "token_endpoint"])
@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "10.0.0.7", "100.64.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"],
)
def test_keys_and_tokens_at_addresses_that_are_not_public_are_refused(
    app: Flask, registrar: Registrar, small_lms: SmallLms, member: str, address: str
) -> None:
    host = small_lms.url.removeprefix("http://")
    trusting(app, host, resolve=lambda name, _port: ["127.0.0.1"] if name == "127.0.0.1" else [address])
    small_lms.configure(**{member: "https://elsewhere.example/x"})
    assert_refused(registrar, registrar.look_at(small_lms), "registration_address_refused")
    assert REGISTRATION not in small_lms.paths()


@pytest.mark.parametrize("path", [CONFIGURATION, KEYS])
def test_a_redirect_is_not_followed(
    registrar: Registrar, small_lms: SmallLms, lms_keys: KeyRing, path: str
) -> None:
    with serving_small_lms(lms_keys) as inside:
        small_lms.answers[path] = (302, {"Location": f"{inside.url}{path}"}, b"")
        assert_refused(registrar, registrar.look_at(small_lms, "tok.en"), "registration_lms_redirects")
        assert inside.asked == []


def test_a_registration_that_is_redirected_goes_nowhere_else(
    registrar: Registrar, small_lms: SmallLms, lms_keys: KeyRing
) -> None:
    with serving_small_lms(lms_keys) as inside:
        small_lms.answers[REGISTRATION] = (307, {"Location": f"{inside.url}{REGISTRATION}"}, b"")
        page = registrar.confirm(registrar.look_at(small_lms, "tok.en"))
        assert_refused(registrar, page, "registration_lms_redirects")
        assert inside.asked == []


def test_a_name_that_is_public_when_checked_and_private_when_called_is_refused(
    app: Flask, registrar: Registrar, small_lms: SmallLms, lms_keys: KeyRing
) -> None:
    looked_up: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        if host == "127.0.0.1":
            return [host]
        looked_up.append(host)
        return [PUBLIC] if len(looked_up) == 1 else ["127.0.0.1"]

    with serving_small_lms(lms_keys) as inside:
        port = inside.url.rpartition(":")[2]
        trusting(app, small_lms.url.removeprefix("http://"), resolve=rebinding)
        rebound = f"https://rebinding.example:{port}"
        small_lms.configure(token_endpoint=f"{rebound}/token", jwks_uri=f"{rebound}{KEYS}")
        assert_refused(registrar, registrar.look_at(small_lms), "registration_address_refused")
        assert (inside.asked, len(looked_up)) == ([], 2)


def test_every_call_looks_a_name_up_once_and_calls_what_was_vetted(
    app: Flask, registrar: Registrar, lms_keys: KeyRing
) -> None:
    with serving_small_lms(lms_keys) as public:
        port = int(public.url.rpartition(":")[2])
        name = f"http://lms.example:{port}"
        with serving_small_lms(lms_keys, "127.0.0.2", port) as inside:
            seen: list[str] = []

            def rebinding(host: str, _port: int) -> list[str]:
                seen.append(host)
                return ["127.0.0.1"] if len(seen) % 2 else ["127.0.0.2"]

            trusting(app, f"lms.example:{port}", resolve=rebinding)
            public.configure(
                issuer=name,
                registration_endpoint=f"{name}{REGISTRATION}",
                authorization_endpoint=f"{name}/auth",
                token_endpoint=f"{name}/token",
                jwks_uri=f"{name}{KEYS}",
            )
            assert registrar.look(f"{name}{CONFIGURATION}").status_code == 200
            # Configuration, token address (looked up only), keys: the first and third answer were used.
            assert (public.paths(), inside.paths()) == ([CONFIGURATION, KEYS], [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        *[({name: None}, "registration_configuration_invalid") for name in (
            "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint",
        )],
        ({"issuer": 7}, "registration_configuration_invalid"),
        ({"jwks_uri": ["https://a.example"]}, "registration_configuration_invalid"),
        ({"token_endpoint": "javascript:alert(1)"}, "registration_configuration_invalid"),
        ({"token_endpoint": "https://user:secret@a.example/"}, "registration_configuration_invalid"),
        ({"jwks_uri": "https://a.example/" + "x" * 2000}, "registration_configuration_invalid"),
        ({"scopes_supported": "openid"}, "registration_configuration_invalid"),
        ({"authorization_server": {}}, "registration_configuration_invalid"),
        ({"id_token_signing_alg_values_supported": None}, "registration_alg_not_offered"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "registration_alg_not_offered"),
        ({"issuer": "https://other.example"}, "registration_issuer_foreign"),
        ({"issuer": "https://canvas.instructure.com.evil.example"}, "registration_issuer_foreign"),
        ({"registration_endpoint": "https://collector.example/r"}, "registration_endpoint_foreign"),
        ({"authorization_endpoint": "http://other.example/auth"}, "registration_address_refused"),
        ({"token_endpoint": "http://other.example/token"}, "registration_address_refused"),
        ({"padding": "x" * 70_000}, "registration_lms_unreachable"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_named(
    small_lms: SmallLms, registrar: Registrar, changes: dict[str, Any], code: str
) -> None:
    small_lms.configure(**changes)
    assert_refused(registrar, registrar.look_at(small_lms, "tok.en"), code)
    assert REGISTRATION not in small_lms.paths()


@pytest.mark.parametrize(
    ("path", "answer", "code"),
    [
        (CONFIGURATION, (200, {}, b"<html>"), "registration_configuration_invalid"),
        (CONFIGURATION, (200, {}, b"[1]"), "registration_configuration_invalid"),
        (CONFIGURATION, (200, {}, b"[" * 60_000), "registration_configuration_invalid"),
        (CONFIGURATION, (401, {}, b""), "registration_configuration_denied"),
        (CONFIGURATION, (500, {}, b""), "registration_lms_unreachable"),
        (KEYS, (404, {}, b""), "registration_lms_unreachable"),
        (KEYS, (200, {}, b"<html>"), "registration_keys_unusable"),
        (KEYS, as_json({"keys": []}), "registration_keys_unusable"),
        (REGISTRATION, (200, {}, b"<html>"), "registration_answer_invalid"),
        (REGISTRATION, as_json({"client_name": "x"}), "registration_answer_invalid"),
        (REGISTRATION, as_json({"client_id": "x" * 300}), "registration_answer_invalid"),
        (REGISTRATION, as_json({"client_id": True}), "registration_answer_invalid"),
    ],
)
def test_a_wrong_answer_is_named(
    small_lms: SmallLms, registrar: Registrar, path: str, answer: Any, code: str
) -> None:
    small_lms.answers[path] = answer
    page = registrar.look_at(small_lms)
    assert_refused(registrar, registrar.confirm(page) if path == REGISTRATION else page, code)


@pytest.mark.parametrize(
    "address", ["ftp://lms.example/", "lms.example", "https://", "https://a b/", "https://a.example/\u202e"]
)
def test_an_address_that_is_none_is_refused(registrar: Registrar, address: str) -> None:
    assert_refused(registrar, registrar.look(address), "registration_configuration_invalid")


@pytest.mark.parametrize(
    ("answer", "words", "advice"),
    [
        (
            as_json({"errors": [{"field": "scopes", "message": "is <b>invalid</b>"}]}, 422),
            "scopes: is &lt;b&gt;invalid&lt;/b&gt;",
            "già installato",
        ),
        (as_json({"errors": ["too <script>"]}, 422), "too &lt;script&gt;", "già installato"),
        (as_json({"error": "invalid_client_metadata", "error_description": "bad uri"}, 400),
         "invalid_client_metadata: bad uri", "Correggi nell"),
        ((401, {"Content-Type": "text/html"}, b"token_already_used"), "token_already_used", "una volta sola"),
        ((400, {"Content-Type": "text/html"}, b"missing_domain"), "missing_domain", "nostro dominio"),
        ((400, {}, b"domain_targetlinkuri_mismatch"), "domain_targetlinkuri_mismatch", "PUBLIC_URL"),
        ((403, {}, b"<html><script>x()</script><h1>No</h1></html>"), "<code>No</code>", "amministratore"),
        ((500, {}, b""), "500", "Correggi nell"),
    ],
)  # fmt: skip
def test_the_lmss_own_words_are_shown_with_what_to_do(
    small_lms: SmallLms, registrar: Registrar, answer: Any, words: str, advice: str
) -> None:
    small_lms.answers[REGISTRATION] = answer
    page = registrar.confirm(registrar.look_at(small_lms, "tok.en"))
    assert_refused(registrar, page, "registration_refused_by_lms")
    assert words in page.text
    assert advice in page.text
    # The same invitation goes on once the LMS's administrator has mended it.
    small_lms.registers_as(client_id="client-1")
    assert registrar.confirm(registrar.look_at(small_lms)).status_code == 200


def test_moodles_token_serves_once(
    practice: Practice, client: FlaskClient, database: Session, now: datetime
) -> None:
    practice.lms.use_profile("moodle")
    first, second = invited(client, database, now), invited(client, database, now)
    address = registration_address(practice.lms.installation, f"{TOOL_URL}{first.path}")
    assert first.confirm(first.follow(address)).status_code == 200
    page = second.confirm(second.follow(address.replace(first.path, second.path)))
    assert page.status_code == 502
    assert "token_already_used" in page.text
    assert "incolla di nuovo" in page.text


def test_canvas_shows_its_configuration_only_to_its_token(practice: Practice, registrar: Registrar) -> None:
    practice.lms.use_profile("canvas")
    address = f"{practice.url}/.well-known/openid-configuration"
    assert_refused(registrar, registrar.look(address), "registration_configuration_denied")


@pytest.mark.parametrize("token", ["a b", "a\r\nX-Evil: 1", "è", "\x00", "x" * 9000])
def test_a_registration_token_that_is_no_header_value_is_refused(
    small_lms: SmallLms, registrar: Registrar, token: str
) -> None:
    assert_refused(registrar, registrar.look_at(small_lms, token), "registration_configuration_invalid")
    assert small_lms.asked == []


def test_a_machine_gets_the_code_alone(registrar: Registrar) -> None:
    answer = registrar.client.get("/lti/register/invented", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "invitation_unknown")
