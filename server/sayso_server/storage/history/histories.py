"""Loads the histories of several people up to the start of a span, for simulations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, Table, bindparam, func, select

from sayso_server.decision.facts import EarlierAnswer, EventCount, Invitation, PastEvent, Person
from sayso_server.decision.replayed_person import History
from sayso_server.decision.rules import Needs, Policy
from sayso_server.questionnaire.templates import SCORES
from sayso_server.storage.database.tables import answered, answers, events, invitations, people
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.history.person_history import zone_of
from sayso_server.storage.invitations.invitations import as_invitation

_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)


def of_people(table: Table) -> list[ColumnElement[bool]]:
    """Conditions for the project's rows about the people bound as `people`."""
    return [in_project(table), table.c.person_id.in_(_PEOPLE)]


def histories(
    tx: Transaction, person_ids: Sequence[UUID], since: datetime, needs: Needs, policy: Policy
) -> dict[UUID, History]:
    """The facts in `needs` about these people up to `since`, and all their answers, with one
    statement for each kind of fact. Erased people are left out."""
    parts: dict[str, Mapping[UUID, Any]] = {
        "invitations": _invitations(tx, person_ids, since),
        "done": _done(tx, person_ids, since, needs) if needs.counts else {},
        "recent": _recent(tx, person_ids, since, needs) if needs.recent else {},
        "answers": _answers(tx, person_ids) if needs.answers else {},
    }
    known = {}
    for row in tx.run(_KNOWN, people=person_ids):
        facts = {name: part[row.id] for name, part in parts.items() if row.id in part}
        known[row.id] = _history(row, {**facts, "since": since}, needs, policy)
    return known


def _history(row: Row[Any], facts: Mapping[str, Any], needs: Needs, policy: Policy) -> History:
    bucket_key = row.id.hex
    attributes = {**row.unproven_attributes, **row.attributes} if needs.attributes else {}
    zone = zone_of(Person(bucket_key, attributes=attributes), None, policy)
    return History(bucket_key, row.user_id, row.refused_at, attributes, zone, **facts)


_KNOWN = select(
    people.c.id,
    people.c.user_id,
    people.c.refused_at,
    people.c.attributes,
    people.c.unproven_attributes,
).where(in_project(people), people.c.id.in_(_PEOPLE))
_INVITATIONS = (
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
_RANK = (
    func.row_number()
    .over(partition_by=(events.c.person_id, events.c.name), order_by=events.c.at.desc())
    .label("place")
)
_LATEST = (
    select(
        events.c.person_id, events.c.name, events.c.at, events.c.properties, events.c.source, _RANK
    )
    .where(*_EARLIER)
    .subquery()
)
_RECENT = select(_LATEST).where(_LATEST.c.place <= bindparam("most")).order_by(_LATEST.c.place)
_ANSWERS = (
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


def _invitations(
    tx: Transaction, person_ids: Sequence[UUID], since: datetime
) -> dict[UUID, tuple[Invitation, ...]]:
    """Earlier invitations in the state they had at `since`."""
    by_person: dict[UUID, tuple[Invitation, ...]] = {}
    for row in tx.run(_INVITATIONS, people=person_ids, since=since):
        earlier = as_invitation(row)
        cancelled = earlier.state == "cancelled"
        if cancelled and earlier.ended_at is not None and earlier.ended_at < since:
            continue
        if earlier.shown_at is None or earlier.shown_at >= since:
            earlier = replace(earlier, state="queued", lease_until=None, shown_at=None)
        if earlier.shown_at is not None or earlier.expires_at > since:
            by_person[row.person_id] = (*by_person.get(row.person_id, ()), earlier)
    return by_person


def _done(
    tx: Transaction, person_ids: Sequence[UUID], since: datetime, needs: Needs
) -> dict[UUID, dict[str, EventCount]]:
    by_person: dict[UUID, dict[str, EventCount]] = {}
    for row in tx.run(_DONE, people=person_ids, names=sorted(needs.counts), since=since):
        by_person.setdefault(row.person_id, {})[row.name] = EventCount(row.times, row.last_at)
    return by_person


def _recent(
    tx: Transaction, person_ids: Sequence[UUID], since: datetime, needs: Needs
) -> dict[UUID, dict[str, tuple[PastEvent, ...]]]:
    most = max(needs.recent.values())
    by_person: dict[UUID, dict[str, tuple[PastEvent, ...]]] = {}
    names = sorted(needs.recent)
    for row in tx.run(_RECENT, people=person_ids, names=names, since=since, most=most):
        by_name = by_person.setdefault(row.person_id, {})
        latest = by_name.get(row.name, ())
        if len(latest) < needs.recent[row.name]:
            by_name[row.name] = (*latest, PastEvent(row.at, row.properties, row.source))
    return by_person


def _answers(tx: Transaction, person_ids: Sequence[UUID]) -> dict[UUID, tuple[EarlierAnswer, ...]]:
    by_person: dict[UUID, tuple[EarlierAnswer, ...]] = {}
    for row in tx.run(_ANSWERS, people=person_ids):
        answer = EarlierAnswer(row.kind, row.value, row.at, row.survey_id, row.scale)
        by_person[row.person_id] = (*by_person.get(row.person_id, ()), answer)
    return by_person
