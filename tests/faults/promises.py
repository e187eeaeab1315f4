"""What the server has acknowledged, as the one who was told remembers it."""

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
    """An invitation of a person: the state it was last said to be in, and the answers it got."""

    person: str
    state: str = "claimed"
    answers: dict[str, int | str] = field(default_factory=dict)


@dataclass(slots=True)
class Promises:
    """Everything acknowledged to one writer."""

    events: dict[str, Event] = field(default_factory=dict)
    """By id."""
    inviting: set[str] = field(default_factory=set)
    """Ids of events that have asked their person something."""
    invitations: dict[bytes, Invitation] = field(default_factory=dict)
    """By the hash of the secret by which a page holds them."""


def hash_of(secret: str) -> bytes:
    """How the database names what a page holds by this secret."""
    return hashlib.sha256(secret.encode()).digest()


def together(kept: Iterable[Promises]) -> Promises:
    """The promises made to all."""
    every = Promises()
    for one in kept:
        every.events |= one.events
        every.inviting |= one.inviting
        every.invitations |= one.invitations
    return every
