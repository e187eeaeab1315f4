"""Which projects have a tail to fold, and folding it behind the requests."""

import threading
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

    def fold(self, store: Store, now: datetime) -> list[UUID]:
        """Fold a part of every noted project's tail. Returns the projects that had one."""
        with self._lock:
            projects, self._projects = self._projects, set()
        return [project for project in sorted(projects) if self._fold(store, project, now)]

    def _fold(self, store: Store, project: UUID, now: datetime) -> int:
        try:
            folded = store.transact(project, now, tail.fold)
        except Exception:
            self.note(project)
            raise
        if folded:
            self.note(project)  # there may be more
        return folded
