"""Routes messages to the pages that listen in this process.

A message only says that an invitation waits, that the rules changed, or that the page should
reconnect. The page gets the survey itself from *decide*.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from queue import SimpleQueue
from typing import Any, Protocol
from uuid import UUID

QUEUE_SIZE = 20  # messages per listener; a slow listener loses further ones


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one person's open pages, or to all pages of the project (`person` is None).
    Messages with `needs_proof` reach only pages with a proven identity."""

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


def rules_data(version: int, surveys: Sequence[str]) -> dict[str, Any]:
    """The data of a `rules` event: popups of surveys that are not listed close. Every listener gets
    the list, so it contains short names (see `page_name`), never full ids."""
    return {"version": version, "surveys": list(surveys)}


class Bus(Protocol):
    """Carries messages between the processes that listen."""

    def publish(self, message: Message) -> None:
        """Send the message to every process, including this one."""

    @property
    def down(self) -> bool:
        """Whether messages reach only this process, because the bus is unavailable."""


class Listener:
    """One open stream."""

    __slots__ = ("person", "project", "proven", "queue")

    def __init__(self, project: UUID, person: UUID | None, *, proven: bool) -> None:
        self.project = str(project)
        self.person = None if person is None else str(person)
        self.proven = proven
        self.queue: SimpleQueue[Message | None] = SimpleQueue()  # None ends the stream


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
        """Publish through this bus from now on. Without a bus, messages stay in this process."""
        self._bus = bus

    @property
    def bus_down(self) -> bool:
        """Whether the bus is unavailable, so that messages reach only this process."""
        return self._bus is not None and self._bus.down

    def offer(self, project: UUID, person: UUID, invitation: UUID, *, needs_proof: bool) -> None:
        """Tell the person's open pages that an invitation is waiting."""
        data = {"invitation": str(invitation)}
        self._publish(Message(str(project), str(person), "invitation", data, needs_proof))

    def rules_changed(self, project: UUID, version: int, surveys: Sequence[str]) -> None:
        """Tell the project's pages connected here which surveys are live. Every process polls for
        changes itself, so it also notices changes made by a command."""
        self.deliver(Message(str(project), None, "rules", rules_data(version, surveys)))

    def reconnect(self, project: UUID, person: UUID) -> None:
        """Tell the person's open pages to reconnect, because their identity has changed."""
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

    def end(self, project: UUID) -> None:
        """Close the popups on a deleted project's pages connected here, and end their streams."""
        self.rules_changed(project, 0, [])
        with self._lock:
            for listener in chain.from_iterable(self._listeners.get(str(project), {}).values()):
                listener.queue.put(None)

    def close(self) -> None:
        """End every stream of this process; the pages reconnect to another one."""
        with self._lock:
            for people in self._listeners.values():
                for listener in chain.from_iterable(people.values()):
                    listener.queue.put(None)

    def deliver(self, message: Message) -> None:
        """Queue a message for the listeners of this process."""
        with self._lock:
            people = self._listeners.get(message.project, {})
            if message.person is None:
                listeners = list(chain.from_iterable(people.values()))
            else:
                listeners = list(people.get(message.person, ()))
        for listener in listeners:
            fits = listener.proven or not message.needs_proof
            if fits and listener.queue.qsize() < QUEUE_SIZE:
                listener.queue.put(message)

    def count(self) -> int:
        """How many streams are open here."""
        with self._lock:
            return sum(
                len(listeners)
                for people in self._listeners.values()
                for listeners in people.values()
            )

    def _publish(self, message: Message) -> None:
        if self._bus is None:
            self.deliver(message)
        else:
            self._bus.publish(message)
