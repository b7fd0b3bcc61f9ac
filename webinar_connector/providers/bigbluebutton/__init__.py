"""BigBlueButton, and everything that speaks its API: Scalelite, B3LB, our local room."""

from webinar_connector.providers.bigbluebutton.provider import BigBlueButton
from webinar_connector.providers.bigbluebutton.settings import BigBlueButtonSettings

__all__ = ["BigBlueButton", "BigBlueButtonSettings"]
