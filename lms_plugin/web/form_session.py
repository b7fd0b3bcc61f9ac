"""The session of the form token: opened and written only where somebody uses it."""

from flask import Flask, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Request


class FormSessions(SecureCookieSessionInterface):
    """The usual signed cookie, without the work of it for a page that has none and needs none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """An empty session when the browser brought no cookie of one."""
        if self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Sets the cookie, unless nobody looked into the session."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)
