"""`sayso change-project`: name, origins, collected events and language of a project."""

from collections.abc import Collection
from datetime import UTC, datetime

import click

from sayso_server.administration import projects
from sayso_server.administration.checks import checked_events, checked_language, checked_origins
from sayso_server.administration.projects import ProjectChange
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing, listed, option
from sayso_server.errors import Invalid
from sayso_server.settings import from_environment
from sayso_server.storage.projects.audit import COMMAND
from sayso_server.storage.projects.projects import Project


@click.command("change-project")
@click.argument("project")
@click.option("--name", help="The new name.")
@click.option("--origin", "origins", multiple=True, help="An origin to add; repeatable.")
@click.option("--remove-origin", "removed", multiple=True, help="An origin to remove; repeatable.")
@click.option(
    "--track",
    "tracked",
    multiple=True,
    help="An event that pages collect even if no survey uses it; repeatable.",
)
@click.option(
    "--untrack", "untracked", multiple=True, help="An event to stop collecting; repeatable."
)
@click.option("--language", help="The language of texts without one, as de or pt-BR.")
def change_project(
    project: str,
    name: str | None,
    origins: tuple[str, ...],
    removed: tuple[str, ...],
    tracked: tuple[str, ...],
    untracked: tuple[str, ...],
    language: str | None,
) -> None:
    """Rename a project; add and remove origins and collected events; choose its language."""
    added, dropped = option(checked_origins, origins), option(checked_origins, removed)
    track, untrack = option(checked_events, tracked), option(checked_events, untracked)
    tag = None if language is None else option(checked_language, language)
    store = open_store(from_environment())

    def wanted(before: Project) -> ProjectChange:
        return ProjectChange(
            name,
            _edited("origin", before.origins, added, dropped),
            _edited("collected event", before.tracked, track, untrack),
            language=tag,
        )

    project_id = existing(store, project).id
    changed = projects.change(store, project_id, wanted, COMMAND, datetime.now(UTC))
    say("Open pages follow within a second.")
    for warning in changed.warnings:
        say(f"Warning: {warning}", err=True)


def _edited(what: str, before: Collection[str], added: list[str], removed: list[str]) -> set[str]:
    missing = set(removed) - {*before, *added}
    if missing:
        raise Invalid(f"{listed(missing)} is no {what} of the project; it has {listed(before)}.")
    return {*before, *added} - set(removed)
