"""What the provider must be told about one BigBlueButton server."""

from dataclasses import dataclass

from webinar_connector.providers.bigbluebutton.checksum import Algorithm


@dataclass(frozen=True, slots=True)
class BigBlueButtonSettings:
    """`url` in any form administrators type; `secret` is full power over every meeting of that server.

    `callback_url` is the public prefix the server sends presence to: empty means it is asked instead.
    `logout_url` is where people land after the room; `{webinar}` in it becomes the webinar's id.
    `installation` tells apart two installations that share a server.
    """

    url: str
    secret: str
    callback_url: str = ""
    logout_url: str = ""
    installation: str = ""
    algorithm: Algorithm = "sha256"
    seconds: float = 10.0

    def __repr__(self) -> str:
        return f"BigBlueButtonSettings(url={self.url!r}, secret=…)"
