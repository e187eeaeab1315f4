"""Sessions are for members; the API has none, and pays nothing for them."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

WITHOUT = "/v1/"


class MemberSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, outside the API."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith(WITHOUT) else super().open_session(app, request)
