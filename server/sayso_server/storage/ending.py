"""How an invitation is over before anybody has seen it: an event cancels it, or its time ends."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, or_, update

from sayso_server.decision.decisions import Decision
from sayso_server.decision.facts import EMBED
from sayso_server.decision.reasons import Reason
from sayso_server.storage import due, invitations, ledger, people
from sayso_server.storage.tables import invitations as table
from sayso_server.storage.transaction import Transaction, mine

_CANCEL = (
    update(table)
    .where(
        mine(table),
        table.c.person_id == bindparam("person"),
        table.c.survey_id.in_(bindparam("surveys", expanding=True)),
        table.c.happened_at < bindparam("cancelled_at"),
        table.c.trigger_kind != EMBED,
        or_(
            table.c.state == "queued",
            and_(table.c.state == "claimed", table.c.lease_until <= bindparam("now")),
        ),
    )
    .values(state="cancelled", ended_at=bindparam("now"))
    .returning(table.c.survey_id, table.c.version, table.c.trigger_id)
)


def cancel(
    tx: Transaction, person: UUID, surveys: Collection[UUID], event: str, at: datetime
) -> None:
    """An event has come that cancels what waits of these surveys since before it. What a page holds
    at this moment may be on the screen already, and stays."""
    rows = tx.run(_CANCEL, person=person, surveys=[*surveys], cancelled_at=at, now=tx.now)
    for row in rows.all():
        saw = {"event": event, "at": at}
        decision = Decision(row.survey_id, Reason.CANCELLED, row.version, saw)
        ledger.record(tx, person, decision, row.trigger_id)


def end(tx: Transaction, row: Row[Any], decision: Decision) -> None:
    """End the invitation of this row, for the reason of the decision."""
    invitations.change(tx, row.id, state=decision.reason.value, ended_at=tx.now)
    ledger.record(tx, row.person_id, decision, row.trigger_id)


def look(tx: Transaction, invitation: UUID) -> Row[Any] | None:
    """The invitation, if it may be offered now. One whose time to ask has ended is over; any other
    is looked at again when its time ends."""
    found = invitations.unseen(tx, invitation)
    if found is None:
        return None
    people.hold_by_id(tx, found.person_id)
    row = invitations.unseen(tx, invitation)
    if row is None:
        return None
    ask = invitations.as_ask(row)
    if ask.held(tx.now):  # it is looked at when the claim lapses
        return None
    if tx.now >= ask.expires_at:
        end(tx, row, Decision(row.survey_id, Reason.EXPIRED, row.version))
        return None
    available = ask.available_at <= tx.now
    due.add(tx, due.LOOK, invitation, ask.expires_at if available else ask.available_at)
    return row if available else None
