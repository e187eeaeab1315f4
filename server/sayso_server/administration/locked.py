"""The project that is about to be changed."""

from typing import Any
from uuid import UUID

from sayso_server.errors import NotFound
from sayso_server.storage import projects
from sayso_server.storage.projects import Project


def locked(connection: Any, project_id: UUID) -> Project:
    """The project, which nobody else changes until the transaction ends. Raises NotFound."""
    found = projects.locked(connection, project_id)
    if found is None:
        raise NotFound("The project was deleted.")
    return found
