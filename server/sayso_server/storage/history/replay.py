"""Read the events of a project's people, one person after the other, for a simulation.

Reads are paginated: a few hundred people at a time, and their events page by page, each using an
index. So neither memory nor a statement's time grows with the project.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    Uuid,
    bindparam,
    func,
    select,
    tuple_,
)

from sayso_server.decision.facts import Moment
from sayso_server.decision.replayed_person import History
from sayso_server.decision.rules import Needs, Policy
from sayso_server.storage.database.columns import Utc
from sayso_server.storage.database.tables import event_counts, events
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.history.histories import histories, of_people

PEOPLE = 500  # read by one statement
PAGE = 500  # events read by one statement in about 20 ms; then other requests can run

Progress = Callable[[int, int], None]

_LOWEST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Span:
    """The events to replay: those with these names (None: all) from `since` to `until`, both
    included, for rules with these needs."""

    since: datetime
    until: datetime
    names: frozenset[str] | None
    needs: Needs
    policy: Policy


def replayed(
    tx: Transaction, span: Span, progress: Progress
) -> Iterator[tuple[History, Iterator[Moment]]]:
    """Yields each person with events in the span, sorted by id, with their events, oldest first.
    Calls `progress(done, total)`, in people, after each page."""
    done, total = 0, _count_people(tx, span)
    for person_ids in _active(tx, span):
        for group in _by_events(tx, span, person_ids):
            known = histories(tx, group, span.since, span.needs, span.policy)
            events_of_group = _events(tx, span, group, partial(progress, done, total))
            for person, rows in groupby(events_of_group, key=lambda row: row.person_id):
                if person in known:  # not erased since
                    yield known[person], map(_moment, rows)
            done += len(group)
    progress(done, total)


def names_seen(tx: Transaction, names: Iterable[str], since: datetime) -> set[str]:
    """The names that have an event at or after `since`."""
    rows = tx.run(
        select(event_counts.c.name)
        .where(
            in_project(event_counts),
            event_counts.c.name.in_(bindparam("names", expanding=True)),
            event_counts.c.last_at >= bindparam("since"),
        )
        .distinct(),
        names=sorted(names),
        since=since,
    )
    return {row.name for row in rows}


def _count_people(tx: Transaction, span: Span) -> int:
    counted = select(func.count(event_counts.c.person_id.distinct())).where(*_in_span(span))
    return int(tx.run(counted).scalar_one())


def _in_span(span: Span) -> list[ColumnElement[bool]]:
    named = [] if span.names is None else [event_counts.c.name.in_(sorted(span.names))]
    return [in_project(event_counts), event_counts.c.last_at >= span.since, *named]


def _active(tx: Transaction, span: Span) -> Iterator[list[UUID]]:
    person = event_counts.c.person_id
    page = (
        select(person)
        .where(*_in_span(span), person > bindparam("after", type_=Uuid()))
        .distinct()
        .order_by(person)
        .limit(PEOPLE)
    )
    person_ids = [row.person_id for row in tx.run(page, after=_LOWEST)]
    while person_ids:
        yield person_ids
        person_ids = [row.person_id for row in tx.run(page, after=person_ids[-1])]


def _by_events(tx: Transaction, span: Span, person_ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    """Group people so that each group's events fit one page; a person with more is alone."""
    counted = (
        select(events.c.person_id, func.count().label("n"))
        .where(*_events_in_span(span))
        .group_by(events.c.person_id)
    )
    n_of = {row.person_id: row.n for row in tx.run(counted, people=person_ids)}
    group: list[UUID] = []
    n = 0
    for person in person_ids:
        if group and n + n_of.get(person, 0) > PAGE:
            yield group
            group, n = [], 0
        group.append(person)
        n += n_of.get(person, 0)
    yield group


def _events_in_span(span: Span) -> list[ColumnElement[bool]]:
    named = [] if span.names is None else [events.c.name.in_(sorted(span.names))]
    return [*of_people(events), events.c.at.between(span.since, span.until), *named]


def _events(
    tx: Transaction, span: Span, person_ids: Sequence[UUID], after_page: Callable[[], None]
) -> Iterator[Row[Any]]:
    """Keyset pagination: each page starts after the last row of the previous page."""
    key = (events.c.person_id, events.c.at, events.c.id, events.c.source, events.c.visitor)
    after = tuple_(
        bindparam("person", type_=Uuid()),
        bindparam("at", type_=Utc()),
        *(bindparam(name, type_=String()) for name in ("event", "source", "visitor")),
    )
    columns = (*key, events.c.name, events.c.proven, events.c.properties)
    page = select(*columns).where(*_events_in_span(span)).order_by(*key).limit(PAGE)
    rows = tx.run(page, people=person_ids).all()
    while rows:
        yield from rows
        after_page()
        if len(rows) < PAGE:
            return
        last = rows[-1]
        rows = tx.run(
            page.where(tuple_(*key) > after),
            people=person_ids,
            person=last.person_id,
            at=last.at,
            event=last.id,
            source=last.source,
            visitor=last.visitor,
        ).all()


def _moment(row: Row[Any]) -> Moment:
    return Moment("event", row.source, row.at, row.name, row.properties, proven=row.proven)
