"""Change the state of an invitation while its popup is on a page.

queued → claimed → shown → started → completed, or dismissed, snoozed, refused. A claim is leased:
if the popup is not shown by `lease_until`, the invitation counts as queued again, though its row
still says claimed. An unseen invitation may be cancelled or expire. If a page shows it anyway, it
moves to *shown* like any other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.asking import claim_waiting
from sayso_server.asking.project_cache import ProjectCache
from sayso_server.decision.facts import ENDED
from sayso_server.decision.rules import Quota
from sayso_server.storage.counts import count_deltas
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.decisions import ledger
from sayso_server.storage.invitations import invitations, quotas
from sayso_server.storage.invitations.invitations import InvitationRow
from sayso_server.storage.people import people

UNSEEN = frozenset({"claimed", "cancelled", "expired"})
# For each target state: the states a page may move from, and the column for the time.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "shown": (UNSEEN, "shown_at"),
    "started": (UNSEEN | {"shown"}, "started_at"),
    "dismissed": (UNSEEN | {"shown", "started"}, "ended_at"),
    "snoozed": (UNSEEN | {"shown", "started"}, "ended_at"),
    "refused": (UNSEEN | {"shown", "started"}, "ended_at"),
}
CLOSED = "closed"  # not a state: closes the popup, keeps its answers


@dataclass(frozen=True, slots=True)
class MovedTo:
    """The invitation's state after a move. `over` is True when its popup is closed; `next_at` is
    when the page may claim the person's next waiting invitation."""

    state: str
    person: UUID
    over: bool
    next_at: datetime | None


def move(tx: Transaction, cache: ProjectCache, secret: str, state: str) -> MovedTo | None:
    """Move an invitation to a state, or leave it unchanged if it cannot move there: calls are
    idempotent. None for an unknown secret.

    Raises Conflict when the popup was shown after its claim had lapsed and the survey's quota is
    full.
    """
    row = invitations.lock_to_move(tx, secret)
    if row is None:
        return None
    new_state = _close(tx, row) if state == CLOSED else _move(tx, cache, row, state)
    over = state == CLOSED or invitations.ended(new_state)
    return MovedTo(new_state, row.person_id, over, _next_at(tx, row))


def _next_at(tx: Transaction, row: InvitationRow) -> datetime | None:
    if not row.others_may_wait:
        return None
    return min(
        (
            other.available_at
            for other in claim_waiting.waiting_of(tx, row.person_id)
            if other.id != row.id and (row.proven or not other.needs_proof)
        ),
        default=None,
    )


def _close(tx: Transaction, row: InvitationRow) -> str:
    """Record that the popup was closed, without changing the state."""
    if row.state == "claimed":
        invitations.change(tx, row.id, lease_until=tx.now)
    elif row.state in ("shown", "started"):
        invitations.change(tx, row.id, ended_at=tx.now)
    if row.reserved and not invitations.ended(row.state):
        quotas.give_back(tx, row.survey_id, row.id)
    return str(row.state)


def _move(tx: Transaction, cache: ProjectCache, row: InvitationRow, state: str) -> str:
    from_states, column = MOVES[state]
    if row.state not in from_states:
        return str(row.state)
    values: dict[str, Any] = {"state": state, "ended_at": None, column: tx.now}
    measures = [state]
    if row.shown_at is None:
        ledger.record_seen(tx, row)
        if state != "shown":  # answered or closed within its first second
            values["shown_at"] = tx.now
            measures.append("shown")
    if row.reserved:
        _move_reservation(tx, row, state, cache.quota_of(tx, row.survey_id, row.version))
    invitations.change(tx, row.id, **values)
    count_deltas.count(tx, row, measures)
    if state == "refused":
        people.refuse(tx, row.person_id)
    return state


def _move_reservation(tx: Transaction, row: InvitationRow, state: str, quota: Quota | None) -> None:
    """Use the reserved place when the popup is first shown; give it back when it is closed."""
    if quota is None:
        return
    if row.shown_at is None:
        quotas.use_shown(tx, row.survey_id, quota, row.id)
    if state in ENDED:
        quotas.give_back(tx, row.survey_id, row.id)
