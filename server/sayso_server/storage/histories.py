"""What was known of people when a span began, some of them at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, Table, bindparam, func, select

from sayso_server.decision.facts import Ask, Did, Past, Person, Said
from sayso_server.decision.rules import Needs, Policy
from sayso_server.decision.simulation import History
from sayso_server.questionnaire.templates import SCORES
from sayso_server.storage.invitations import as_ask
from sayso_server.storage.past import zone_of
from sayso_server.storage.tables import answered, answers, events, invitations, people
from sayso_server.storage.transaction import Transaction, mine

_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)


def of_people(table: Table) -> list[ColumnElement[bool]]:
    """The project's rows of the people bound as `people`."""
    return [mine(table), table.c.person_id.in_(_PEOPLE)]


def histories(
    tx: Transaction, few: Sequence[UUID], since: datetime, needs: Needs, policy: Policy
) -> dict[UUID, History]:
    """What was known of these people when a span began, as far as `needs` reads it: one statement
    for each kind of fact. Who is not there any more is left out."""
    parts: dict[str, Mapping[UUID, Any]] = {
        "asks": _asks(tx, few, since),
        "done": _done(tx, few, since, needs) if needs.counts else {},
        "recent": _recent(tx, few, since, needs) if needs.recent else {},
        "said": _said(tx, few) if needs.said else {},
    }
    found = {}
    for row in tx.run(_KNOWN, people=few):
        facts = {name: part[row.id] for name, part in parts.items() if row.id in part}
        found[row.id] = _history(row, {**facts, "since": since}, needs, policy)
    return found


def _history(row: Row[Any], facts: Mapping[str, Any], needs: Needs, policy: Policy) -> History:
    luck = row.id.hex
    said = {**row.unproven_attributes, **row.attributes} if needs.attributes else {}
    zone = zone_of(Person(luck, attributes=said), None, policy)
    return History(luck, row.user_id, row.refused_at, said, zone, **facts)


_KNOWN = select(
    people.c.id,
    people.c.user_id,
    people.c.refused_at,
    people.c.attributes,
    people.c.unproven_attributes,
).where(mine(people), people.c.id.in_(_PEOPLE))
_ASKS = (
    select(invitations)
    .where(*of_people(invitations), invitations.c.created_at < bindparam("since"))
    .order_by(invitations.c.id)
)
_EARLIER = (
    *of_people(events),
    events.c.name.in_(bindparam("names", expanding=True)),
    events.c.at < bindparam("since"),
)
_DONE = (
    select(
        events.c.person_id,
        events.c.name,
        func.count().label("times"),
        func.max(events.c.at).label("last_at"),
    )
    .where(*_EARLIER)
    .group_by(events.c.person_id, events.c.name)
)
_PLACE = (
    func.row_number()
    .over(partition_by=(events.c.person_id, events.c.name), order_by=events.c.at.desc())
    .label("place")
)
_LATEST = (
    select(
        events.c.person_id, events.c.name, events.c.at, events.c.properties, events.c.source, _PLACE
    )
    .where(*_EARLIER)
    .subquery()
)
_RECENT = select(_LATEST).where(_LATEST.c.place <= bindparam("most")).order_by(_LATEST.c.place)
_SAID = (
    select(
        invitations.c.person_id,
        *(answers.c[name] for name in ("kind", "value", "at", "survey_id", "scale")),
    )
    .select_from(answered)
    .where(
        *of_people(invitations),
        answers.c.project_id == bindparam("tenant"),
        invitations.c.test.is_(False),
        answers.c.kind.in_(SCORES),
    )
)


def _asks(tx: Transaction, few: Sequence[UUID], since: datetime) -> dict[UUID, tuple[Ask, ...]]:
    """Earlier asks, as they stood when the span began."""
    found: dict[UUID, tuple[Ask, ...]] = {}
    for row in tx.run(_ASKS, people=few, since=since):
        ask = as_ask(row)
        if ask.state == "cancelled" and ask.ended_at is not None and ask.ended_at < since:
            continue
        if ask.shown_at is None or ask.shown_at >= since:
            ask = replace(ask, state="queued", lease_until=None, shown_at=None)
        if ask.shown_at is not None or ask.expires_at > since:
            found[row.person_id] = (*found.get(row.person_id, ()), ask)
    return found


def _done(
    tx: Transaction, few: Sequence[UUID], since: datetime, needs: Needs
) -> dict[UUID, dict[str, Did]]:
    found: dict[UUID, dict[str, Did]] = {}
    for row in tx.run(_DONE, people=few, names=sorted(needs.counts), since=since):
        found.setdefault(row.person_id, {})[row.name] = Did(row.times, row.last_at)
    return found


def _recent(
    tx: Transaction, few: Sequence[UUID], since: datetime, needs: Needs
) -> dict[UUID, dict[str, tuple[Past, ...]]]:
    most = max(needs.recent.values())
    found: dict[UUID, dict[str, tuple[Past, ...]]] = {}
    names = sorted(needs.recent)
    for row in tx.run(_RECENT, people=few, names=names, since=since, most=most):
        of_person = found.setdefault(row.person_id, {})
        past = of_person.get(row.name, ())
        if len(past) < needs.recent[row.name]:
            of_person[row.name] = (*past, Past(row.at, row.properties, row.source))
    return found


def _said(tx: Transaction, few: Sequence[UUID]) -> dict[UUID, tuple[Said, ...]]:
    found: dict[UUID, tuple[Said, ...]] = {}
    for row in tx.run(_SAID, people=few):
        said = Said(row.kind, row.value, row.at, row.survey_id, row.scale)
        found[row.person_id] = (*found.get(row.person_id, ()), said)
    return found
