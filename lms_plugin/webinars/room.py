"""The video platform of this installation, and what goes on between it and our pages."""

from lms_plugin.errors import Refusal
from lms_plugin.settings import Settings
from webinar_connector.providers.bigbluebutton.provider import BigBlueButton
from webinar_connector.providers.bigbluebutton.settings import BigBlueButtonSettings
from webinar_connector.providers.interface import Provider


class NoVideoPlatform(Refusal):
    """COALIZIONE_BBB_URL and COALIZIONE_BBB_SECRET are not set."""

    code = "no_video_platform"
    status = 503


class VideoPlatformFailed(Refusal):
    """The platform did not do what was asked; `detail` is its own code."""

    code = "video_platform_failed"
    status = 502


def make_provider(settings: Settings) -> Provider:
    """The provider that the settings name; raises NoVideoPlatform."""
    if not settings.bbb_url or not settings.bbb_secret:
        raise NoVideoPlatform("set COALIZIONE_BBB_URL and COALIZIONE_BBB_SECRET")
    return BigBlueButton(
        BigBlueButtonSettings(
            url=settings.bbb_url,
            secret=settings.bbb_secret,
            callback_url=f"{settings.public_url}/webinars/callbacks",
            logout_url=f"{settings.public_url}/webinars/left",
            installation=settings.public_url,
        )
    )
