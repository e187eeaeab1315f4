"""End an invitation that nobody has seen: an event cancels it, or it expires."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.reasons import Reason
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.decisions import ledger
from sayso_server.storage.invitations import due_work, invitations
from sayso_server.storage.invitations.invitations import InvitationRow
from sayso_server.storage.people import people


def cancel(
    tx: Transaction, person: UUID, surveys: Collection[UUID], event: str, at: datetime
) -> None:
    """Cancel the person's waiting invitations to these surveys, if triggered before the event. A
    leased invitation is not cancelled, because it may already be on the screen."""
    for row in invitations.cancel_waiting(tx, person, surveys, at):
        saw = {"event": event, "at": at}
        decision = Decision(row.survey_id, Reason.CANCELLED, row.version, saw)
        ledger.record(tx, person, decision, row.trigger_id)


def end(tx: Transaction, row: InvitationRow, decision: Decision) -> None:
    """End the invitation; the decision's reason becomes its state."""
    invitations.change(tx, row.id, state=decision.reason.value, ended_at=tx.now)
    ledger.record(tx, row.person_id, decision, row.trigger_id)


def look(tx: Transaction, invitation_id: UUID) -> InvitationRow | None:
    """Check an unseen invitation that is due: end it if it has expired, otherwise schedule the next
    check. Returns its row if it may be offered to the person's pages now."""
    unlocked = invitations.unseen(tx, invitation_id)
    if unlocked is None:
        return None
    people.lock_by_id(tx, unlocked.person_id)
    row = invitations.unseen(tx, invitation_id)
    if row is None:
        return None
    invitation = invitations.as_invitation(row)
    if invitation.held(tx.now):  # a check is scheduled for the end of the lease
        return None
    if tx.now >= invitation.expires_at:
        end(tx, row, Decision(row.survey_id, Reason.EXPIRED, row.version))
        return None
    available = invitation.available_at <= tx.now
    next_look = invitation.expires_at if available else invitation.available_at
    due_work.add(tx, due_work.LOOK, invitation_id, next_look)
    return row if available else None
