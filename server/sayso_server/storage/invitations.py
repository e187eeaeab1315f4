"""Invitations: how one is made, claimed, and goes from state to state.

queued → claimed → shown → started → completed, or dismissed, snoozed, refused. A claim is leased:
without *shown* by `lease_until` it counts as queued again, whatever the row says.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Update, bindparam, select, update

from sayso_server.decision.eligibility import expiry
from sayso_server.decision.model import ENDED, Ask, Moment, SurveyRules
from sayso_server.storage import due, people, tail
from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import invitations
from sayso_server.storage.transaction import Transaction, mine

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
class Added:
    """A new invitation; `secret` is set when it was claimed at once."""

    id: UUID
    available_at: datetime
    secret: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who takes an invitation: by which call, from which page, proven or not."""

    id: str
    language: str
    page_url: str
    proven: bool


_ASKS = (
    select(
        invitations.c.id,
        invitations.c.survey_id,
        invitations.c.version,
        invitations.c.state,
        invitations.c.available_at,
        invitations.c.expires_at,
        invitations.c.needs_proof,
        invitations.c.lease_until,
        invitations.c.shown_at,
        invitations.c.trigger_id,
        invitations.c.claim_id,
    )
    .where(mine(invitations), invitations.c.person_id == bindparam("person"))
    .order_by(invitations.c.id)
)


def asks_of(tx: Transaction, person: UUID) -> list[Row[Any]]:
    """Every invitation of the person, oldest first."""
    return list(tx.run(_ASKS, person=person))


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


_INSERT = invitations.insert()
_CHANGE = update(invitations).where(mine(invitations), invitations.c.id == bindparam("invitation"))


def add(
    tx: Transaction,
    person: UUID,
    survey: SurveyRules,
    moment: Moment,
    trigger_id: str,
    *,
    needs_proof: bool,
    by: Claim | None = None,
) -> Added:
    """A new invitation: queued, or claimed at once where a page (`by`) asks and no delay holds."""
    invitation = new_id()
    available_at = max(tx.now, moment.at + survey.trigger.delay)
    row = {
        "id": invitation,
        "survey_id": survey.id,
        "person_id": person,
        "source": moment.source,
        "trigger_kind": moment.kind,
        "trigger_id": trigger_id,
        "needs_proof": needs_proof,
        "created_at": tx.now,
        "available_at": available_at,
        "expires_at": expiry(survey, moment),
    }
    if by is not None and available_at <= tx.now:
        secret = secret_of(tx, invitation, by.id)
        tx.put_one(_INSERT, **row, **_claimed(tx, survey.version, by, secret))
        due.add(tx, due.OFFER, invitation, tx.now + LEASE)
        return Added(invitation, available_at, secret)
    tx.put_one(_INSERT, **row, state="queued", version=survey.version, proven=False)
    if available_at > tx.now:
        due.add(tx, due.OFFER, invitation, available_at)
    return Added(invitation, available_at, None)


def claim(tx: Transaction, invitation: UUID, version: int, by: Claim) -> str:
    """Lease a waiting invitation to one page and return the secret that page holds it by.

    The secret is derived from the claim, so that the same call asked again gets the same one;
    without the server's key it cannot be told from random bits.
    """
    secret = secret_of(tx, invitation, by.id)
    change(tx, invitation, **_claimed(tx, version, by, secret))
    due.add(tx, due.OFFER, invitation, tx.now + LEASE)
    return secret


def _claimed(tx: Transaction, version: int, by: Claim, secret: str) -> dict[str, Any]:
    return {
        "state": "claimed",
        "version": version,
        "claim_id": by.id,
        "secret_hash": _hash(secret),
        "lease_until": tx.now + LEASE,
        "language": by.language,
        "page_url": by.page_url,
        "proven": by.proven,
    }


def secret_of(tx: Transaction, invitation: UUID, claim_id: str) -> str:
    """The 128-bit capability of one claim."""
    said = invitation.bytes + claim_id.encode()
    bits = hmac.digest(tx.key, said, hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(bits).rstrip(b"=").decode()


_HELD = (
    select(
        invitations.c.id,
        invitations.c.survey_id,
        invitations.c.version,
        invitations.c.person_id,
        invitations.c.state,
        invitations.c.proven,
        invitations.c.shown_at,
        invitations.c.started_at,
        invitations.c.completed_at,
    )
    .where(mine(invitations), invitations.c.secret_hash == bindparam("hash"))
    .with_for_update()
)


def held(tx: Transaction, secret: str) -> Row[Any] | None:
    """The invitation held by this secret, locked until the transaction ends."""
    return tx.run(_HELD, hash=_hash(secret)).first()


def change(tx: Transaction, invitation: UUID, **values: Any) -> None:
    """Set columns of one invitation."""
    new = {f"new_{column}": value for column, value in values.items()}
    tx.run(_change(tuple(values)), invitation=invitation, **new)


@cache
def _change(columns: tuple[str, ...]) -> Update:
    return _CHANGE.values({column: bindparam(f"new_{column}") for column in columns})


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
    change(tx, row.id, **values)
    tail.count(tx, row.survey_id, counted, proven=row.proven)
    if state == "refused":
        people.refuse(tx, row.person_id)
    return state


def waiting_person(tx: Transaction, invitation: UUID) -> tuple[UUID, bool] | None:
    """The person to offer this invitation to, and whether only to a proven page; None when it no
    longer waits."""
    row = tx.run(
        select(invitations).where(mine(invitations), invitations.c.id == bindparam("invitation")),
        invitation=invitation,
    ).first()
    if row is None or not as_ask(row).waits(tx.now):
        return None
    return row.person_id, row.needs_proof


def ended(state: str) -> bool:
    """Whether nothing more is awaited of an invitation in this state."""
    return state in ENDED


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
