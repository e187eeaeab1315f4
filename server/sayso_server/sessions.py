"""Sessions are for members; the API has none, and pays nothing for them."""

from flask import Flask, Request
from flask import request as flask_request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

WITHOUT = "/v1/"


class MemberSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, outside the API."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith(WITHOUT) else super().open_session(app, request)

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002  # Flask's signature
        """Below a path of a host the cookie is no other application's."""
        return flask_request.script_root or "/"
