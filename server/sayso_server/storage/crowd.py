"""The people of a batch, found or made in a few statements however many they are."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Select, select

from sayso_server.errors import Unavailable
from sayso_server.storage import tombstones
from sayso_server.storage.columns import new_id
from sayso_server.storage.people import Known
from sayso_server.storage.rows import among, encode, insert_rows
from sayso_server.storage.tables import people, visitors
from sayso_server.storage.tombstones import Who, hash_of_who
from sayso_server.storage.transaction import Transaction, mine

GONE_MEANWHILE = "Somebody was erased or merged just now. Nothing was stored; try again."


def persons(tx: Transaction, whos: Collection[Who]) -> dict[Who, Known]:
    """The person behind each, made when new and held until the transaction ends.

    The new are made before anybody is held: who holds people never waits for who makes some.
    Raises Unavailable when somebody is erased or merged in between.
    """
    ids = _find(tx, whos)
    missing = [who for who in whos if who not in ids]
    if missing:
        _make(tx, missing)
        ids |= _find(tx, missing)
    held = _hold(tx, set(ids.values()))
    if not all(ids.get(who) in held for who in whos):
        raise Unavailable(GONE_MEANWHILE, retry_after=1)
    return {who: held[person] for who, person in ids.items()}


def _find(tx: Transaction, whos: Iterable[Who]) -> dict[Who, UUID]:
    users, anonymous = _kinds(whos)
    found: dict[Who, UUID] = {}
    if users:
        rows = tx.run(_users(tx.dialect), users=users)
        found |= {(row.user_id, None): row.id for row in rows}
    if anonymous:
        rows = tx.run(_links(tx.dialect), visitors=anonymous)
        found |= {(None, row.visitor): row.person_id for row in rows}
    return found


def _hold(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Known]:
    rows = tx.run(_held(tx.dialect), ids=list(ids))
    return {row.id: Known(row.id, row.user_id, row.refused_at is not None) for row in rows}


def _kinds(whos: Iterable[Who]) -> tuple[list[str], list[str]]:
    """User ids and visitors, each in one order: two batches that make the same people never wait
    for each other in a ring."""
    pairs = list(whos)
    users = sorted(user_id for user_id, _ in pairs if user_id is not None)
    return users, sorted(visitor or "" for user_id, visitor in pairs if user_id is None)


@cache
def _held(dialect: str) -> Select[Any]:
    """In the order of their ids, whichever way each was found: two batches about the same people
    never wait for each other in a ring."""
    return (
        select(people.c.id, people.c.user_id, people.c.refused_at)
        .where(mine(people), among(dialect, people.c.id, "ids"))
        .order_by(people.c.id)
        .with_for_update()
    )


@cache
def _users(dialect: str) -> Select[Any]:
    return select(people.c.user_id, people.c.id).where(
        mine(people), among(dialect, people.c.user_id, "users")
    )


@cache
def _links(dialect: str) -> Select[Any]:
    return select(visitors.c.visitor, visitors.c.person_id).where(
        mine(visitors), among(dialect, visitors.c.visitor, "visitors")
    )


def _make(tx: Transaction, whos: Sequence[Who]) -> None:
    """ "Never again" outlives erasure: the tombstone brings it back."""
    users, anonymous = _kinds(whos)
    ids: dict[Who, UUID] = {(user_id, None): new_id() for user_id in users}
    ids |= {(None, visitor): person for visitor, person in _link(tx, anonymous)}
    hashes = {who: hash_of_who(tx, who) for who in ids}
    refused = {one for one, row in tombstones.find(tx, hashes.values()).items() if row.refused}
    rows: list[dict[str, Any]] = [
        {
            "id": person,
            "user_id": who[0],
            "attributes": {},
            "unproven_attributes": {},
            "refused_at": tx.now if hashes[who] in refused else None,
            "created_at": tx.now,
        }
        for who, person in ids.items()
    ]
    tx.run(_insert_people(tx.dialect), rows=encode(tx, rows))


def _link(tx: Transaction, anonymous: Sequence[str]) -> list[tuple[str, UUID]]:
    """Give each visitor a person to be made; leave out whom somebody else gave one first."""
    if not anonymous:
        return []
    rows: list[dict[str, Any]] = [
        {"visitor": visitor, "person_id": new_id(), "created_at": tx.now} for visitor in anonymous
    ]
    linked = tx.run(_insert_visitors(tx.dialect), rows=encode(tx, rows))
    return [(row.visitor, row.person_id) for row in linked]


@cache
def _insert_people(dialect: str) -> Insert:
    insert: Insert = insert_rows(dialect, people, "rows").on_conflict_do_nothing()
    return insert


@cache
def _insert_visitors(dialect: str) -> Insert:
    insert: Insert = (
        insert_rows(dialect, visitors, "rows")
        .on_conflict_do_nothing()
        .returning(visitors.c.visitor, visitors.c.person_id)
    )
    return insert
