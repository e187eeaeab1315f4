"""Commands for members' sessions."""

from datetime import UTC, datetime
from uuid import UUID

import click

from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.errors import SaysoError
from sayso_server.settings import from_environment
from sayso_server.storage.members import sessions
from sayso_server.storage.projects import audit

TIME = "%Y-%m-%d %H:%M"


@click.command("sessions")
@click.argument("project", required=False)
def list_sessions(project: str | None) -> None:
    """List the open sessions of one project or all."""
    store = open_store(from_environment())
    project_id = None if project is None else existing(store, project).id
    with store.read() as connection:
        rows = list(sessions.open_sessions(connection, project_id, datetime.now(UTC)))
    for row in rows:
        since, seen = f"{row.created_at:{TIME}}", f"{row.last_seen_at:{TIME}}"
        times = f"since {since}, last seen {seen} UTC"
        say(f"{row.id}  {times}  {row.browser}  {row.project_name}")
    if not rows:
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
