"""The signed token that proves a visitor's identity to the server: a JWT with HS256."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from sayso.record import UserId, person_id

LONGEST_TTL: Final = 86_400
"""Seconds: the server refuses tokens with a longer lifetime."""

_SHAPE: Final = re.compile(r"is_([A-Za-z0-9]+)_([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class IdentitySecret:
    kid: str
    key: bytes = field(repr=False)

    @classmethod
    def parse(cls, secret: str) -> Self:
        """Raises ValueError unless the secret looks like ``is_<kid>_<secret>``."""
        match = _SHAPE.fullmatch(secret)
        if match is None:
            raise ValueError(
                "identity_secret must look like is_<kid>_<secret>, as `sayso create-project` "
                "prints it, without spaces or line ends"
            )
        return cls(match[1], match[2].encode("ascii"))


def sign(secret: IdentitySecret, user_id: UserId, audience: str, ttl: int, now: float) -> str:
    """Raises Invalid for an invalid user id, ValueError for a ttl outside 1 … 86,400 seconds."""
    if not 1 <= ttl <= LONGEST_TTL:
        raise ValueError(f"ttl must be 1 to {LONGEST_TTL} seconds (24 hours), not {ttl}")
    issued = int(now)
    head = {"alg": "HS256", "kid": secret.kid, "typ": "JWT"}
    claims = {"sub": person_id(user_id), "aud": audience, "iat": issued, "exp": issued + int(ttl)}
    signed = f"{_part(head)}.{_part(claims)}"
    mac = hmac.new(secret.key, signed.encode("ascii"), hashlib.sha256).digest()
    return f"{signed}.{_base64url(mac)}"


def _part(content: Mapping[str, object]) -> str:
    return _base64url(json.dumps(content, separators=(",", ":")).encode("ascii"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
