"""Commands for projects."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import click

from sayso_server.administration import projects as administration
from sayso_server.administration.checks import checked_language, checked_origins
from sayso_server.administration.projects import ProjectChange
from sayso_server.cli.database import open_store, public_url
from sayso_server.cli.output import say
from sayso_server.errors import Invalid, Misconfigured
from sayso_server.settings import from_environment
from sayso_server.storage.database.store import Store
from sayso_server.storage.members import login_links
from sayso_server.storage.projects import projects
from sayso_server.storage.projects.audit import COMMAND
from sayso_server.storage.projects.projects import Project
from sayso_server.tokens.identity import identity_secret

T = TypeVar("T")
Value = TypeVar("Value")


@click.command("projects")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_projects(as_json: bool) -> None:
    """List all projects: id, name, public key, origins."""
    with open_store(from_environment()).read() as connection:
        all_projects = projects.all_of(connection)
    if as_json:
        say(json.dumps([_plain(project) for project in all_projects]))
        return
    for project in all_projects:
        paused = "  (paused)" if project.paused else ""
        say(f"{project.id}  {project.name}{paused}")
        say(f"    public key {project.public_key}, pages on {listed(project.origins)}")
        if project.tracked:
            say(f"    collects {listed(project.tracked)}")
    if not all_projects:
        say("There is no project yet; make one with `sayso create-project`.")


@click.command("create-project")
@click.argument("name")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    required=True,
    help="An origin of its pages, as https://shop.example, or https://*.shop.example for every "
    "subdomain; repeatable.",
)
@click.option(
    "--cool-down-days",
    default=7,
    show_default=True,
    type=click.IntRange(0, 3650),
    help="Days between two surveys to one person.",
)
@click.option(
    "--language",
    default=projects.LANGUAGE,
    show_default=True,
    help="The language of texts without one, as de or pt-BR.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create_project(
    name: str, origins: tuple[str, ...], cool_down_days: int, language: str, as_json: bool
) -> None:
    """Create a project and print its keys; they are shown only this once."""
    checked = option(checked_origins, origins)
    tag = option(checked_language, language)
    settings = from_environment()
    project, secret_key = administration.create(
        open_store(settings),
        name,
        checked,
        COMMAND,
        datetime.now(UTC),
        cool_down_days=cool_down_days,
        language=tag,
    )
    kid = next(iter(project.kids))
    values = {
        "project": str(project.id),
        "public_key": project.public_key,
        "secret_key": secret_key,
        "identity_secret": identity_secret(settings.secret_key, project.id, kid),
    }
    if as_json:
        say(json.dumps(values))
        return
    for field, value in values.items():
        say(f"{field:16} {value}")


@click.command("pause-project")
@click.argument("project")
@click.option("--resume", is_flag=True, help="Ask again.")
def pause_project(project: str, resume: bool) -> None:
    """The kill switch: stop all surveys of a project, within a second also on open pages."""
    store = open_store(from_environment())
    change, now = ProjectChange(paused=not resume), datetime.now(UTC)
    administration.change(store, existing(store, project).id, lambda _: change, COMMAND, now)
    say("Asking again." if resume else "Nothing is asked any more.")


@click.command("login-link")
@click.argument("project")
def login_link(project: str) -> None:
    """Print a link to the project's results. It works once, within half an hour."""
    store = open_store(from_environment())
    found = existing(store, project)
    now = datetime.now(UTC)
    secret = store.write(lambda connection: login_links.create(connection, found.id, COMMAND, now))
    say(f"{public_url(store)}/login#{secret}")


def existing(store: Store, project: str) -> Project:
    """The project with this id, or the only one with this name. Raises NotFound, Invalid."""
    return administration.find(store, project)


def option(check: Callable[[Value], T], value: Value) -> T:
    """Validate an option before a database is opened or created. Raises Misconfigured."""
    try:
        return check(value)
    except Invalid as error:
        raise Misconfigured(error.message) from error


def listed(values: Iterable[str]) -> str:
    """The values, sorted and comma-separated; "none" if there are none."""
    return ", ".join(sorted(values)) or "none"


def _plain(project: Project) -> dict[str, object]:
    return {
        "project": str(project.id),
        "name": project.name,
        "public_key": project.public_key,
        "origins": sorted(project.origins),
        "tracked": list(project.tracked),
        "paused": project.paused,
        "language": project.language,
        "created_at": project.created_at.isoformat(timespec="seconds"),
    }
