"""Merge an anonymous person into a user's person by moving all its rows."""

from uuid import UUID

from sqlalchemy import Table, and_, bindparam, delete, select, update

from sayso_server.storage.database.tables import (
    decisions,
    event_counts,
    events,
    invitations,
    people,
    visitors,
)
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.decisions import ledger
from sayso_server.storage.events import counting
from sayso_server.storage.people import attributes

_DELETE = delete(people).where(in_project(people), people.c.id == bindparam("person"))


def hand_over(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    """Move all rows of the anonymous person to the other one, then delete the anonymous person."""
    for table in (visitors, events, invitations):
        _hand_over(tx, table, anonymous, person)
    _hand_over_counts(tx, anonymous, person)
    _hand_over_decisions(tx, anonymous, person)
    attributes.hand_over(tx, anonymous, person)
    tx.run(_DELETE, person=anonymous)


def _hand_over(tx: Transaction, table: Table, anonymous: UUID, person: UUID) -> None:
    tx.run(
        update(table)
        .where(in_project(table), table.c.person_id == bindparam("from_person"))
        .values(person_id=person),
        from_person=anonymous,
    )


def _hand_over_counts(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    theirs = and_(in_project(event_counts), event_counts.c.person_id == bindparam("person"))
    rows = tx.run(select(event_counts).where(theirs), person=anonymous).mappings().all()
    tx.run(delete(event_counts).where(theirs), person=anonymous)
    if rows:
        counting.add(tx, [{**row, "person_id": person} for row in rows])


def _hand_over_decisions(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    theirs = and_(in_project(decisions), decisions.c.person_id == bindparam("person"))
    rows = tx.run(select(decisions).where(theirs), person=anonymous).mappings().all()
    tx.run(delete(decisions).where(theirs), person=anonymous)
    if rows:
        ledger.add(tx, [{**row, "person_id": person} for row in rows])
