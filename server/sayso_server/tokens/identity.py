"""Identity tokens: the only proof of a page's user.

A token is a JWT, signed by the host's backend with the project's identity secret, only with HS256.
`sub` is the user id, `aud` the public key, `exp` at most 24 hours after `iat`, `kid` the key's id.
Identity secrets are derived from the server's key, so they are not stored.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

import jwt

from sayso_server.errors import Unauthorized
from sayso_server.storage.projects.projects import Project
from sayso_server.text_patterns import is_printable
from sayso_server.user_ids import mistake

LONGEST = 86_400  # seconds a token may be valid
SKEW = 30  # seconds that the host's clock may differ from ours


def identity_secret(key: str, project_id: UUID, kid: str) -> str:
    """The secret with which the host signs tokens, in the form shown to it: `is_<kid>_<secret>`."""
    bits = hmac.digest(key.encode(), f"identity:{project_id}:{kid}".encode(), hashlib.sha256)
    return f"is_{kid}_{base64.urlsafe_b64encode(bits).rstrip(b'=').decode()}"


def proven_user(project: Project, token: str, key: str, now: datetime) -> tuple[str, int]:
    """The user id that the token proves, and when it expires (Unix seconds).

    Raises Unauthorized with code `token_expired` or `token_invalid`.
    """
    claims = _signed_claims(project, token, key)
    user_id, issued, expires = claims["sub"], claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int:
        raise _invalid("has times that are not whole seconds")
    if expires - min(issued, now.timestamp() + SKEW) > LONGEST:
        raise _invalid("is valid for more than 24 hours")
    if not isinstance(user_id, str) or not 0 < len(user_id) <= 256 or not is_printable(user_id):
        raise _invalid("names no user")
    wrong = mistake(user_id)
    if wrong is not None:
        raise Unauthorized(f"The identity token names no user: {wrong}", code="token_invalid")
    if now.timestamp() > expires + SKEW:
        raise Unauthorized(
            "The identity token has expired; fetch a fresh one.", code="token_expired"
        )
    return user_id, expires


def _signed_claims(project: Project, token: str, key: str) -> dict[str, Any]:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        if kid not in project.kids:
            raise _invalid("is signed with an unknown or retired key")
        claims: dict[str, Any] = jwt.decode(
            token,
            identity_secret(key, project.id, kid).split("_", 2)[2],
            algorithms=["HS256"],
            audience=project.public_key,
            options={
                "require": ["sub", "aud", "exp", "iat"],
                # `proven_user` checks times against the request's `now`.
                "verify_exp": False,
                "verify_iat": False,
                "verify_sub": False,
            },
        )
    except (jwt.InvalidTokenError, TypeError, ValueError) as error:
        raise _invalid("does not verify") from error
    return claims


def _invalid(what: str) -> Unauthorized:
    return Unauthorized(
        f"The identity token {what}; make one with the SDK's identity_token().",
        code="token_invalid",
    )
