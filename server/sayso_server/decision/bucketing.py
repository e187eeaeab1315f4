"""Sticky buckets: a person always gets the same random number for the same purpose."""

import hashlib

_RANGE = 2.0**64


def bucket(key: str, about: str) -> float:
    """A number in [0, 1), evenly distributed, derived only from the bucket key and the purpose."""
    digest = hashlib.sha256(f"{key}:{about}".encode()).digest()[:8]
    return int.from_bytes(digest, "big") / _RANGE


def within(key: str, about: str, percent: float) -> bool:
    """Whether the person is in a sample of `percent` percent."""
    return bucket(key, about) * 100 < percent
