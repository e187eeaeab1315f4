"""What is known of a person, read for the rules at hand: a bounded number of statements, however
many surveys there are and however much the person has done."""

from collections.abc import Collection, Mapping
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    Select,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from sayso_server.decision.facts import Ask, Did, Past, Person, Said
from sayso_server.decision.rules import Needs, Policy
from sayso_server.questionnaire.templates import SCORES
from sayso_server.storage.columns import Json
from sayso_server.storage.people import Known
from sayso_server.storage.tables import answered, answers, event_counts, events, invitations, people
from sayso_server.storage.transaction import Transaction, mine

ZONE = "time_zone"  # the attribute that names a person's zone, as IANA does

_OF_PERSON: BindParameter[Any] = bindparam("person")
_ATTRIBUTES = select(people.c.attributes, people.c.unproven_attributes).where(
    mine(people), people.c.id == _OF_PERSON
)
_COUNTS = select(
    event_counts.c.name, event_counts.c.count.label("times"), event_counts.c.last_at
).where(
    mine(event_counts),
    event_counts.c.person_id == _OF_PERSON,
    event_counts.c.name.in_(bindparam("names", expanding=True)),
)
_EVERYTHING_SAID = (
    select(
        *(answers.c[name] for name in ("kind", "value", "at", "survey_id", "scale")),
        func.row_number()
        .over(partition_by=answers.c.kind, order_by=answers.c.at.desc())
        .label("place"),
    )
    .select_from(answered)
    .where(
        mine(answers),
        invitations.c.project_id == bindparam("tenant"),
        invitations.c.person_id == _OF_PERSON,
        invitations.c.test.is_(False),
        answers.c.kind.in_(SCORES),
    )
    .subquery()
)
_SAID = select(_EVERYTHING_SAID).where(_EVERYTHING_SAID.c.place == 1)
_NO_PROPERTIES = cast(null(), Json)


def read(tx: Transaction, known: Known, asks: tuple[Ask, ...], needs: Needs) -> Person:
    """The person as decisions see them. Of one made just now there is nothing but what has just
    been stored."""
    return Person(
        luck=known.luck,
        user_id=known.user_id,
        asks=asks,
        refused=known.refused,
        attributes=_attributes(tx, known.id) if needs.attributes and not known.new else {},
        done=_counts(tx, known.id, needs.counts) if needs.counts else {},
        recent=recent(tx, known.id, needs.recent, needs.properties),
        said=_said(tx, known.id) if needs.said and not known.new else (),
    )


def recent(
    tx: Transaction, person: UUID, wanted: Mapping[str, int], properties: Collection[str]
) -> dict[str, tuple[Past, ...]]:
    """The latest events of each name, newest first, as many as are wanted; with their properties
    only those named in `properties`, since these are what is large."""
    if not wanted:
        return {}
    found: dict[str, list[Past]] = {}
    parts = tuple((name, n, name in properties) for name, n in sorted(wanted.items()))
    for row in tx.run(_latest(parts), person=person):
        found.setdefault(row.name, []).append(Past(row.at, row.properties or {}, row.source))
    return {name: tuple(sorted(past, key=_when, reverse=True)) for name, past in found.items()}


def zone_of(person: Person, page_zone: str | None, policy: Policy) -> tzinfo:
    """The person's zone: as their attribute says, else as their page does, else the project's."""
    names = (person.attributes.get(ZONE), page_zone, policy.zone)
    return next((zone for name in names if (zone := zone_named(name)) is not None), UTC)


def zone_named(name: object) -> tzinfo | None:
    """The zone with this IANA name, or None."""
    return _zone(name) if isinstance(name, str) and len(name) <= 64 else None


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, or no name of one
        return None


def _attributes(tx: Transaction, person: UUID) -> Mapping[str, Any]:
    """What a backend said goes before what a page said."""
    row = tx.run(_ATTRIBUTES, person=person).first()
    return {} if row is None else {**row.unproven_attributes, **row.attributes}


def _counts(tx: Transaction, person: UUID, names: frozenset[str]) -> dict[str, Did]:
    rows = tx.run(_COUNTS, person=person, names=sorted(names))
    return {row.name: Did(row.times, row.last_at) for row in rows}


def _when(past: Past) -> Any:
    return past.at


@lru_cache(maxsize=512)
def _latest(wanted: tuple[tuple[str, int, bool], ...]) -> Select[Any]:
    """One statement that reads the latest so many of each name, each by the index."""
    parts = []
    for name, n, whole in wanted:
        properties = events.c.properties if whole else _NO_PROPERTIES.label("properties")
        part = (
            select(events.c.name, events.c.at, properties, events.c.source)
            .where(mine(events), events.c.person_id == _OF_PERSON, events.c.name == literal(name))
            .order_by(events.c.at.desc())
            .limit(n)
            .subquery()
        )
        parts.append(select(part))
    every = union_all(*parts).subquery()
    return select(every)


def _said(tx: Transaction, person: UUID) -> tuple[Said, ...]:
    rows = tx.run(_SAID, person=person)
    return tuple(Said(row.kind, row.value, row.at, row.survey_id, row.scale) for row in rows)
