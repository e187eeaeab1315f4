"""Find or create all people in a batch, with a few statements for any batch size."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Select, select

from sayso_server.errors import Unavailable
from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.rows import among, encode, insert_rows
from sayso_server.storage.database.tables import people, visitors
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.people import tombstones
from sayso_server.storage.people.people import KnownPerson
from sayso_server.storage.people.tombstones import Identifier, hash_for

CHANGED_MEANWHILE = "A person was erased or merged just now. Nothing was stored; try again."


def persons(tx: Transaction, identifiers: Collection[Identifier]) -> dict[Identifier, KnownPerson]:
    """The person for each identifier, created if new and locked until the transaction ends.

    Inserts happen before row locks are taken, so a batch never waits for an insert while it holds
    locks. Raises Unavailable when a person is erased or merged in between.
    """
    ids = _find(tx, identifiers)
    missing = [identifier for identifier in identifiers if identifier not in ids]
    if missing:
        _make(tx, missing)
        ids |= _find(tx, missing)
    locked = _lock(tx, set(ids.values()))
    if not all(ids.get(identifier) in locked for identifier in identifiers):
        raise Unavailable(CHANGED_MEANWHILE, retry_after=1)
    return {identifier: locked[person] for identifier, person in ids.items()}


def _find(tx: Transaction, identifiers: Iterable[Identifier]) -> dict[Identifier, UUID]:
    users, anonymous = _by_kind(identifiers)
    ids: dict[Identifier, UUID] = {}
    if users:
        rows = tx.run(_users(tx.dialect), users=users)
        ids |= {(row.user_id, None): row.id for row in rows}
    if anonymous:
        rows = tx.run(_links(tx.dialect), visitors=anonymous)
        ids |= {(None, row.visitor): row.person_id for row in rows}
    return ids


def _lock(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, KnownPerson]:
    rows = tx.run(_locked(tx.dialect), ids=list(ids))
    return {row.id: KnownPerson(row.id, row.user_id, row.refused_at is not None) for row in rows}


def _by_kind(identifiers: Iterable[Identifier]) -> tuple[list[str], list[str]]:
    """User ids and visitors, each sorted: two batches insert the same people in the same order, so
    they cannot deadlock."""
    pairs = list(identifiers)
    users = sorted(user_id for user_id, _ in pairs if user_id is not None)
    return users, sorted(visitor or "" for user_id, visitor in pairs if user_id is None)


@cache
def _locked(dialect: str) -> Select[Any]:
    """Locks rows in id order, so two batches cannot deadlock."""
    return (
        select(people.c.id, people.c.user_id, people.c.refused_at)
        .where(in_project(people), among(dialect, people.c.id, "ids"))
        .order_by(people.c.id)
        .with_for_update()
    )


@cache
def _users(dialect: str) -> Select[Any]:
    return select(people.c.user_id, people.c.id).where(
        in_project(people), among(dialect, people.c.user_id, "users")
    )


@cache
def _links(dialect: str) -> Select[Any]:
    return select(visitors.c.visitor, visitors.c.person_id).where(
        in_project(visitors), among(dialect, visitors.c.visitor, "visitors")
    )


def _make(tx: Transaction, identifiers: Sequence[Identifier]) -> None:
    """Insert the people. "Never again" outlives erasure: it is restored from the tombstone."""
    users, anonymous = _by_kind(identifiers)
    ids: dict[Identifier, UUID] = {(user_id, None): new_id() for user_id in users}
    ids |= {(None, visitor): person for visitor, person in _link(tx, anonymous)}
    hashes = {identifier: hash_for(tx, identifier) for identifier in ids}
    erased = tombstones.find(tx, hashes.values())
    refused = {hashed for hashed, row in erased.items() if row.refused}
    rows: list[dict[str, Any]] = [
        {
            "id": person,
            "user_id": identifier[0],
            "attributes": {},
            "unproven_attributes": {},
            "refused_at": tx.now if hashes[identifier] in refused else None,
            "created_at": tx.now,
        }
        for identifier, person in ids.items()
    ]
    tx.run(_insert_people(tx.dialect), rows=encode(tx, rows))


def _link(tx: Transaction, anonymous: Sequence[str]) -> list[tuple[str, UUID]]:
    """Link each visitor to a new person id, except those that another transaction linked first."""
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
