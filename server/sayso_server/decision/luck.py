"""Sticky chance: one person's luck with one survey stays, however often it is drawn."""

import hashlib

_RANGE = 2.0**64


def luck(person: str, about: str) -> float:
    """A number in [0, 1) that depends on nothing but the person and what it is drawn for."""
    drawn = hashlib.sha256(f"{person}:{about}".encode()).digest()[:8]
    return int.from_bytes(drawn, "big") / _RANGE


def within(person: str, about: str, percent: float) -> bool:
    """Whether the person is among so many percent."""
    return luck(person, about) * 100 < percent
