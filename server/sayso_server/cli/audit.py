"""`sayso audit`: who changed what, and when."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import click

from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.decision.counted import counted
from sayso_server.settings import from_environment
from sayso_server.storage.database.store import Store
from sayso_server.storage.projects import audit


@click.command("audit")
@click.argument("project", required=False)
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1, audit.KEPT_FOR.days),
    help="How far back.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_audit(project: str | None, days: int, as_json: bool) -> None:
    """Show who changed what, newest first: in one project, or on the whole server."""
    since = datetime.now(UTC) - timedelta(days=days)
    store = open_store(from_environment())
    project_id = None if project is None else _project_id(store, project)
    with store.read() as connection:
        entries = audit.latest(connection, project_id, since=since)
    if as_json:
        say(json.dumps([_plain(entry) for entry in entries]))
        return
    for entry in entries:
        say(_line(entry))
    if not entries:
        say(f"Nothing was recorded in the last {counted(days, 'day')}.")


def _project_id(store: Store, project: str) -> UUID:
    """The id of a project. An id is not looked up, as audit entries outlive a deleted project."""
    try:
        return UUID(project)
    except ValueError:
        return existing(store, project).id


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    project_id = entry["project_id"]
    return {
        "at": entry["at"].isoformat(),
        "action": entry["action"],
        "actor": entry["actor"],
        "subject": entry["subject"],
        "project": project_id and str(project_id),
        "details": entry["details"],
    }


def _line(entry: Mapping[str, Any]) -> str:
    """One line. The subject is quoted, so that it cannot look like another column."""
    project_id, details = entry["project_id"], entry["details"]
    columns = (
        f"{entry['at']:%Y-%m-%d %H:%M:%S} UTC",
        entry["action"],
        json.dumps(entry["subject"], ensure_ascii=False) if entry["subject"] else "",
        f"by {entry['actor']}",
        f"in project {project_id}" if project_id else "",
        json.dumps(details) if details else "",
    )
    return "  ".join(column for column in columns if column)
