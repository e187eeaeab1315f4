"""What is done behind the deletion of a project: everything stored for it goes, in batches."""

from datetime import datetime, timedelta
from uuid import UUID

from sayso_server.storage import deleting
from sayso_server.storage.store import Store

GRACE = timedelta(seconds=5)
"""Between the deletion and the removal of rows. Every process forgets a project within half a
second, and what was under way then is stored by now."""


def marked(store: Store, now: datetime) -> dict[UUID, bool]:
    """The deleted projects of which something is stored, and whether it may be removed now."""
    with store.read() as connection:
        found = deleting.marked(connection)
    return {project_id: now - deleted_at >= GRACE for project_id, deleted_at in found}


def remove_batch(store: Store, project_id: UUID) -> None:
    """Remove a batch of what is stored for a deleted project, and in the end the project."""
    store.write(lambda connection: deleting.remove_batch(connection, project_id))
