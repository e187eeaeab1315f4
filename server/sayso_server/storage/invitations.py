"""Invitations: how one is made, claimed, and goes from state to state.

queued → claimed → shown → started → completed, or dismissed, snoozed, refused. A claim is leased:
without *shown* by `lease_until` it counts as queued again, whatever the row says.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update

from sayso_server.decision.model import ENDED, Ask, Moment, SurveyRules
from sayso_server.storage import due, people, tail
from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import invitations
from sayso_server.storage.transaction import Transaction

LEASE = timedelta(seconds=15)

# From which states a page may move an invitation, and which column keeps the moment.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "shown": (frozenset({"claimed"}), "shown_at"),
    "started": (frozenset({"claimed", "shown"}), "started_at"),
    "dismissed": (frozenset({"claimed", "shown", "started"}), "ended_at"),
    "snoozed": (frozenset({"claimed", "shown", "started"}), "ended_at"),
    "refused": (frozenset({"claimed", "shown", "started"}), "ended_at"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Who takes an invitation: by which call, from which page, proven or not."""

    id: str
    language: str
    page_url: str
    proven: bool


def asks_of(tx: Transaction, person: UUID) -> list[Row[Any]]:
    """Every invitation of the person, oldest first."""
    columns = invitations.c
    return list(
        tx.execute(
            select(
                columns.id,
                columns.survey_id,
                columns.version,
                columns.state,
                columns.available_at,
                columns.expires_at,
                columns.needs_proof,
                columns.lease_until,
                columns.shown_at,
                columns.trigger_id,
                columns.claim_id,
            )
            .where(columns.project_id == tx.project_id, columns.person_id == person)
            .order_by(columns.id)
        )
    )


def as_ask(row: Row[Any]) -> Ask:
    """A row of `asks_of`, as decisions read it."""
    return Ask(
        id=row.id,
        survey_id=row.survey_id,
        version=row.version,
        state=row.state,
        available_at=row.available_at,
        expires_at=row.expires_at,
        needs_proof=row.needs_proof,
        lease_until=row.lease_until,
        shown_at=row.shown_at,
    )


def add(
    tx: Transaction,
    person: UUID,
    survey: SurveyRules,
    moment: Moment,
    trigger_id: str,
    expires_at: datetime,
    *,
    needs_proof: bool,
) -> tuple[UUID, datetime]:
    """A queued invitation. Returns its id and the moment from which it may be claimed."""
    invitation = new_id()
    available_at = max(tx.now, moment.at + survey.trigger.delay)
    tx.execute(
        invitations.insert().values(
            project_id=tx.project_id,
            id=invitation,
            survey_id=survey.id,
            version=survey.version,
            person_id=person,
            state="queued",
            source=moment.source,
            trigger_kind=moment.kind,
            trigger_id=trigger_id,
            needs_proof=needs_proof,
            proven=False,
            created_at=tx.now,
            available_at=available_at,
            expires_at=expires_at,
        )
    )
    if available_at > tx.now:
        due.add(tx, due.OFFER, invitation, available_at)
    return invitation, available_at


def claim(tx: Transaction, invitation: UUID, version: int, by: Claim) -> str:
    """Lease the invitation to one page and return the secret that page holds it by.

    The secret is derived from the claim, so that the same call asked again gets the same one;
    without the server's key it cannot be told from random bits.
    """
    secret = secret_of(tx, invitation, by.id)
    tx.execute(
        update(invitations)
        .where(invitations.c.project_id == tx.project_id, invitations.c.id == invitation)
        .values(
            state="claimed",
            version=version,
            claim_id=by.id,
            secret_hash=_hash(secret),
            lease_until=tx.now + LEASE,
            language=by.language,
            page_url=by.page_url,
            proven=by.proven,
        )
    )
    due.add(tx, due.OFFER, invitation, tx.now + LEASE)
    return secret


def secret_of(tx: Transaction, invitation: UUID, claim_id: str) -> str:
    """The 128-bit capability of one claim."""
    said = invitation.bytes + claim_id.encode()
    bits = hmac.digest(tx.key, said, hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(bits).rstrip(b"=").decode()


def held(tx: Transaction, secret: str) -> Row[Any] | None:
    """The invitation held by this secret, locked until the transaction ends."""
    return tx.execute(
        select(invitations)
        .where(
            invitations.c.project_id == tx.project_id, invitations.c.secret_hash == _hash(secret)
        )
        .with_for_update()
    ).first()


def move(tx: Transaction, secret: str, state: str) -> str | None:
    """Move an invitation to a state and return where it stands; None for an unknown secret.

    A repeated or late call changes nothing and is no error.
    """
    row = held(tx, secret)
    if row is None:
        return None
    came_from, column = MOVES[state]
    if row.state not in came_from:
        return str(row.state)
    values: dict[str, Any] = {"state": state, column: tx.now}
    counted = [state]
    if row.shown_at is None and state != "shown":  # answered or closed within its first second
        values["shown_at"] = tx.now
        counted.append("shown")
    tx.execute(
        update(invitations)
        .where(invitations.c.project_id == tx.project_id, invitations.c.id == row.id)
        .values(**values)
    )
    tail.count(tx, row.survey_id, counted, row.proven)
    if state == "refused":
        people.refuse(tx, row.person_id)
    return state


def waiting_person(tx: Transaction, invitation: UUID) -> tuple[UUID, bool] | None:
    """The person to offer this invitation to, and whether only to a proven page; None when it no
    longer waits."""
    row = tx.execute(
        select(invitations).where(
            invitations.c.project_id == tx.project_id, invitations.c.id == invitation
        )
    ).first()
    if row is None or not as_ask(row).waits(tx.now):
        return None
    return row.person_id, row.needs_proof


def ended(state: str) -> bool:
    """Whether nothing more is awaited of an invitation in this state."""
    return state in ENDED


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
