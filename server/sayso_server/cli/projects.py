"""Projects, on the command line."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

import click

from sayso_server.administration import deletion
from sayso_server.administration import projects as administration
from sayso_server.administration.checks import checked_events, checked_origins
from sayso_server.administration.projects import Change
from sayso_server.api.identity import identity_secret
from sayso_server.cli.database import open_store
from sayso_server.errors import Invalid, Misconfigured
from sayso_server.settings import from_environment
from sayso_server.storage import login_links, projects
from sayso_server.storage.audit import COMMAND
from sayso_server.storage.projects import Project
from sayso_server.storage.store import Store

PAUSE = 0.02  # seconds between two batches of a deletion, in which a server may write
FOLLOW = "Open pages follow within a second."


@click.command("projects")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_projects(as_json: bool) -> None:
    """List every project: its id, its name, where its pages are."""
    with open_store(from_environment()).read() as connection:
        found = projects.all_of(connection)
    if as_json:
        click.echo(json.dumps([_plain(project) for project in found]))
        return
    for project in found:
        paused = "  (paused)" if project.paused else ""
        click.echo(f"{project.id}  {project.name}{paused}")
        click.echo(f"    public key {project.public_key}, pages on {_listed(project.origins)}")
        if project.tracked:
            click.echo(f"    collects {_listed(project.tracked)}")
    if not found:
        click.echo("There is no project yet; make one with `sayso create-project`.")


@click.command("create-project")
@click.argument("name")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    required=True,
    help="Where its pages are, as https://shop.example, or https://*.shop.example for every "
    "subdomain; may be repeated.",
)
@click.option(
    "--cool-down-days",
    default=7,
    show_default=True,
    type=click.IntRange(0, 3650),
    help="Days between two surveys to one person.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create_project(name: str, origins: tuple[str, ...], cool_down_days: int, as_json: bool) -> None:
    """Create a project and print its keys, this once."""
    checked = _option(checked_origins, origins)
    settings = from_environment()
    project, secret_key = administration.create(
        open_store(settings),
        name,
        checked,
        COMMAND,
        datetime.now(UTC),
        cool_down_days=cool_down_days,
    )
    kid = next(iter(project.kids))
    values = {
        "project": str(project.id),
        "public_key": project.public_key,
        "secret_key": secret_key,
        "identity_secret": identity_secret(settings.secret_key, project.id, kid),
    }
    if as_json:
        click.echo(json.dumps(values))
        return
    for field, value in values.items():
        click.echo(f"{field:16} {value}")


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
def change_project(
    project: str,
    name: str | None,
    origins: tuple[str, ...],
    removed: tuple[str, ...],
    tracked: tuple[str, ...],
    untracked: tuple[str, ...],
) -> None:
    """Rename a project; add and remove origins and collected events."""
    added, gone = _option(checked_origins, origins), _option(checked_origins, removed)
    collected, dropped = _option(checked_events, tracked), _option(checked_events, untracked)
    store = open_store(from_environment())

    def wanted(stands: Project) -> Change:
        return Change(
            name,
            _edited("origin", stands.origins, added, gone),
            _edited("collected event", stands.tracked, collected, dropped),
        )

    found = existing(store, project)
    administration.change(store, found.id, wanted, COMMAND, datetime.now(UTC))
    click.echo(FOLLOW)


@click.command("pause-project")
@click.argument("project")
@click.option("--resume", is_flag=True, help="Ask again.")
def pause_project(project: str, resume: bool) -> None:
    """The kill switch: nothing of the project is asked, within a second also on open pages."""
    store = open_store(from_environment())
    change, now = Change(paused=not resume), datetime.now(UTC)
    administration.change(store, existing(store, project).id, lambda _: change, COMMAND, now)
    click.echo("Asking again." if resume else "Nothing is asked any more.")


@click.command("delete-project")
@click.argument("project")
@click.option("--yes", is_flag=True, help="Do not ask for the project's name.")
def delete_project(project: str, yes: bool) -> None:
    """Delete a project with everything it holds: people, events, surveys, answers, keys."""
    store = open_store(from_environment())
    found = existing(store, project)
    confirmed = found.name if yes else _typed_name(found)
    administration.delete(store, found, confirmed, COMMAND, datetime.now(UTC))
    click.echo("Its pages and keys are refused from now on. Removing what is stored …", err=True)
    _remove_rows(store, found.id)
    click.echo(f"{found.name} is gone with everything it held.")


@click.command("login-link")
@click.argument("project")
def login_link(project: str) -> None:
    """Print a link that opens the project's results, once and within half an hour."""
    settings = from_environment()
    store = open_store(settings)
    found = existing(store, project)
    now = datetime.now(UTC)
    secret = store.write(lambda connection: login_links.create(connection, found.id, now))
    click.echo(f"{settings.public_url}/login#{secret}")


def existing(store: Store, project: str) -> Project:
    """The project with this id, or the only one with this name. Raises NotFound, Invalid."""
    return administration.find(store, project)


def _typed_name(project: Project) -> str:
    click.echo(f"{project.name} ({project.id}) is deleted for good, with everything it holds.")
    typed: str = click.prompt("Type its name to go on", default="", show_default=False)
    return typed


def _remove_rows(store: Store, project: UUID) -> None:
    """Beside a server, which does the same when it runs."""
    while (due := deletion.marked(store, datetime.now(UTC)).get(project)) is not None:
        if due:
            deletion.remove_batch(store, project)
        time.sleep(PAUSE)


def _option(check: Callable[[Iterable[str]], list[str]], values: tuple[str, ...]) -> list[str]:
    """Options are looked at before a database is opened, or even made."""
    try:
        return check(values)
    except Invalid as error:
        raise Misconfigured(error.message) from error


def _edited(
    what: str, stands: Sequence[str] | frozenset[str], added: list[str], removed: list[str]
) -> set[str]:
    missing = set(removed) - {*stands, *added}
    if missing:
        raise Invalid(f"{_listed(missing)} is no {what} of the project; it has {_listed(stands)}.")
    return {*stands, *added} - set(removed)


def _listed(values: Sequence[str] | frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(values)) or "none"


def _plain(project: Project) -> dict[str, object]:
    return {
        "project": str(project.id),
        "name": project.name,
        "public_key": project.public_key,
        "origins": sorted(project.origins),
        "tracked": list(project.tracked),
        "paused": project.paused,
        "created_at": project.created_at.isoformat(timespec="seconds"),
    }
