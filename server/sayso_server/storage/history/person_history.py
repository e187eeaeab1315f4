"""Read a person's history for a set of rules. The number of statements does not grow with the
number of surveys or events."""

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

from sayso_server.decision.facts import EarlierAnswer, EventCount, Invitation, PastEvent, Person
from sayso_server.decision.rules import Needs, Policy
from sayso_server.questionnaire.templates import SCORES
from sayso_server.storage.database.columns import Json
from sayso_server.storage.database.tables import (
    answered,
    answers,
    event_counts,
    events,
    invitations,
    people,
)
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.people.people import KnownPerson

ZONE = "time_zone"  # the attribute with the IANA name of a person's time zone

_OF_PERSON: BindParameter[Any] = bindparam("person")
_ATTRIBUTES = select(people.c.attributes, people.c.unproven_attributes).where(
    in_project(people), people.c.id == _OF_PERSON
)
_COUNTS = select(
    event_counts.c.name, event_counts.c.count.label("times"), event_counts.c.last_at
).where(
    in_project(event_counts),
    event_counts.c.person_id == _OF_PERSON,
    event_counts.c.name.in_(bindparam("names", expanding=True)),
)
_RANKED_ANSWERS = (
    select(
        *(answers.c[name] for name in ("kind", "value", "at", "survey_id", "scale")),
        func.row_number()
        .over(partition_by=answers.c.kind, order_by=answers.c.at.desc())
        .label("place"),
    )
    .select_from(answered)
    .where(
        in_project(answers),
        invitations.c.project_id == bindparam("tenant"),
        invitations.c.person_id == _OF_PERSON,
        invitations.c.test.is_(False),
        answers.c.kind.in_(SCORES),
    )
    .subquery()
)
_LATEST_ANSWERS = select(_RANKED_ANSWERS).where(_RANKED_ANSWERS.c.place == 1)
_NO_PROPERTIES = cast(null(), Json)


def read(
    tx: Transaction, known: KnownPerson, invitations: tuple[Invitation, ...], needs: Needs
) -> Person:
    """The person as decisions see it. A person made in this transaction can only have events."""
    return Person(
        bucket_key=known.bucket_key,
        user_id=known.user_id,
        invitations=invitations,
        refused=known.refused,
        attributes=_attributes(tx, known.id) if needs.attributes and not known.new else {},
        done=_counts(tx, known.id, needs.counts) if needs.counts else {},
        recent=recent(tx, known.id, needs.recent, needs.properties),
        answers=_answers(tx, known.id) if needs.answers and not known.new else (),
    )


def recent(
    tx: Transaction, person: UUID, wanted: Mapping[str, int], properties: Collection[str]
) -> dict[str, tuple[PastEvent, ...]]:
    """The latest events of each name, newest first, as many as wanted. Properties can be large, so
    they are read only for the names in `properties`."""
    if not wanted:
        return {}
    by_name: dict[str, list[PastEvent]] = {}
    parts = tuple((name, n, name in properties) for name, n in sorted(wanted.items()))
    for row in tx.run(_latest(parts), person=person):
        by_name.setdefault(row.name, []).append(PastEvent(row.at, row.properties or {}, row.source))
    return {name: tuple(sorted(past, key=_when, reverse=True)) for name, past in by_name.items()}


def zone_of(person: Person, page_zone: str | None, policy: Policy) -> tzinfo:
    """The person's time zone: from their attribute, else the page, else the project, else UTC."""
    names = (person.attributes.get(ZONE), page_zone, policy.zone)
    return next((zone for name in names if (zone := zone_named(name)) is not None), UTC)


def zone_named(name: object) -> tzinfo | None:
    """The zone with this IANA name, or None."""
    return _zone(name) if isinstance(name, str) and len(name) <= 64 else None


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, or not a valid name
        return None


def _attributes(tx: Transaction, person: UUID) -> Mapping[str, Any]:
    """Attributes from a backend take precedence over unproven ones."""
    row = tx.run(_ATTRIBUTES, person=person).first()
    return {} if row is None else {**row.unproven_attributes, **row.attributes}


def _counts(tx: Transaction, person: UUID, names: frozenset[str]) -> dict[str, EventCount]:
    rows = tx.run(_COUNTS, person=person, names=sorted(names))
    return {row.name: EventCount(row.times, row.last_at) for row in rows}


def _when(past: PastEvent) -> Any:
    return past.at


@lru_cache(maxsize=512)
def _latest(wanted: tuple[tuple[str, int, bool], ...]) -> Select[Any]:
    """One statement that reads the latest n events of each name, using the index."""
    parts = []
    for name, n, whole in wanted:
        properties = events.c.properties if whole else _NO_PROPERTIES.label("properties")
        part = (
            select(events.c.name, events.c.at, properties, events.c.source)
            .where(
                in_project(events), events.c.person_id == _OF_PERSON, events.c.name == literal(name)
            )
            .order_by(events.c.at.desc())
            .limit(n)
            .subquery()
        )
        parts.append(select(part))
    every = union_all(*parts).subquery()
    return select(every)


def _answers(tx: Transaction, person: UUID) -> tuple[EarlierAnswer, ...]:
    rows = tx.run(_LATEST_ANSWERS, person=person)
    return tuple(
        EarlierAnswer(row.kind, row.value, row.at, row.survey_id, row.scale) for row in rows
    )
