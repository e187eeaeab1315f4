"""What is stored of a secret, so that a copy of the database opens nothing."""

import hashlib


def digest(secret: str) -> bytes:
    """The stored hash of a random secret, which has enough entropy for a fast hash."""
    return hashlib.sha256(secret.encode()).digest()
