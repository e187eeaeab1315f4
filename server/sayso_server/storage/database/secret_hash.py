"""Hashes secrets for storage, so that a copy of the database gives no access."""

import hashlib


def digest(secret: str) -> bytes:
    """The stored hash of a random secret, which has enough entropy for a fast hash."""
    return hashlib.sha256(secret.encode()).digest()
