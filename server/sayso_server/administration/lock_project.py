"""Lock a project before changing it."""

from typing import Any
from uuid import UUID

from sayso_server.errors import NotFound
from sayso_server.storage.projects import projects
from sayso_server.storage.projects.projects import Project


def lock_project(connection: Any, project_id: UUID) -> Project:
    """The project, locked until the transaction ends. Raises NotFound."""
    project = projects.locked(connection, project_id)
    if project is None:
        raise NotFound("The project was deleted.")
    return project
