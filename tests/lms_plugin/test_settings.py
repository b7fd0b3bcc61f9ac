"""A bad setting is named, with what to write instead; secrets never show."""

import pytest

from lms_plugin.errors import ConfigurationError
from lms_plugin.settings import read_settings

GOOD = {"COALIZIONE_SECRET_KEY": "s" * 40}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", ""),
        ("PUBLIC_URL", "http://formazione.example.it"),
        ("PUBLIC_URL", "https://formazione.example.it/under/a/path"),
        ("PUBLIC_URL", "formazione.example.it"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("LRS_ENDPOINT", "ftp://lrs.example"),
        ("BBB_URL", "not an address"),
        ("PROGRAMMES", "/no/such/folder"),
        ("PROXY_HOPS", "-1"),
        ("PROXY_HOPS", "one"),
        ("LOG_LEVEL", "LOUD"),
        ("LAUNCHES_PER_MINUTE", "many"),
        ("REGISTRATION_LAUNCHES_PER_MINUTE", "-5"),
        ("LRS_REQUESTS_PER_MINUTE", "-1"),
        ("LRS_ATTACHMENT_MIB", "0"),
        ("LRS_REQUEST_MIB", "10000"),
        ("METRICS_TOKEN", "short"),
    ],
)
def test_bad_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"COALIZIONE_{name}:"):
        read_settings(GOOD | {f"COALIZIONE_{name}": value})


def test_missing_secret_tells_how_to_make_one() -> None:
    with pytest.raises(ConfigurationError, match=r"secrets\.token_urlsafe"):
        read_settings({})


def test_defaults_need_only_a_secret() -> None:
    settings = read_settings(GOOD)
    assert settings.public_url == "http://localhost:8000"
    assert settings.database_url.startswith("sqlite:///")
    assert {folder.name for folder in settings.programmes} == {"co-alizione", "for-pa"}


def test_settings_never_print_their_secrets() -> None:
    assert "s" * 40 not in repr(read_settings(GOOD))


def test_public_url_loses_its_trailing_slash() -> None:
    settings = read_settings(GOOD | {"COALIZIONE_PUBLIC_URL": "https://formazione.example.it/"})
    assert settings.public_url == "https://formazione.example.it"


def test_plain_postgresql_url_is_understood() -> None:
    settings = read_settings(GOOD | {"COALIZIONE_DATABASE_URL": "postgresql://u:p@db/name"})
    assert settings.database_url == "postgresql+psycopg://u:p@db/name"
