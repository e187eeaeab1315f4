"""People, with the visitor ids and the user id that belong to them."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Insert,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.tables import people, visitors
from sayso_server.storage.database.transaction import Transaction, in_project, insert_into
from sayso_server.storage.people import merging, tombstones


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as decisions need it. `new` is True if created in this transaction."""

    id: UUID
    user_id: str | None
    refused: bool
    new: bool = False

    @property
    def bucket_key(self) -> str:
        """The key for drawing samples, holdout and variants; it never changes."""
        return self.id.hex


_columns = (people.c.id, people.c.user_id, people.c.refused_at)

_BY_USER: Select[Any] = select(*_columns).where(
    in_project(people), people.c.user_id == bindparam("user_id")
)
_BY_VISITOR: Select[Any] = (
    select(*_columns)
    .join_from(
        visitors,
        people,
        and_(people.c.project_id == visitors.c.project_id, people.c.id == visitors.c.person_id),
    )
    .where(in_project(visitors), visitors.c.visitor == bindparam("visitor"))
)
_BY_ID_LOCKED = (
    select(people.c.id)
    .where(in_project(people), people.c.id == bindparam("person"))
    .with_for_update()
)
_BY_USER_LOCKED = _BY_USER.with_for_update()
_BY_VISITOR_LOCKED = _BY_VISITOR.with_for_update(of=people)


def find_page_person(tx: Transaction, visitor: str, user_id: str | None) -> KnownPerson | None:
    """The person behind a page call; None if unknown. `user_id` must be proven."""
    if user_id is not None:
        return find_user(tx, user_id)
    return _known(tx.run(_BY_VISITOR, visitor=visitor).first())


def lock(tx: Transaction, visitor: str, user_id: str | None) -> KnownPerson | None:
    """Like `find_page_person`, locked until the transaction ends."""
    if user_id is not None:
        return _known(tx.run(_BY_USER_LOCKED, user_id=user_id).first())
    row = tx.run(_BY_VISITOR_LOCKED, visitor=visitor).first()
    # The person may have been merged while we waited for the lock; then look up the merged one.
    return _known(row or tx.run(_BY_VISITOR_LOCKED, visitor=visitor).first())


def lock_by_id(tx: Transaction, person: UUID) -> None:
    """Lock a person until the transaction ends."""
    tx.run(_BY_ID_LOCKED, person=person)


def find_user(tx: Transaction, user_id: str) -> KnownPerson | None:
    """The person with this user id, or None."""
    return _known(tx.run(_BY_USER, user_id=user_id).first())


def page_person(tx: Transaction, visitor: str, user_id: str | None) -> KnownPerson:
    """The person behind a page call, created if new. It is locked until the transaction ends, so
    decisions about one person are serialized.

    A proven user takes over the history of an anonymous visitor. A visitor of another user is only
    linked to the proven user; nothing is merged.
    """
    linked = _known(tx.run(_BY_VISITOR_LOCKED, visitor=visitor).first())
    if user_id is None:
        return linked or _new_visitor(tx, visitor)
    if linked is not None and linked.user_id == user_id:
        return linked
    if linked is not None and linked.user_id is None:
        adopted = _adopt(tx, linked, user_id)
        if adopted is not None:
            return adopted
    person = user_person(tx, user_id)
    if linked is not None and linked.user_id is None:
        merge(tx, linked, person)
        return replace(person, refused=person.refused or linked.refused)
    _link(tx, visitor, person.id)
    return person


def user_person(tx: Transaction, user_id: str) -> KnownPerson:
    """The person with this user id, created if new and locked until the transaction ends."""
    known = _known(tx.run(_BY_USER_LOCKED, user_id=user_id).first())
    if known is not None:
        return known
    _add_person(tx, new_id(), user_id, tombstones.hash_of(tx, "user", user_id))
    made = _known(tx.run(_BY_USER_LOCKED, user_id=user_id).one())
    assert made is not None  # noqa: S101  # `one` has raised otherwise
    return made


def alias(tx: Transaction, visitor: str, user_id: str) -> tuple[UUID, UUID | None]:
    """Link a visitor to a user, at a backend's request. Returns the ids of the person and of the
    person merged into it, if any."""
    before = find_page_person(tx, visitor, None)
    person = page_person(tx, visitor, user_id).id
    merged = before is not None and before.user_id is None and before.id != person
    return person, before.id if before is not None and merged else None


def merge(tx: Transaction, anonymous: KnownPerson, person: KnownPerson) -> None:
    """Merge the anonymous person into the other; its earlier invitations count for throttles."""
    if anonymous.refused and not person.refused:
        refuse(tx, person.id)
    merging.hand_over(tx, anonymous.id, person.id)


def _adopt(tx: Transaction, anonymous: KnownPerson, user_id: str) -> KnownPerson | None:
    """Give a new user id to the anonymous person, which keeps its id and history. None when the
    user already exists."""
    try:
        with tx.connection.begin_nested():
            row = tx.run(
                _ADOPT,
                person=anonymous.id,
                new_user_id=user_id,
                now=tx.now,
                hash=tombstones.hash_of(tx, "user", user_id),
            ).first()
    except IntegrityError:  # another browser of the user was first
        return None
    return _known(row)


_other = people.alias("other")
_ADOPT = (
    update(people)
    .where(
        in_project(people),
        people.c.id == bindparam("person"),
        ~exists().where(
            _other.c.project_id == bindparam("tenant"),
            _other.c.user_id == bindparam("new_user_id"),
        ),
    )
    .values(
        user_id=bindparam("new_user_id"),
        refused_at=func.coalesce(people.c.refused_at, tombstones.refused_now()),
    )
    .returning(*_columns)
)
_CHANGE = update(people).where(in_project(people), people.c.id == bindparam("person"))
_REFUSE = _CHANGE.values(refused_at=bindparam("at"))


def refuse(tx: Transaction, person: UUID) -> None:
    """Record "never again": the person is never asked again."""
    tx.run(_REFUSE, person=person, at=tx.now)


def claim_user_id(tx: Transaction, visitor: str, user_id: str) -> None:
    """Note the user id that a page claims without proof. It is only stored, never trusted."""
    tx.run(
        update(visitors)
        .where(in_project(visitors), visitors.c.visitor == bindparam("who"))
        .values(claimed_user_id=user_id),
        who=visitor,
    )


def _known(row: Any) -> KnownPerson | None:
    return None if row is None else KnownPerson(row.id, row.user_id, row.refused_at is not None)


def _new_visitor(tx: Transaction, visitor: str) -> KnownPerson:
    person = new_id()
    added = tx.put_one(
        _insert_visitor(tx.dialect), visitor=visitor, person_id=person, created_at=tx.now
    )
    if added.first() is None:  # another tab was first
        known = _known(tx.run(_BY_VISITOR_LOCKED, visitor=visitor).one())
        assert known is not None  # noqa: S101  # `one` has raised otherwise
        return known
    if tx.budget is not None:
        tx.budget.new_person()
    had_refused = _add_person(tx, person, None, tombstones.hash_of(tx, "visitor", visitor))
    return KnownPerson(person, None, had_refused, new=True)


def _add_person(tx: Transaction, person: UUID, user_id: str | None, tombstone: bytes) -> bool:
    refused_at = tx.put_one(
        _insert_person(tx.dialect),
        id=person,
        user_id=user_id,
        attributes={},
        unproven_attributes={},
        created_at=tx.now,
        now=tx.now,
        tenant=tx.project_id,
        hash=tombstone,
    ).scalar()
    return refused_at is not None


@cache
def _insert_visitor(dialect: str) -> Insert:
    statement: Insert = (
        insert_into(dialect, visitors).on_conflict_do_nothing().returning(visitors.c.person_id)
    )
    return statement


@cache
def _insert_person(dialect: str) -> Insert:
    statement: Insert = (
        insert_into(dialect, people)
        .values(refused_at=tombstones.refused_now())
        .on_conflict_do_nothing()
        .returning(people.c.refused_at)
    )
    return statement


@cache
def _upsert_visitor(dialect: str) -> Insert:
    statement = insert_into(dialect, visitors)
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "visitor"],
        set_={"person_id": statement.excluded.person_id, "claimed_user_id": None},
    )
    return upsert


def _link(tx: Transaction, visitor: str, person: UUID) -> None:
    tx.put_one(_upsert_visitor(tx.dialect), visitor=visitor, person_id=person, created_at=tx.now)
