"""Export or erase everything stored about a person.

A test checks that every table with personal data is listed here. A person is identified by a user
id or a visitor id; both lead to the same person once the visitor is linked to the user.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, delete, select, update

from sayso_server.storage.counts import uncounting
from sayso_server.storage.database.tables import (
    answers,
    decisions,
    event_counts,
    events,
    invitations,
    reservations,
    visitors,
)
from sayso_server.storage.database.tables import people as persons
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.invitations import due_work
from sayso_server.storage.invitations.invitations import as_invitation
from sayso_server.storage.people import people, tombstones
from sayso_server.storage.people.people import KnownPerson
from sayso_server.storage.people.tombstones import Identifier, hash_for
from sayso_server.storage.projects import projects

Row = Mapping[str, Any]

BY_PERSON = (visitors, events, event_counts, invitations, decisions)
BY_INVITATION = (answers, reservations)


def export(tx: Transaction, identifier: Identifier) -> dict[str, Any] | None:
    """Everything stored about the person, by table; None when nothing is stored.

    `claimed_by` lists visitors of other people whose pages claimed this user id without proof.
    `tester` is True when the project's test mode names the user.
    """
    known = people.find_page_person(tx, identifier[1] or "", identifier[0])
    user_id = identifier[0] if known is None else known.user_id
    claims, tester = _claims(tx, user_id, known), _is_tester(tx, user_id)
    if known is None and not claims and not tester:
        return None
    person = None if known is None else _person(tx, known.id)
    return {"person": person, "claimed_by": claims, "tester": tester}


def erase(tx: Transaction, identifier: Identifier) -> tuple[UUID, ...] | None:
    """Erase the person, and remove the answers from the report counts. A keyed hash of each
    identifier remains, so that late resends are refused and "never again" is kept.

    Returns the person's id, if there was a person, so that open pages can be told to reconnect;
    None when nothing was stored.
    """
    known = people.lock(tx, identifier[1] or "", identifier[0])
    user_id = identifier[0] if known is None else known.user_id
    named = _forget_user_id(tx, user_id, known)
    if known is None and not named:
        return None
    rows = _of_person(tx, visitors, known.id) if known else []
    erased: list[Identifier] = [(None, row["visitor"]) for row in rows]
    if user_id is not None:
        erased.insert(0, (user_id, None))
    hashes = [hash_for(tx, identifier) for identifier in erased]
    tombstones.add(tx, hashes, refused=known is not None and known.refused)
    if known is None:
        return ()
    _erase_person(tx, known.id)
    return (known.id,)


def _erase_person(tx: Transaction, person: UUID) -> None:
    # Storing an answer locks its invitation, so no answer can be stored during the erasure.
    rows = tx.run(_of(person).order_by(invitations.c.id).with_for_update()).all()
    uncounting.take_out(tx, person)
    # The times at which due work on an invitation is scheduled.
    moments = {
        moment for row in rows for moment in (row.available_at, row.lease_until, row.expires_at)
    }
    due_work.cancel(tx, [row.id for row in rows], moments - {None})
    for table in BY_INVITATION:
        theirs = _of(person).with_only_columns(invitations.c.id)
        tx.run(delete(table).where(in_project(table), table.c.invitation_id.in_(theirs)))
    for table in BY_PERSON:
        tx.run(delete(table).where(in_project(table), table.c.person_id == person))
    tx.run(delete(persons).where(in_project(persons), persons.c.id == person))


def _of(person: UUID) -> Select[Any]:
    return select(invitations).where(in_project(invitations), invitations.c.person_id == person)


def _person(tx: Transaction, person: UUID) -> dict[str, Any]:
    row = (
        tx.run(select(persons).where(in_project(persons), persons.c.id == person)).mappings().one()
    )
    return {
        **row,
        **{table.name: _of_person(tx, table, person) for table in BY_PERSON},
        "invitations": [
            {**row._asdict(), "state": as_invitation(row).state_at(tx.now)}
            for row in tx.run(_of(person))
        ],
        **{table.name: _of_invitations(tx, table, person) for table in BY_INVITATION},
    }


def _of_person(tx: Transaction, table: Table, person: UUID) -> list[Row]:
    return _rows(tx, select(table).where(in_project(table), table.c.person_id == person))


def _of_invitations(tx: Transaction, table: Table, person: UUID) -> list[Row]:
    theirs = _of(person).with_only_columns(invitations.c.id)
    return _rows(tx, select(table).where(in_project(table), table.c.invitation_id.in_(theirs)))


def _rows(tx: Transaction, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in tx.run(query).mappings()]


# --- A user id outside the person's own rows -----------------------------------------------


def _claimed(user_id: str, known: KnownPerson | None) -> list[Any]:
    """Visitors of other people who claimed the user id."""
    claimed = [in_project(visitors), visitors.c.claimed_user_id == user_id]
    return claimed if known is None else [*claimed, visitors.c.person_id != known.id]


def _claims(tx: Transaction, user_id: str | None, known: KnownPerson | None) -> list[Row]:
    if user_id is None:
        return []
    columns = (visitors.c.visitor, visitors.c.claimed_user_id, visitors.c.created_at)
    return _rows(tx, select(*columns).where(*_claimed(user_id, known)))


def _testers(tx: Transaction) -> tuple[Mapping[str, Any], list[str]]:
    project = projects.by_id(tx.connection, tx.project_id)
    policy = {} if project is None else project.policy
    return policy, policy.get("test_mode", {}).get("testers", [])


def _is_tester(tx: Transaction, user_id: str | None) -> bool:
    return user_id in _testers(tx)[1]


def _forget_user_id(tx: Transaction, user_id: str | None, known: KnownPerson | None) -> bool:
    """Remove the user id from other people's visitors and from the testers. Returns whether either
    contained it."""
    if user_id is None:
        return False
    claims = tx.run(update(visitors).where(*_claimed(user_id, known)).values(claimed_user_id=None))
    policy, testers = _testers(tx)
    if user_id in testers:
        left = [tester for tester in testers if tester != user_id]
        test_mode = {**policy["test_mode"], "testers": left}
        projects.change(
            tx.connection, tx.project_id, {"policy": {**policy, "test_mode": test_mode}}
        )
    return claims.rowcount > 0 or user_id in testers
