"""People whose popup was closed, so that their next waiting invitation can be offered at once."""

import threading
from uuid import UUID


class ClosedPopups:
    """A queue of people, in memory only. If it is lost, pages ask for waiting invitations later."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: set[tuple[UUID, UUID]] = set()

    def note(self, project: UUID, person: UUID) -> None:
        """Note that the person's popup was closed."""
        with self._lock:
            self._people.add((project, person))

    def take(self) -> set[tuple[UUID, UUID]]:
        """The people noted since the last call, as (project, person)."""
        with self._lock:
            people, self._people = self._people, set()
        return people
