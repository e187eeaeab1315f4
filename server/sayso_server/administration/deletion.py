"""Remove the rows of deleted projects in the background, in batches."""

from datetime import datetime, timedelta
from uuid import UUID

from sayso_server.storage.database.store import Store
from sayso_server.storage.projects import deleting

GRACE = timedelta(seconds=5)
"""Time between a project's deletion and the removal of its rows. By then, caches have dropped the
project (within half a second) and earlier requests have finished."""


def marked(store: Store, now: datetime) -> dict[UUID, bool]:
    """The deleted projects that still have rows, and whether the rows may be removed now."""
    with store.read() as connection:
        projects = deleting.marked(connection)
    return {project_id: now - deleted_at >= GRACE for project_id, deleted_at in projects}


def remove_batch(store: Store, project_id: UUID) -> None:
    """Remove a batch of a deleted project's rows, its own row last."""
    store.write(lambda connection: deleting.remove_batch(connection, project_id))
