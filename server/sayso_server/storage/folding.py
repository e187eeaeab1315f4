"""Which projects have a tail to fold, and folding it behind the requests."""

import threading
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sayso_server.storage import tail
from sayso_server.storage.store import Store


class Folding:
    """Remembers which projects this process counted something for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._projects: set[UUID] = set()

    def note(self, *projects: UUID) -> None:
        """There is something to fold."""
        with self._lock:
            self._projects.update(projects)

    def fold(self, store: Store, now: datetime) -> int:
        """Fold a part of every noted project's tail. Returns how many deltas were folded."""
        with self._lock:
            projects, self._projects = self._projects, set()
        return sum(self._fold(store, project, now) for project in self._in_order(projects))

    def _fold(self, store: Store, project: UUID, now: datetime) -> int:
        try:
            folded = store.transact(project, now, tail.fold)
        except Exception:
            self.note(project)
            raise
        if folded:
            self.note(project)  # there may be more
        return folded

    @staticmethod
    def _in_order(projects: Iterable[UUID]) -> list[UUID]:
        return sorted(projects)
