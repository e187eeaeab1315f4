"""Who listens in this process, and what they are told.

A listener learns only that an invitation waits, that the rules changed, or that it should connect
again; the survey itself comes by *decide*.
"""

import json
import queue
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from uuid import UUID

WAITING = 20  # messages a slow listener may have waiting before further ones are dropped


@dataclass(frozen=True, slots=True)
class Message:
    """For one person's open pages, or (`person` None) for all of the project's. Messages with
    `needs_proof` reach only pages whose identity is proven."""

    project: str
    person: str | None
    event: str
    data: dict[str, Any]
    needs_proof: bool = False

    def encode(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def decode(cls, text: str | bytes) -> "Message":
        return cls(**json.loads(text))


def rules_data(version: int, surveys: Sequence[UUID]) -> dict[str, Any]:
    """The data of a `rules` event: a popup whose survey is not among these closes."""
    return {"version": version, "surveys": [str(survey) for survey in surveys]}


class Bus(Protocol):
    """Carries messages between the processes that listen."""

    def publish(self, message: Message) -> None:
        """Hand the message to every process, this one included."""

    @property
    def away(self) -> bool:
        """Whether messages reach this process only."""


class Listener:
    """One open stream."""

    __slots__ = ("person", "project", "proven", "waiting")

    def __init__(self, project: UUID, person: UUID | None, *, proven: bool) -> None:
        self.project = str(project)
        self.person = None if person is None else str(person)
        self.proven = proven
        self.waiting: queue.SimpleQueue[Message | None] = queue.SimpleQueue()


class Hub:
    """Routes messages to the listeners of this process."""

    def __init__(self, bus: Bus | None = None) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, dict[str | None, set[Listener]]] = defaultdict(
            lambda: defaultdict(set)
        )
        self._bus = bus

    def projects(self) -> list[UUID]:
        """The projects whose pages listen here."""
        with self._lock:
            return [UUID(project) for project in self._listeners]

    def use(self, bus: Bus) -> None:
        """Publish by this bus from now on; without one, messages stay in this process."""
        self._bus = bus

    @property
    def alone(self) -> bool:
        """Whether what is said here reaches no other process though it should."""
        return self._bus is not None and self._bus.away

    def offer(self, project: UUID, person: UUID, invitation: UUID, *, needs_proof: bool) -> None:
        """Tell the person's open pages that an invitation waits."""
        data = {"invitation": str(invitation)}
        self._publish(Message(str(project), str(person), "invitation", data, needs_proof))

    def rules_changed(self, project: UUID, version: int, surveys: Sequence[UUID]) -> None:
        """Tell the project's pages that listen here which surveys are live now. Every process
        notices by itself, so that a change made by a command reaches them too."""
        self.deliver(Message(str(project), None, "rules", rules_data(version, surveys)))

    def reconnect(self, project: UUID, person: UUID) -> None:
        """Tell the person's open pages that who they are has changed."""
        self._publish(Message(str(project), str(person), "reconnect", {}))

    def join(self, listener: Listener) -> None:
        with self._lock:
            self._listeners[listener.project][listener.person].add(listener)

    def leave(self, listener: Listener) -> None:
        with self._lock:
            people = self._listeners[listener.project]
            people[listener.person].discard(listener)
            if not people[listener.person]:
                del people[listener.person]
            if not people:
                del self._listeners[listener.project]

    def close(self) -> None:
        """End every stream of this process; the pages connect again elsewhere."""
        with self._lock:
            people = [ones for listeners in self._listeners.values() for ones in listeners.values()]
            for listener in [one for ones in people for one in ones]:
                listener.waiting.put(None)

    def deliver(self, message: Message) -> None:
        """Hand a message to those who listen here."""
        with self._lock:
            people = self._listeners.get(message.project, {})
            if message.person is None:
                found = [one for listeners in people.values() for one in listeners]
            else:
                found = list(people.get(message.person, ()))
        for listener in found:
            fits = listener.proven or not message.needs_proof
            if fits and listener.waiting.qsize() < WAITING:
                listener.waiting.put(message)

    def count(self) -> int:
        """How many streams are open here."""
        with self._lock:
            return sum(len(ones) for people in self._listeners.values() for ones in people.values())

    def _publish(self, message: Message) -> None:
        if self._bus is None:
            self.deliver(message)
        else:
            self._bus.publish(message)
