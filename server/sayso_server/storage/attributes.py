"""A person's attributes: what a backend said, and apart from it what pages said. Both together are
bounded, since every decision may read them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from sayso_server.decision.values import ATTRIBUTES_BYTES, NAMES_AT_MOST, quoted, size_of
from sayso_server.errors import Invalid
from sayso_server.storage.tables import people
from sayso_server.storage.transaction import Transaction, mine

Attributes = Mapping[str, Any]

_PERSON = (mine(people), people.c.id == bindparam("person"))
_BOTH = select(people.c.attributes, people.c.unproven_attributes).where(*_PERSON)
_LOCKED = _BOTH.with_for_update()
_CHANGE = update(people).where(*_PERSON)


def set_attributes(tx: Transaction, person: UUID, attributes: Attributes, *, proven: bool) -> None:
    """Merge attributes in; null takes one away. Raises Invalid where the person would have too
    many.

    What pages said gives way to what a backend says, so that no stranger can keep a backend from
    writing.
    """
    before = tx.run(_LOCKED, person=person).one()
    said, unproven = before.attributes, before.unproven_attributes
    if proven:
        said = _merged(said, attributes)
        _check(said, before.attributes, attributes, beside={})
        unproven = fitting(unproven, beside=said)
    else:
        unproven = _merged(unproven, attributes)
        _check(unproven, before.unproven_attributes, attributes, beside=said)
    tx.run(_CHANGE.values(attributes=said, unproven_attributes=unproven), person=person)


def hand_over(tx: Transaction, anonymous: UUID, person: UUID) -> None:
    """What a page said before the log-in fills what it has not said since, as far as there is
    room."""
    earlier = tx.run(_BOTH, person=anonymous).one().unproven_attributes
    if earlier:
        now = tx.run(_LOCKED, person=person).one()
        said = {**now.unproven_attributes, **_without(earlier, now.unproven_attributes)}
        unproven = fitting(said, beside=now.attributes)
        tx.run(_CHANGE.values(unproven_attributes=unproven), person=person)


def fitting(said: Attributes, beside: Attributes) -> Attributes:
    """As many of these, from the first, as a person may have beside those others."""
    if _fits(said, beside):
        return said
    kept: dict[str, Any] = {}
    names, room = NAMES_AT_MOST - len(beside), ATTRIBUTES_BYTES - size_of(beside)
    for name, value in said.items():
        size = size_of({name: value})
        if len(kept) < names and size <= room:
            kept[name] = value
            room -= size
    return kept


def _merged(before: Attributes, new: Attributes) -> Attributes:
    return {name: value for name, value in {**before, **new}.items() if value is not None}


def _without(some: Attributes, others: Attributes) -> Attributes:
    return {name: value for name, value in some.items() if name not in others}


def _fits(said: Attributes, beside: Attributes) -> bool:
    return (
        len(said) + len(beside) <= NAMES_AT_MOST
        and size_of(said) + size_of(beside) <= ATTRIBUTES_BYTES
    )


def _check(after: Attributes, before: Attributes, new: Attributes, beside: Attributes) -> None:
    """Raises Invalid for the first of the new ones that finds no room. Whoever has too many from
    before there was a bound may still change and remove some."""
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
    said = f"With {quoted(first)} the person would have {why}, and may have {limits}; {remedy}."
    raise Invalid(f"A person may have {limits}.", errors={"attributes": [said]})
