"""The audit trail: who changed what, and when. Each entry is also logged as one line."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.removing import remove_batch
from sayso_server.storage.database.tables import IDENTIFIER, audit

KEPT_FOR = timedelta(days=400)
COMMAND = "command"  # the actor of `sayso …` commands on the server's machine

log = logging.getLogger("sayso.audit")


class Action(StrEnum):
    """The stored names of actions."""

    PROJECT_CREATED = "project_created"
    PROJECT_CHANGED = "project_changed"
    PROJECT_DELETED = "project_deleted"
    KEY_MADE = "key_made"
    KEY_REVOKED = "key_revoked"
    IDENTITY_ROTATED = "identity_rotated"
    PERSON_EXPORTED = "person_exported"
    PERSON_ERASED = "person_erased"
    LOGIN_LINK_MADE = "login_link_made"
    LOGGED_IN = "logged_in"
    LOGIN_REFUSED = "login_refused"
    LOGGED_OUT = "logged_out"
    SESSION_ENDED = "session_ended"
    SURVEY_CREATED = "survey_created"
    SURVEY_CHANGED = "survey_changed"
    SURVEY_DELETED = "survey_deleted"
    SURVEY_PUBLISHED = "survey_published"
    SURVEY_PAUSED = "survey_paused"
    SURVEY_RESUMED = "survey_resumed"
    SURVEY_ENDED = "survey_ended"
    SEGMENT_CHANGED = "segment_changed"
    SEGMENT_DELETED = "segment_deleted"
    POLICY_CHANGED = "policy_changed"
    DEBUG_TOKEN_MADE = "debug_token_made"  # noqa: S105  # an action's name


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. `actor` is `command`, `key ID`, `session ID` or `stranger`; `subject` names what
    was changed, never a person; `details` are small and contain no secret."""

    action: Action
    actor: str
    subject: str = ""
    project_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def record(
    connection: Connection, entry: Entry, now: datetime, entry_id: UUID | None = None
) -> None:
    """Write an entry in the transaction that makes the change."""
    subject = entry.subject[:IDENTIFIER]
    connection.execute(
        audit.insert().values(
            id=entry_id or new_id(),
            project_id=entry.project_id,
            at=now,
            actor=entry.actor,
            action=entry.action.value,
            subject=subject,
            details=dict(entry.details),
        )
    )
    log.info(
        "%s by %s: %r in project %s %s",
        entry.action.value,
        entry.actor,
        subject,
        entry.project_id,
        json.dumps(entry.details),
    )


def amend(connection: Connection, entry_id: UUID, details: Mapping[str, Any]) -> None:
    """Replace an entry's details, such as its count."""
    connection.execute(update(audit).where(audit.c.id == entry_id).values(details=dict(details)))


def latest(
    connection: Connection,
    project_id: UUID | None,
    limit: int | None = None,
    *,
    since: datetime | None = None,
) -> list[Mapping[str, Any]]:
    """The latest entries of a project, or of the whole server, newest first."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if project_id is not None:
        query = query.where(audit.c.project_id == project_id)
    if since is not None:
        query = query.where(audit.c.at >= since)
    return [dict(row) for row in connection.execute(query).mappings()]


def prune(connection: Connection, now: datetime) -> int:
    """Delete a batch of entries older than KEPT_FOR. Returns how many were deleted."""
    return remove_batch(connection, audit, audit.c.at < now - KEPT_FOR)
