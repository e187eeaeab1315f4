"""Whose popup is over, so that what waited behind it can be offered at once."""

import threading
from uuid import UUID


class Freed:
    """People of this process's calls, until somebody takes them. Nothing is lost with it but time:
    a page asks again for what waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: set[tuple[UUID, UUID]] = set()

    def note(self, project: UUID, person: UUID) -> None:
        """No popup of this person is open any more."""
        with self._lock:
            self._people.add((project, person))

    def take(self) -> set[tuple[UUID, UUID]]:
        """Everybody noted since the last time, as (project, person)."""
        with self._lock:
            people, self._people = self._people, set()
        return people
