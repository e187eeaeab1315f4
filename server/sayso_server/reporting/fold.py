"""Fold count deltas into rollups, in the background."""

import threading
from datetime import datetime
from uuid import UUID

from sayso_server.storage.counts import count_deltas
from sayso_server.storage.database.store import Store


class Folding:
    """Remembers the projects for which this process has written count deltas."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._projects: set[UUID] = set()

    def note(self, *projects: UUID) -> None:
        """Note projects with count deltas to fold."""
        with self._lock:
            self._projects.update(projects)

    def fold(self, store: Store, now: datetime) -> list[UUID]:
        """Fold a batch of deltas of every noted project. Returns the projects that had any."""
        with self._lock:
            projects, self._projects = self._projects, set()
        return [project for project in sorted(projects) if self._fold(store, project, now)]

    def _fold(self, store: Store, project: UUID, now: datetime) -> int:
        try:
            folded = store.transact(project, now, count_deltas.fold)
        except Exception:
            self.note(project)
            raise
        if folded:
            self.note(project)  # there may be more
        return folded
