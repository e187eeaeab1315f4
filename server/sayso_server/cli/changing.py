"""`sayso change-project`: what a project is called, where its pages are, what they collect, and the
language of its texts."""

from collections.abc import Collection
from datetime import UTC, datetime

import click

from sayso_server.administration import projects
from sayso_server.administration.checks import checked_events, checked_language, checked_origins
from sayso_server.administration.projects import Change
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing, listed, option
from sayso_server.errors import Invalid
from sayso_server.settings import from_environment
from sayso_server.storage.audit import COMMAND
from sayso_server.storage.projects import Project


@click.command("change-project")
@click.argument("project")
@click.option("--name", help="What it is called from now on.")
@click.option("--origin", "origins", multiple=True, help="A further origin; may be repeated.")
@click.option("--remove-origin", "removed", multiple=True, help="An origin no more; repeatable.")
@click.option(
    "--track",
    "tracked",
    multiple=True,
    help="An event of pages to collect though no survey names it; may be repeated.",
)
@click.option("--untrack", "untracked", multiple=True, help="Such an event no more; repeatable.")
@click.option("--language", help="Of texts that name none, as de or pt-BR.")
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
    added, gone = option(checked_origins, origins), option(checked_origins, removed)
    collected, dropped = option(checked_events, tracked), option(checked_events, untracked)
    tag = None if language is None else option(checked_language, language)
    store = open_store(from_environment())

    def wanted(stands: Project) -> Change:
        return Change(
            name,
            _edited("origin", stands.origins, added, gone),
            _edited("collected event", stands.tracked, collected, dropped),
            language=tag,
        )

    found = existing(store, project)
    done = projects.change(store, found.id, wanted, COMMAND, datetime.now(UTC))
    say("Open pages follow within a second.")
    for said in done.warnings:
        say(f"Warning: {said}", err=True)


def _edited(what: str, stands: Collection[str], added: list[str], removed: list[str]) -> set[str]:
    missing = set(removed) - {*stands, *added}
    if missing:
        raise Invalid(f"{listed(missing)} is no {what} of the project; it has {listed(stands)}.")
    return {*stands, *added} - set(removed)
