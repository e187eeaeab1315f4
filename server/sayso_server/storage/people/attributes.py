"""A person's attributes. Those from a backend and unproven ones from pages are stored separately.
Their total size is limited, since every decision may read them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from sayso_server.decision.values import ATTRIBUTES_BYTES, NAMES_AT_MOST, quoted, size_of
from sayso_server.errors import Invalid
from sayso_server.storage.database.tables import people
from sayso_server.storage.database.transaction import Transaction, in_project

Attributes = Mapping[str, Any]

_PERSON = (in_project(people), people.c.id == bindparam("person"))
_BOTH = select(people.c.attributes, people.c.unproven_attributes).where(*_PERSON)
_LOCKED = _BOTH.with_for_update()
_CHANGE = update(people).where(*_PERSON)


def set_attributes(tx: Transaction, person: UUID, attributes: Attributes, *, proven: bool) -> None:
    """Merge attributes; null removes one. Raises Invalid if the person would have too many.

    Proven attributes displace unproven ones, so pages cannot keep a backend from writing.
    """
    before = tx.run(_LOCKED, person=person).one()
    trusted, unproven = before.attributes, before.unproven_attributes
    if proven:
        trusted = _merged(trusted, attributes)
        _check(trusted, before.attributes, attributes, beside={})
        unproven = fitting(unproven, beside=trusted)
    else:
        unproven = _merged(unproven, attributes)
        _check(unproven, before.unproven_attributes, attributes, beside=trusted)
    tx.run(_CHANGE.values(attributes=trusted, unproven_attributes=unproven), person=person)


def hand_over(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    """Copy the anonymous person's unproven attributes that the other person lacks, as far as the
    limits allow."""
    earlier = tx.run(_BOTH, person=anonymous).one().unproven_attributes
    if earlier:
        now = tx.run(_LOCKED, person=person).one()
        merged = {**now.unproven_attributes, **_without(earlier, now.unproven_attributes)}
        unproven = fitting(merged, beside=now.attributes)
        tx.run(_CHANGE.values(unproven_attributes=unproven), person=person)


def fitting(attributes: Attributes, beside: Attributes) -> Attributes:
    """As many attributes, in order, as the limits allow in addition to those in `beside`."""
    if _fits(attributes, beside):
        return attributes
    kept: dict[str, Any] = {}
    names, room = NAMES_AT_MOST - len(beside), ATTRIBUTES_BYTES - size_of(beside)
    for name, value in attributes.items():
        size = size_of({name: value})
        if len(kept) < names and size <= room:
            kept[name] = value
            room -= size
    return kept


def _merged(before: Attributes, new: Attributes) -> Attributes:
    return {name: value for name, value in {**before, **new}.items() if value is not None}


def _without(attributes: Attributes, others: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if name not in others}


def _fits(attributes: Attributes, beside: Attributes) -> bool:
    return (
        len(attributes) + len(beside) <= NAMES_AT_MOST
        and size_of(attributes) + size_of(beside) <= ATTRIBUTES_BYTES
    )


def _check(after: Attributes, before: Attributes, new: Attributes, beside: Attributes) -> None:
    """Raises Invalid naming the first new attribute that exceeds the limits. A person already over
    the limits may still change and remove attributes."""
    grows = len(after) > len(before) or size_of(after) > size_of(before)
    if not grows or _fits(after, beside):
        return
    kept = fitting({**_without(after, new), **new}, beside)
    first = next((name for name in new if name in after and name not in kept), next(iter(new)))
    has = len(after) + len(beside)
    size = size_of(after) + size_of(beside)
    why = f"{has} attributes" if has > NAMES_AT_MOST else f"{size} bytes of attributes"
    limits = f"at most {NAMES_AT_MOST} attributes and {ATTRIBUTES_BYTES} bytes of them in all"
    remedy = "send null for attributes that are no longer needed, or shorter ones"
    error = f"With {quoted(first)} the person would have {why}, and may have {limits}; {remedy}."
    raise Invalid(f"A person may have {limits}.", errors={"attributes": [error]})
