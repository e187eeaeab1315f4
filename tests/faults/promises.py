"""The writes that the server acknowledged, as the client recorded them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event: its name, and the user or visitor who did it."""

    name: str
    person: str


@dataclass(slots=True)
class Invitation:
    """An invitation of a person: the last acknowledged state, and the answers."""

    person: str
    state: str = "claimed"
    answers: dict[str, int | str] = field(default_factory=dict)


@dataclass(slots=True)
class Promises:
    """Everything acknowledged to one writer."""

    events: dict[str, Event] = field(default_factory=dict)
    """By id."""
    inviting: set[str] = field(default_factory=set)
    """Ids of events that made an invitation."""
    invitations: dict[bytes, Invitation] = field(default_factory=dict)
    """By the hash of the page's secret."""


def hash_of(secret: str) -> bytes:
    """The hash that the database stores for this secret."""
    return hashlib.sha256(secret.encode()).digest()


def together(kept: Iterable[Promises]) -> Promises:
    """Merges the promises of all writers."""
    every = Promises()
    for one in kept:
        every.events |= one.events
        every.inviting |= one.inviting
        every.invitations |= one.invitations
    return every
