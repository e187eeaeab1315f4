"""Members' sessions, on the command line."""

from datetime import UTC, datetime
from uuid import UUID

import click

from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.errors import SaysoError
from sayso_server.settings import from_environment
from sayso_server.storage import audit, sessions

TIME = "%Y-%m-%d %H:%M"


@click.command("sessions")
@click.argument("project", type=click.UUID, required=False)
def list_sessions(project: UUID | None) -> None:
    """List who is logged in, to one project or to any."""
    store = open_store(from_environment())
    if project is not None:
        existing(store, project)
    with store.read() as connection:
        found = list(sessions.open_ones(connection, project, datetime.now(UTC)))
    for one in found:
        since, seen = f"{one.created_at:{TIME}}", f"{one.last_seen_at:{TIME}}"
        times = f"since {since}, last seen {seen} UTC"
        say(f"{one.id}  {times}  {one.browser}  {one.project_name}")
    if not found:
        say("Nobody is logged in.")


@click.command("end-session")
@click.argument("session", type=click.UUID)
def end_session(session: UUID) -> None:
    """End a session at once; `sayso sessions` lists them."""
    store = open_store(from_environment())
    now = datetime.now(UTC)
    if not store.write(lambda c: sessions.end(c, session, audit.COMMAND, now)):
        raise SaysoError(f"There is no open session {session}; `sayso sessions` lists them.")
    say("The session is ended.")
