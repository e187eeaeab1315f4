"""Invitations as they are stored: found, changed, and held by a secret."""

import base64
import hashlib
import hmac
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, Update, bindparam, select, update

from sayso_server.decision.facts import EMBED, ENDED, Ask
from sayso_server.storage.tables import invitations
from sayso_server.storage.transaction import Transaction, mine

# The latest that decisions look at. Somebody who opens and closes a popup all day makes their own
# row of invitations longer, but no call slower.
ASKS_READ = 200
CLOSED = ("dismissed", "snoozed", "refused")  # ends that are counted when they are reached

_COLUMNS = (
    invitations.c.id,
    invitations.c.survey_id,
    invitations.c.version,
    invitations.c.person_id,
    invitations.c.state,
    invitations.c.available_at,
    invitations.c.expires_at,
    invitations.c.happened_at,
    invitations.c.needs_proof,
    invitations.c.lease_until,
    invitations.c.shown_at,
    invitations.c.ended_at,
    invitations.c.source,
    invitations.c.trigger_kind,
    invitations.c.trigger_id,
    invitations.c.claim_id,
    invitations.c.variant,
    invitations.c.proven,
)
_ASKS = (
    select(*_COLUMNS)
    .where(mine(invitations), invitations.c.person_id == bindparam("person"))
    .order_by(invitations.c.id.desc())
    .limit(ASKS_READ)
)
_UNSEEN = select(*_COLUMNS).where(
    mine(invitations),
    invitations.c.id == bindparam("invitation"),
    invitations.c.state.in_(("queued", "claimed")),
    invitations.c.trigger_kind != EMBED,
)


def asks_of(tx: Transaction, person: UUID) -> list[Row[Any]]:
    """The person's latest invitations, oldest first."""
    return list(tx.run(_ASKS, person=person))[::-1]


def as_ask(row: Row[Any]) -> Ask:
    """A row of `asks_of`, as decisions read it."""
    return Ask(
        id=row.id,
        survey_id=row.survey_id,
        version=row.version,
        state=row.state,
        available_at=row.available_at,
        expires_at=row.expires_at,
        happened_at=row.happened_at,
        needs_proof=row.needs_proof,
        lease_until=row.lease_until,
        shown_at=row.shown_at,
        ended_at=row.ended_at,
        embedded=row.trigger_kind == EMBED,
    )


_CHANGE = update(invitations).where(mine(invitations), invitations.c.id == bindparam("invitation"))


def secret_of(tx: Transaction, invitation: UUID, claim_id: str) -> str:
    """The 128-bit capability of one claim: derived from it, so that the same call asked again gets
    the same one; without the server's key it cannot be told from random bits."""
    said = invitation.bytes + claim_id.encode()
    bits = hmac.digest(tx.key, said, hashlib.sha256)[:16]
    return base64.urlsafe_b64encode(bits).rstrip(b"=").decode()


_ANSWERABLE = select(
    invitations.c.id,
    invitations.c.survey_id,
    invitations.c.version,
    invitations.c.person_id,
    invitations.c.state,
    invitations.c.trigger_kind,
    invitations.c.trigger_id,
    invitations.c.proven,
    invitations.c.language,
    invitations.c.variant,
    invitations.c.reserved,
    invitations.c.test,
    invitations.c.shown_at,
    invitations.c.started_at,
    invitations.c.completed_at,
    invitations.c.deleted_at,
).where(mine(invitations))
_SEEN = _ANSWERABLE.where(invitations.c.secret_hash == bindparam("hash"))
_HELD = _SEEN.with_for_update()
_ITSELF = _ANSWERABLE.where(invitations.c.id == bindparam("invitation"))
_LOCKED = _ITSELF.with_for_update()


def seen(tx: Transaction, secret: str) -> Row[Any] | None:
    """The invitation held by this secret."""
    return tx.run(_SEEN, hash=digest(secret)).first()


def held(tx: Transaction, secret: str) -> Row[Any] | None:
    """The invitation held by this secret, locked until the transaction ends."""
    return tx.run(_HELD, hash=digest(secret)).first()


def itself(tx: Transaction, invitation: UUID, *, locked: bool) -> Row[Any] | None:
    """The invitation of this id."""
    return tx.run(_LOCKED if locked else _ITSELF, invitation=invitation).first()


def change(tx: Transaction, invitation: UUID, **values: Any) -> None:
    """Set columns of one invitation."""
    new = {f"new_{column}": value for column, value in values.items()}
    tx.run(_change(tuple(values)), invitation=invitation, **new)


@cache
def _change(columns: tuple[str, ...]) -> Update:
    return _CHANGE.values({column: bindparam(f"new_{column}") for column in columns})


def unseen(tx: Transaction, invitation: UUID) -> Row[Any] | None:
    """The invitation, as `asks_of` has it; None when it was seen, is over, or stands in a page."""
    return tx.run(_UNSEEN, invitation=invitation).first()


def ended(state: str) -> bool:
    """Whether nothing more is awaited of an invitation in this state."""
    return state in ENDED


def measures_of(row: RowMapping) -> list[tuple[str, datetime]]:
    """What the invitation counts as in reports (shown, started, … how it ended), each with when."""
    # Deleting an answer has taken the later two out.
    left = ("shown",) if row["deleted_at"] else ("shown", "started", "completed")
    reached = [(step, row[f"{step}_at"]) for step in left]
    if row["state"] in CLOSED:
        reached.append((row["state"], row["ended_at"]))
    return [(measure, at) for measure, at in reached if at is not None]


def digest(secret: str) -> bytes:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).digest()
