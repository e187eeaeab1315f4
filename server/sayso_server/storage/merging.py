"""Two histories that turn out to be one person's: everything changes hands, once."""

from uuid import UUID

from sqlalchemy import Table, and_, bindparam, delete, select, update

from sayso_server.storage import attributes, counting, ledger
from sayso_server.storage.tables import (
    decisions,
    event_counts,
    events,
    invitations,
    people,
    visitors,
)
from sayso_server.storage.transaction import Transaction, mine

_DELETE = delete(people).where(mine(people), people.c.id == bindparam("person"))


def hand_over(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    """Everything of the anonymous person becomes the person's, and the anonymous one is gone."""
    for table in (visitors, events, invitations):
        _hand_over(tx, table, anonymous, person)
    _hand_over_counts(tx, anonymous, person)
    _hand_over_decisions(tx, anonymous, person)
    attributes.hand_over(tx, anonymous, person)
    tx.run(_DELETE, person=anonymous)


def _hand_over(tx: Transaction, table: Table, anonymous: UUID, person: UUID) -> None:
    tx.run(
        update(table)
        .where(mine(table), table.c.person_id == bindparam("from_person"))
        .values(person_id=person),
        from_person=anonymous,
    )


def _hand_over_counts(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    theirs = and_(mine(event_counts), event_counts.c.person_id == bindparam("person"))
    rows = tx.run(select(event_counts).where(theirs), person=anonymous).mappings().all()
    tx.run(delete(event_counts).where(theirs), person=anonymous)
    if rows:
        counting.add(tx, [{**row, "person_id": person} for row in rows])


def _hand_over_decisions(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    theirs = and_(mine(decisions), decisions.c.person_id == bindparam("person"))
    rows = tx.run(select(decisions).where(theirs), person=anonymous).mappings().all()
    tx.run(delete(decisions).where(theirs), person=anonymous)
    if rows:
        ledger.add(tx, [{**row, "person_id": person} for row in rows])
