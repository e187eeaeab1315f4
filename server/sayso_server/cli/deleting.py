"""`sayso delete-project`: deletes a project with all its data."""

import time
from datetime import UTC, datetime
from uuid import UUID

import click

from sayso_server.administration import deletion, projects
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.settings import from_environment
from sayso_server.storage.database.store import Store
from sayso_server.storage.projects.audit import COMMAND
from sayso_server.storage.projects.projects import Project

PAUSE = 0.02  # seconds between two batches, so that a running server can write


@click.command("delete-project")
@click.argument("project")
@click.option("--yes", is_flag=True, help="Do not ask for the project's name.")
def delete_project(project: str, yes: bool) -> None:
    """Delete a project with all its data: people, events, surveys, answers, keys."""
    store = open_store(from_environment())
    found = existing(store, project)
    confirmed = found.name if yes else _typed_name(found)
    projects.delete(store, found, confirmed, COMMAND, datetime.now(UTC))
    say("Its pages and keys are refused from now on. Removing what is stored …", err=True)
    _remove_rows(store, found.id)
    say(f"{found.name} is gone with everything it held.")


def _typed_name(project: Project) -> str:
    say(f"{project.name} ({project.id}) is deleted for good, with everything it holds.")
    typed: str = click.prompt("Type its name to go on", default="", show_default=False)
    return typed


def _remove_rows(store: Store, project: UUID) -> None:
    """Delete the project's rows in batches. A running server does the same in the background."""
    while (removable := deletion.marked(store, datetime.now(UTC)).get(project)) is not None:
        if removable:
            deletion.remove_batch(store, project)
        time.sleep(PAUSE)
