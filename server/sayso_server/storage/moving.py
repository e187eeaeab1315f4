"""How an invitation goes from state to state while its popup is in a page.

queued → claimed → shown → started → completed, or dismissed, snoozed, refused. A claim is leased:
without *shown* by `lease_until` it counts as queued again, whatever the row says.
"""

from typing import Any

from sqlalchemy import Row

from sayso_server.decision.facts import ENDED
from sayso_server.decision.rules import Quota
from sayso_server.storage import invitations, people, quotas, tail
from sayso_server.storage.quotas import QuotaOf
from sayso_server.storage.transaction import Transaction

# From which states a page may move an invitation, and which column keeps the moment.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "shown": (frozenset({"claimed"}), "shown_at"),
    "started": (frozenset({"claimed", "shown"}), "started_at"),
    "dismissed": (frozenset({"claimed", "shown", "started"}), "ended_at"),
    "snoozed": (frozenset({"claimed", "shown", "started"}), "ended_at"),
    "refused": (frozenset({"claimed", "shown", "started"}), "ended_at"),
}


def move(tx: Transaction, secret: str, state: str, quota_of: QuotaOf) -> str | None:
    """Move an invitation to a state and return where it stands; None for an unknown secret.

    A repeated or late call changes nothing and is no error. Raises Conflict when the popup was
    shown after its claim had lapsed and the survey's quota has no place left.
    """
    row = invitations.held(tx, secret)
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
