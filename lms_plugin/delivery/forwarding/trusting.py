"""The HTTP client for targets: guarded as all others, patient with an LRS that stores a hundred at once."""

from urllib.parse import urlsplit

from lms_plugin.outbound import Outbound
from lms_plugin.settings import Settings

TIMEOUT_SECONDS = (3.05, 30.0)


def forwarding_outbound(settings: Settings) -> Outbound:
    """Trusts what COALIZIONE_TRUSTED_HOSTS names and the host of COALIZIONE_LRS_ENDPOINT: who sets the one
    may set the other."""
    named = urlsplit(settings.lrs_endpoint).hostname
    return Outbound(settings.trusted_hosts | ({named} if named else set()), timeout=TIMEOUT_SECONDS)
