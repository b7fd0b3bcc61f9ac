"""Requests to addresses that others choose: which are refused, and what bounds the rest."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms_plugin.outbound import Outbound, OutboundFailed, OutboundRefused, is_public
from tests.lms_plugin.lti.certificates import self_signed
from tests.lms_plugin.lti.remote import Remote, serving


@pytest.fixture
def remote() -> Iterator[Remote]:
    with serving() as remote:
        yield remote


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0",
        "10.1.2.3", "172.16.0.1", "192.168.1.1",  # loopback, private
        "100.64.0.1", "100.127.255.254",  # carrier-grade NAT
        "169.254.169.254", "169.254.1.1",  # link-local, cloud metadata
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",  # IPv4-mapped
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",  # NAT64
        "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # 6to4, Teredo
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(OutboundRefused):
        Outbound(resolve=lambda _host, _port: [address]).vet("https://innocent.example/")


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"]
)
def test_public_addresses_pass(address: str) -> None:
    assert Outbound(resolve=lambda _host, _port: [address]).vet("https://lms.example/") == address


@pytest.mark.parametrize(
    "url",
    [
        "", "lms.example", "ftp://lms.example/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x",
        "http://lms.example/", "https://user@lms.example/", "https://user:secret@lms.example/",
        "https:///path", "https://lms.example:99999/", "https://[::1", "//lms.example/",
    ],
)  # fmt: skip
def test_addresses_of_other_forms_are_refused_before_any_name_is_looked_up(url: str) -> None:
    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(OutboundRefused):
        Outbound(resolve=never).get(url)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_odd_spellings_of_loopback_are_refused(host: str) -> None:
    with pytest.raises((OutboundRefused, OutboundFailed)):
        Outbound().get(f"https://{host}/")


def test_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(OutboundRefused):
        Outbound(resolve=lambda _host, _port: ["93.184.215.14", "10.0.0.1"]).vet("https://lms.example/")


def test_a_name_is_looked_up_once_and_the_vetted_address_is_called(remote: Remote) -> None:
    looked_up = []

    def rebinding(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["192.0.2.1"]

    port = remote.url.rpartition(":")[2]
    outbound = Outbound(frozenset({"lms.example"}), resolve=rebinding)
    answer = outbound.get(f"http://lms.example:{port}/jwks?a=1")
    assert (answer.status, looked_up) == (200, ["lms.example"])
    assert remote.asked[0][1] == "/jwks?a=1"
    assert remote.asked[0][2]["Host"] == f"lms.example:{port}"


def test_trust_may_be_given_to_one_port_only(remote: Remote) -> None:
    host = remote.url.removeprefix("http://")
    assert Outbound(frozenset({host})).get(remote.url).status == 200
    with pytest.raises(OutboundRefused):
        Outbound(frozenset({host})).get("http://127.0.0.1:1/")


def test_redirects_are_not_followed(remote: Remote) -> None:
    remote.status, remote.headers = 302, {"Location": f"{remote.url}/secret"}
    assert Outbound(frozenset({"127.0.0.1"})).get(remote.url).status == 302
    assert len(remote.asked) == 1


def test_an_answer_is_read_no_further_than_the_limit(remote: Remote) -> None:
    remote.body = b"x" * 1001
    outbound = Outbound(frozenset({"127.0.0.1"}))
    assert len(outbound.get(remote.url, limit=1001).body) == 1001
    with pytest.raises(OutboundFailed):
        outbound.get(remote.url, limit=1000)


def test_a_remote_that_hangs_fails(remote: Remote) -> None:
    remote.delay_seconds = 2
    with pytest.raises(OutboundFailed):
        Outbound(frozenset({"127.0.0.1"}), timeout=(0.5, 0.5)).get(remote.url)


def test_nobody_listening_and_nonsense_answers_fail() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(OutboundFailed):
            Outbound(frozenset({"127.0.0.1"})).get(address)
        listener.listen()

        def talk_nonsense() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"nonsense\r\n\r\n")

        thread = threading.Thread(target=talk_nonsense)
        thread.start()
        with pytest.raises(OutboundFailed):
            Outbound(frozenset({"127.0.0.1"})).get(address)
        thread.join(5)


def test_environment_proxies_are_not_used(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert Outbound(frozenset({"127.0.0.1"})).get(remote.url).status == 200


def test_a_form_is_posted_with_the_exact_type(remote: Remote) -> None:
    Outbound(frozenset({"127.0.0.1"})).post(f"{remote.url}/token", {"a": "1 2"})
    method, _path, headers, body = remote.asked[0]
    assert (method, headers["Content-Type"], body) == ("POST", "application/x-www-form-urlencoded", b"a=1+2")


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Remote, Path, list[str | None]]]:
    """A TLS server for lms.example on loopback, its authority, and the names it was called by (SNI)."""
    certificate, key = self_signed("lms.example", tmp_path)
    tls, called = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    tls.load_cert_chain(certificate, key)
    tls.sni_callback = lambda _socket, name, _context: called.append(name)
    with serving(tls) as remote:
        yield remote, certificate, called


def loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_tls_is_checked_against_the_name_though_the_address_is_called(
    secure: tuple[Remote, Path, list[str | None]],
) -> None:
    remote, authority, called = secure
    port = remote.url.rpartition(":")[2]
    outbound = Outbound(frozenset({"lms.example"}), authority=authority, resolve=loopback)
    assert outbound.get(f"https://lms.example:{port}/").status == 200
    assert called == ["lms.example"]


@pytest.mark.parametrize(("host", "known"), [("lms.example", False), ("other.example", True)])
def test_a_certificate_of_a_stranger_or_for_another_name_fails(
    secure: tuple[Remote, Path, list[str | None]], host: str, *, known: bool
) -> None:
    remote, authority, _called = secure
    port = remote.url.rpartition(":")[2]
    outbound = Outbound(frozenset({host}), authority=authority if known else None, resolve=loopback)
    with pytest.raises(OutboundFailed):
        outbound.get(f"https://{host}:{port}/")
    assert remote.asked == []
