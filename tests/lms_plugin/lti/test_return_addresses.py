"""Which addresses belong to an LMS, so that an answer may be sent there."""

import pytest

from lms_plugin.lti.return_addresses import is_own_address

ORIGINS = ("https://lms.comune.example", "https://accesso.example:8443")
TRUSTED = frozenset({"lms.local", "127.0.0.1:8001"})


@pytest.mark.parametrize(
    ("address", "family"),
    [
        ("https://lms.comune.example/mod/lti/contentitem_return.php?course=2&sesskey=x", "moodle"),
        ("https://LMS.comune.example/x", ""),
        ("https://lms.comune.example:443/x", ""),
        ("https://corsi.lms.comune.example/x", ""),
        ("https://accesso.example:8443/x", ""),
        ("https://scuola.instructure.com/courses/1/external_content/success", "canvas"),
        ("https://ente.blackboard.com/x", "BlackboardLearn"),
    ],
)
def test_addresses_of_the_lms_are_taken(address: str, family: str) -> None:
    assert is_own_address(address, ORIGINS, family, TRUSTED)


@pytest.mark.parametrize(
    "address",
    [
        "https://comune.example/x",
        "https://xlms.comune.example/x",
        "https://lms.comune.example.attacker.example/x",
        "https://lms.comune.example:8443/x",
        "https://accesso.example/x",
        "http://lms.comune.example/x",
        "https://lms.comune.example@attacker.example/x",
        "https://attacker.example\\@lms.comune.example/x",
        "https://attacker.example#@lms.comune.example/",
        "https://lms.comune.example\t.attacker.example/",
        "https://lms.comune.example/a b",
        "https://lms.comune.example/;form-action *",
        "https://lms.comune.example:0x50/",
        "https://lms.comune.example:99999/",
        "https://xn--lms-comune.example/",
        "https://lmß.comune.example/",
        "https://scuola.instructure.com/x",
        "https://instructure.com.attacker.example/x",
        "javascript:alert(1)",
        "//lms.comune.example/",
        "https://",
        "",
    ],
)
def test_addresses_of_others_are_not(address: str) -> None:
    assert not is_own_address(address, ORIGINS, "moodle", TRUSTED)


def test_without_tls_only_a_trusted_host_is_taken() -> None:
    origins = ("http://127.0.0.1:8001", "http://lms.local:8080", "http://127.0.0.1:9")
    assert is_own_address("http://127.0.0.1:8001/x", origins, "", TRUSTED)
    assert is_own_address("http://lms.local:8080/x", origins, "", TRUSTED)
    assert not is_own_address("http://127.0.0.1:9/x", origins, "", TRUSTED)
    assert not is_own_address("http://127.0.0.1:8001/x", ("http://lms.local:8080",), "", TRUSTED)
