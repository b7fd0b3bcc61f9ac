"""The local room: a separate process that speaks BigBlueButton's API and serves a plain room page."""
