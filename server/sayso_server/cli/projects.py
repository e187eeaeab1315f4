"""Projects and their keys, on the command line."""

import json
import re
from datetime import UTC, datetime
from uuid import UUID

import click

from sayso_server.api.identity import identity_secret
from sayso_server.cli.database import open_store
from sayso_server.decision.page_rules import origin_of
from sayso_server.errors import Misconfigured, SaysoError
from sayso_server.settings import from_environment
from sayso_server.storage import login_links, projects
from sayso_server.storage.projects import Project
from sayso_server.storage.store import Store
from sayso_server.texts import NoTag, canonical

_ORIGIN = re.compile(r"https?://[^/?#@\s]+/?", re.IGNORECASE)


@click.command("create-project")
@click.argument("name")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    required=True,
    help="Where its pages are, as https://shop.example; may be repeated.",
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
    help="Of texts that name none, as de or pt-BR.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create_project(
    name: str, origins: tuple[str, ...], cool_down_days: int, language: str, as_json: bool
) -> None:
    """Create a project and print its keys, this once."""
    checked = [_origin(origin) for origin in origins]
    tag = _language(language)
    settings = from_environment()
    now = datetime.now(UTC)
    project, secret_key = open_store(settings).write(
        lambda c: projects.create_with_key(
            c, name, checked, now, cool_down_days=cool_down_days, language=tag
        )
    )
    kid = next(iter(project.kids))
    _print(
        {
            "project": str(project.id),
            "public_key": project.public_key,
            "secret_key": secret_key,
            "identity_secret": identity_secret(settings.secret_key, project.id, kid),
        },
        as_json=as_json,
    )


@click.command("extend-project")
@click.argument("project", type=click.UUID)
@click.option("--origin", "origins", multiple=True, help="A further origin; may be repeated.")
@click.option(
    "--track",
    "tracked",
    multiple=True,
    help="An event of pages to collect though no survey names it; may be repeated.",
)
def extend_project(project: UUID, origins: tuple[str, ...], tracked: tuple[str, ...]) -> None:
    """Allow further origins, or collect further events."""
    checked = [_origin(origin) for origin in origins]
    store = open_store(from_environment())
    existing(store, project)
    store.write(lambda c: projects.extend(c, project, origins=checked, tracked=tracked))
    click.echo("Open pages follow within a second.")


@click.command("create-key")
@click.argument("project", type=click.UUID)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["events", "read", "manage"]),
    default=("events",),
    show_default=True,
    help="What the key may do; may be repeated.",
)
def create_key(project: UUID, scopes: tuple[str, ...]) -> None:
    """Make a further secret key and print it, this once."""
    store = open_store(from_environment())
    existing(store, project)
    now = datetime.now(UTC)
    click.echo(store.write(lambda c: projects.add_secret_key(c, project, scopes, now)))


@click.command("revoke-key")
@click.argument("key")
def revoke_key(key: str) -> None:
    """Make a secret key worthless."""
    now = datetime.now(UTC)
    store = open_store(from_environment())
    with store.read() as connection:
        if projects.by_secret_key(connection, key) is None:
            raise SaysoError("No project has this secret key, or it was revoked before.")
    store.write(lambda c: projects.revoke_secret_key(c, key, now))
    click.echo("The key opens nothing any more.")


@click.command("rotate-identity")
@click.argument("project", type=click.UUID)
@click.option("--retire", metavar="KID", help="Refuse tokens of this earlier key from now on.")
def rotate_identity(project: UUID, retire: str | None) -> None:
    """Make a new identity secret; earlier ones stay valid until retired."""
    settings = from_environment()
    store = open_store(settings)
    kids = existing(store, project).kids
    now = datetime.now(UTC)
    if retire:
        if retire not in kids:
            raise SaysoError(f"The project has no identity key {retire}, or it was retired before.")
        store.write(lambda c: projects.retire_identity_key(c, project, retire, now))
        click.echo(f"Tokens signed with {retire} are refused from now on.")
        return
    kid = store.write(lambda c: projects.add_identity_key(c, project, now))
    click.echo(identity_secret(settings.secret_key, project, kid))


@click.command("pause-project")
@click.argument("project", type=click.UUID)
@click.option("--resume", is_flag=True, help="Ask again.")
def pause_project(project: UUID, resume: bool) -> None:
    """The kill switch: nothing of the project is asked, within a second also on open pages."""
    store = open_store(from_environment())
    existing(store, project)
    store.write(lambda connection: projects.set_paused(connection, project, paused=not resume))
    click.echo("Asking again." if resume else "Nothing is asked any more.")


@click.command("login-link")
@click.argument("project", type=click.UUID)
def login_link(project: UUID) -> None:
    """Print a link that opens the project's results, once and within half an hour."""
    settings = from_environment()
    store = open_store(settings)
    existing(store, project)
    now = datetime.now(UTC)
    secret = store.write(lambda connection: login_links.create(connection, project, now))
    click.echo(f"{settings.public_url}/login#{secret}")


def existing(store: Store, project: UUID) -> Project:
    """The project. Raises SaysoError when there is none."""
    with store.read() as connection:
        found = projects.by_id(connection, project)
    if found is None:
        raise SaysoError(f"There is no project {project}.")
    return found


def _language(value: str) -> str:
    try:
        return canonical(value)
    except NoTag as error:
        raise Misconfigured(f"--language is {value!r}. {error}") from error


def _origin(value: str) -> str:
    """As browsers send it: without a default port, a name beyond ASCII in its punycode."""
    origin = origin_of(value.strip())
    if origin is None or _ORIGIN.fullmatch(value.strip()) is None:
        raise Misconfigured(
            f"--origin is {value!r}; write scheme and host only, as https://shop.example"
        )
    return origin


def _print(values: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(values))
        return
    for name, value in values.items():
        click.echo(f"{name:16} {value}")
