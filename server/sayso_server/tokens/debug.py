"""Debug tokens: short-lived tokens that let a page explain a project's rules."""

from datetime import datetime, timedelta

import jwt

from sayso_server.errors import Unauthorized
from sayso_server.storage.projects.projects import Project

AUDIENCE = "sayso-debug"
REMEDY = "make a new one with `sayso debug-token PROJECT`."


def debug_token(project: Project, key: str, now: datetime, lasts: timedelta) -> str:
    """Make a token for this project's pages, valid for `lasts`."""
    claims = {"aud": AUDIENCE, "sub": project.public_key, "exp": int((now + lasts).timestamp())}
    return jwt.encode(claims, key, algorithm="HS256")


def check_debug_token(project: Project, token: str, key: str, now: datetime) -> None:
    """Raises Unauthorized when the token is expired or not valid for this project."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=AUDIENCE,
            options={"require": ["sub", "exp"], "verify_exp": False},
        )
    except (jwt.InvalidTokenError, TypeError, ValueError) as error:
        raise Unauthorized(
            f"The debug token is not valid; {REMEDY}", code="debug_token_invalid"
        ) from error
    if claims["sub"] != project.public_key:
        raise Unauthorized(f"The debug token is not valid; {REMEDY}", code="debug_token_invalid")
    if now.timestamp() >= claims["exp"]:
        raise Unauthorized(f"The debug token has expired; {REMEDY}", code="debug_token_expired")
