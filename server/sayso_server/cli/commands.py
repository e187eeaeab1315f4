"""The group of all commands, with `sayso serve` and `sayso db`."""

import sys
from typing import Any

import click

from sayso_server.cli import (
    audit,
    backup,
    changing,
    deleting,
    explaining,
    keys,
    pinned_script,
    projects,
    secret_key,
    sessions,
    simulation,
)
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.errors import Misconfigured, SaysoError
from sayso_server.settings import from_environment


class Group(click.Group):
    """Prints a SaysoError as one sentence on standard error, without a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SaysoError as error:
            say(f"sayso: {error.message}", err=True)
            sys.exit(2 if isinstance(error, Misconfigured) else 1)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sayso-server")
def sayso() -> None:
    """Sayso asks the right person at the right moment, and knows what the answers mean."""


@sayso.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8300,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; more than one needs PostgreSQL and Redis or Valkey.",
)
@click.option("--access-log", is_flag=True, help="Log each request, without secrets.")
def serve(host: str, port: int, workers: int, access_log: bool) -> None:
    """Start the server; the database schema is upgraded first."""
    from sayso_server.serve import serve as run  # noqa: PLC0415  # only `serve` loads gunicorn

    run(host, port, workers, access_log=access_log)


@sayso.group()
def db() -> None:
    """Upgrade or vacuum the database, or change its secret key."""


@db.command()
def upgrade() -> None:
    """Upgrade the schema to this version; does nothing if it is up to date."""
    open_store(from_environment())
    say("The schema is up to date.")


@db.command()
def vacuum() -> None:
    """Reclaim the space of deleted rows, so that no copy of them stays in the database's files.
    Writes are blocked meanwhile."""
    open_store(from_environment()).vacuum()
    say("The space of what was deleted is reclaimed.")


db.add_command(secret_key.change_key)
for command in (
    projects.list_projects,
    projects.create_project,
    changing.change_project,
    projects.pause_project,
    deleting.delete_project,
    projects.login_link,
    keys.list_keys,
    keys.create_key,
    keys.revoke_key,
    keys.rotate_identity,
    sessions.list_sessions,
    sessions.end_session,
    audit.show_audit,
    explaining.explain_person,
    explaining.make_debug_token,
    simulation.simulate_survey,
    pinned_script.export_script,
    backup.back_up,
):
    sayso.add_command(command)
sayso.add_command(changing.change_project, "extend-project")  # the old name
