"""Which hosts may speak for which issuer."""

import pytest

from lms_plugin.lti.dynamic_registration_hosts import may_speak_for, same_family

CANVAS, BLACKBOARD = "https://canvas.instructure.com", "https://blackboard.com"
TRUSTED = frozenset({"canvas.intranet:3000"})


@pytest.mark.parametrize(
    ("issuer", "url", "expected"),
    [
        ("https://moodle.example.it", "https://moodle.example.it/mod/lti/openid-configuration.php", True),
        ("https://moodle.example.it/moodle", "https://moodle.example.it:443/moodle/openid", True),
        ("https://moodle.example.it", "https://MOODLE.example.it/openid", True),
        ("https://moodle.example.it", "https://moodle.example.it:8443/openid", False),
        ("https://moodle.example.it", "http://moodle.example.it/openid", False),
        ("https://moodle.example.it", "https://evil.example/openid", False),
        ("https://moodle.example.it", "https://moodle.example.it.evil.example/openid", False),
        ("https://moodle.example.it", "https://moodle.example.it@evil.example/openid", False),
        (CANVAS, "https://sso.canvaslms.com/api/lti/security/openid-configuration", True),
        (CANVAS, "https://canvas.instructure.com/api/lti/security/openid-configuration", True),
        ("https://canvas.beta.instructure.com", "https://sso.beta.canvaslms.com/x", True),
        (CANVAS, "https://sso.beta.canvaslms.com/x", False),
        (CANVAS, "http://sso.canvaslms.com/x", False),
        # A customer's own host could serve a file that names the issuer of all customers.
        (CANVAS, "https://school.instructure.com/files/1/download", False),
        (CANVAS, "https://evilcanvaslms.com/x", False),
        (CANVAS, "http://canvas.intranet:3000/x", True),  # self-hosted, trusted by name
        (CANVAS, "http://canvas.intranet/x", False),
        ("https://moodle.example.it", "http://canvas.intranet:3000/x", False),
        (BLACKBOARD, "https://developer.blackboard.com/api/v1/x", True),
        (BLACKBOARD, "https://school.blackboard.com/x", False),
        ("urn:lms", "https://moodle.example.it/x", False),
    ],
)
def test_issuer_and_configuration(issuer: str, url: str, *, expected: bool) -> None:
    assert may_speak_for(issuer, url, TRUSTED) is expected


@pytest.mark.parametrize(
    ("issuer", "configuration", "endpoint", "expected"),
    [
        ("https://a.example", "https://a.example/c", "https://a.example/r?token=1", True),
        ("https://a.example", "https://a.example/c", "https://b.example/r", False),
        ("https://a.example", "https://a.example/c", "http://a.example/r", False),
        (CANVAS, "https://sso.canvaslms.com/c", "https://school.instructure.com/api/lti/registrations", True),
        (CANVAS, "https://sso.canvaslms.com/c", "https://instructure.com.evil.example/r", False),
        (CANVAS, "https://sso.canvaslms.com/c", "http://school.instructure.com/r", False),
        (BLACKBOARD, "https://developer.blackboard.com/c", "https://developer.blackboard.com/r", True),
        (BLACKBOARD, "https://developer.blackboard.com/c", "https://school.blackboard.com/r", False),
    ],
)
def test_configuration_and_registration_end_point(
    issuer: str, configuration: str, endpoint: str, *, expected: bool
) -> None:
    assert same_family(configuration, issuer, endpoint, TRUSTED) is expected
