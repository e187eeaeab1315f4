"""How an invitation goes from state to state while its popup is in a page.

queued → claimed → shown → started → completed, or dismissed, snoozed, refused. A claim is leased:
without *shown* by `lease_until` it counts as queued again, whatever the row says. Before it is seen
an invitation may be over (cancelled, expired); but what was seen all the same is an ask.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sayso_server.decision.facts import ENDED
from sayso_server.decision.rules import Quota
from sayso_server.storage import invitations, ledger, people, quotas, tail, waiting
from sayso_server.storage.quotas import QuotaOf
from sayso_server.storage.transaction import Transaction

UNSEEN = frozenset({"claimed", "cancelled", "expired"})
# From which states a page may move an invitation, and which column keeps the moment.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "shown": (UNSEEN, "shown_at"),
    "started": (UNSEEN | {"shown"}, "started_at"),
    "dismissed": (UNSEEN | {"shown", "started"}, "ended_at"),
    "snoozed": (UNSEEN | {"shown", "started"}, "ended_at"),
    "refused": (UNSEEN | {"shown", "started"}, "ended_at"),
}
CLOSED = "closed"  # no state: the popup is gone, and what was said before stands


@dataclass(frozen=True, slots=True)
class Stands:
    """Where an invitation stands. `over` when no popup of it is open any more; `next_at` is when
    the page may ask for something else that waits for the person."""

    state: str
    person: UUID
    over: bool
    next_at: datetime | None


def move(tx: Transaction, secret: str, state: str, quota_of: QuotaOf) -> Stands | None:
    """Move an invitation to a state and return where it stands; None for an unknown secret.

    A repeated or late call changes nothing and is no error. Raises Conflict when the popup was
    shown after its claim had lapsed and the survey's quota has no place left.
    """
    row = invitations.held(tx, secret)
    if row is None:
        return None
    stands = _close(tx, row) if state == CLOSED else _move(tx, row, state, quota_of)
    others = [ask for ask in waiting.what_waits(tx, row.person_id) if ask.id != row.id]
    told = [ask.available_at for ask in others if row.proven or not ask.needs_proof]
    over = state == CLOSED or invitations.ended(stands)
    return Stands(stands, row.person_id, over, min(told, default=None))


def _close(tx: Transaction, row: Row[Any]) -> str:
    """Who closes a popup after an answer leaves the answer as it is."""
    if row.state == "claimed":
        invitations.change(tx, row.id, lease_until=tx.now)
    elif row.state in ("shown", "started"):
        invitations.change(tx, row.id, ended_at=tx.now)
    if row.reserved and not invitations.ended(row.state):
        quotas.give_back(tx, row.survey_id, row.id)
    return str(row.state)


def _move(tx: Transaction, row: Row[Any], state: str, quota_of: QuotaOf) -> str:
    came_from, column = MOVES[state]
    if row.state not in came_from:
        return str(row.state)
    values: dict[str, Any] = {"state": state, "ended_at": None, column: tx.now}
    counted = [state]
    if row.shown_at is None:
        ledger.record_seen(tx, row)
        if state != "shown":  # answered or closed within its first second
            values["shown_at"] = tx.now
            counted.append("shown")
    if row.reserved:
        _move_place(tx, row, state, quota_of(row.survey_id, row.version))
    invitations.change(tx, row.id, **values)
    tail.count(tx, row, counted)
    if state == "refused":
        people.refuse(tx, row.person_id)
    return state


def _move_place(tx: Transaction, row: Row[Any], state: str, quota: Quota | None) -> None:
    """Keep the survey's quota true while a popup is shown or closed."""
    if quota is None:
        return
    if row.shown_at is None:
        quotas.use_shown(tx, row.survey_id, quota, row.id)
    if state in ENDED:
        quotas.give_back(tx, row.survey_id, row.id)
