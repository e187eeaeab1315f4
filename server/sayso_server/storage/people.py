"""Who is who: visitors, users, and the person that several of them turn out to be."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, delete, select, update

from sayso_server.storage import ledger
from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import (
    decisions,
    events,
    invitations,
    people,
    tombstones,
    visitors,
)
from sayso_server.storage.transaction import Transaction


def find_page_person(tx: Transaction, visitor: str, user_id: str | None) -> UUID | None:
    """The person behind a page call, when already known. `user_id` is a proven one."""
    if user_id is not None:
        return find_user(tx, user_id)
    return tx.execute(_visitor_person(tx, visitor)).scalar()


def find_user(tx: Transaction, user_id: str) -> UUID | None:
    """The person with this user id, or None."""
    return tx.execute(_user_person(tx, user_id)).scalar()


def page_person(tx: Transaction, visitor: str, user_id: str | None) -> UUID:
    """The person behind a page call, made when new. A proven user id takes the visitor's
    anonymous history over, once; a visitor of another user changes hands and merges nothing."""
    linked = _visitor_link(tx, visitor)
    if user_id is None:
        return linked[0] if linked else _new_visitor(tx, visitor)
    person = user_person(tx, user_id)
    if linked is None:
        _link(tx, visitor, person)
    elif linked[0] != person:
        if linked[1] is None:
            merge(tx, linked[0], person)
        else:
            _link(tx, visitor, person)
    return person


def user_person(tx: Transaction, user_id: str) -> UUID:
    """The person with this user id, made when new."""
    return find_user(tx, user_id) or _new_user(tx, user_id)


def visitor_person(tx: Transaction, visitor: str) -> UUID:
    """The person behind a visitor id, made when new."""
    return page_person(tx, visitor, None)


def alias(tx: Transaction, visitor: str, user_id: str) -> tuple[UUID, UUID | None]:
    """A backend says that a visitor is this user. Returns the person and the one merged into it,
    if any."""
    before = _visitor_link(tx, visitor)
    person = page_person(tx, visitor, user_id)
    merged = before[0] if before and before[0] != person and before[1] is None else None
    return person, merged


def merge(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    """Everything of the anonymous person becomes the person's; asks made before count."""
    rows = tx.execute(
        select(people.c.id, people.c.refused_at)
        .where(people.c.project_id == tx.project_id, people.c.id.in_([anonymous, person]))
        .order_by(people.c.id)
        .with_for_update()
    )
    refused = {row.id: row.refused_at for row in rows}
    if refused.get(anonymous) and not refused.get(person):
        _change(tx, person, refused_at=refused[anonymous])
    for table in (visitors, events, invitations):
        _hand_over(tx, table, anonymous, person)
    _hand_over_decisions(tx, anonymous, person)
    tx.execute(delete(people).where(people.c.project_id == tx.project_id, people.c.id == anonymous))


def lock(tx: Transaction, person: UUID) -> bool | None:
    """Hold the person until the transaction ends, so that two decisions never overlap. Returns
    whether they refused for good; None when they were merged into another a moment ago."""
    row = tx.execute(
        select(people.c.refused_at)
        .where(people.c.project_id == tx.project_id, people.c.id == person)
        .with_for_update()
    ).first()
    return None if row is None else row.refused_at is not None


def refused(tx: Transaction, person: UUID) -> bool:
    """Whether the person chose never to be asked again."""
    return bool(
        tx.execute(
            select(people.c.refused_at).where(
                people.c.project_id == tx.project_id, people.c.id == person
            )
        ).scalar()
    )


def refuse(tx: Transaction, person: UUID) -> None:
    """Never again."""
    _change(tx, person, refused_at=tx.now)


def set_attributes(
    tx: Transaction,
    person: UUID,
    attributes: Mapping[str, Any],
    *,
    proven: bool,
) -> None:
    """Merge attributes in. What an unproven page says is kept apart from what a backend said."""
    column = people.c.attributes if proven else people.c.unproven_attributes
    before = tx.execute(
        select(column)
        .where(people.c.project_id == tx.project_id, people.c.id == person)
        .with_for_update()
    ).scalar_one()
    _change(tx, person, **{column.name: {**before, **attributes}})


def claim_user_id(tx: Transaction, visitor: str, user_id: str) -> None:
    """A page says without proof who its visitor is. It is noted, and believed by nobody."""
    tx.execute(
        update(visitors)
        .where(visitors.c.project_id == tx.project_id, visitors.c.visitor == visitor)
        .values(claimed_user_id=user_id)
    )


def tombstone_hash(tx: Transaction, kind: str, identifier: str) -> bytes:
    """What remains of an erased identifier: a keyed hash, which tells nothing without the key."""
    said = f"{tx.project_id}:{kind}:{identifier}".encode()
    return hmac.digest(tx.key, said, hashlib.sha256)


def erased_at(tx: Transaction, hashes: list[bytes]) -> dict[bytes, tuple[datetime, bool]]:
    """Which of these identifiers were erased, when, and whether they had refused for good."""
    rows = tx.execute(
        select(tombstones).where(
            tombstones.c.project_id == tx.project_id, tombstones.c.hash.in_(hashes)
        )
    )
    return {row.hash: (row.erased_at, row.refused) for row in rows}


def _visitor_person(tx: Transaction, visitor: str) -> Select[tuple[UUID]]:
    return select(visitors.c.person_id).where(
        visitors.c.project_id == tx.project_id, visitors.c.visitor == visitor
    )


def _user_person(tx: Transaction, user_id: str) -> Select[tuple[UUID]]:
    return select(people.c.id).where(
        people.c.project_id == tx.project_id, people.c.user_id == user_id
    )


def _visitor_link(tx: Transaction, visitor: str) -> tuple[UUID, str | None] | None:
    row = tx.execute(
        select(visitors.c.person_id, people.c.user_id)
        .outerjoin(
            people,
            (people.c.project_id == visitors.c.project_id) & (people.c.id == visitors.c.person_id),
        )
        .where(visitors.c.project_id == tx.project_id, visitors.c.visitor == visitor)
    ).first()
    return (row.person_id, row.user_id) if row else None


def _new_visitor(tx: Transaction, visitor: str) -> UUID:
    person = new_id()
    added = tx.execute(
        tx.insert(visitors)
        .values(project_id=tx.project_id, visitor=visitor, person_id=person, created_at=tx.now)
        .on_conflict_do_nothing()
    )
    if added.rowcount == 0:  # another tab was first
        found: UUID = tx.execute(_visitor_person(tx, visitor)).scalar_one()
        return found
    _add_person(tx, person, None, ("visitor", visitor))
    return person


def _new_user(tx: Transaction, user_id: str) -> UUID:
    _add_person(tx, new_id(), user_id, ("user", user_id))
    found: UUID = tx.execute(_user_person(tx, user_id)).scalar_one()
    return found


def _add_person(
    tx: Transaction,
    person: UUID,
    user_id: str | None,
    identifier: tuple[str, str],
) -> None:
    hashed = tombstone_hash(tx, *identifier)
    _, had_refused = erased_at(tx, [hashed]).get(hashed, (None, False))
    tx.execute(
        tx.insert(people)
        .values(
            project_id=tx.project_id,
            id=person,
            user_id=user_id,
            attributes={},
            unproven_attributes={},
            refused_at=tx.now if had_refused else None,
            created_at=tx.now,
        )
        .on_conflict_do_nothing()
    )


def _link(tx: Transaction, visitor: str, person: UUID) -> None:
    tx.execute(
        tx.insert(visitors)
        .values(project_id=tx.project_id, visitor=visitor, person_id=person, created_at=tx.now)
        .on_conflict_do_update(
            index_elements=["project_id", "visitor"],
            set_={"person_id": person, "claimed_user_id": None},
        )
    )


def _change(tx: Transaction, person: UUID, **values: Any) -> None:
    tx.execute(
        update(people)
        .where(people.c.project_id == tx.project_id, people.c.id == person)
        .values(**values)
    )


def _hand_over(tx: Transaction, table: Table, anonymous: UUID, person: UUID) -> None:
    tx.execute(
        update(table)
        .where(table.c.project_id == tx.project_id, table.c.person_id == anonymous)
        .values(person_id=person)
    )


def _hand_over_decisions(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    mine = (decisions.c.project_id == tx.project_id) & (decisions.c.person_id == anonymous)
    moved = [
        {**row, "person_id": person} for row in tx.execute(select(decisions).where(mine)).mappings()
    ]
    tx.execute(delete(decisions).where(mine))
    if moved:
        ledger.add(tx, moved)
