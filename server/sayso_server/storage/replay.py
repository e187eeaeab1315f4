"""The past of a project's people, one person after the other: what a simulation replays.

Each statement reads a bounded number of rows, by the indexes that are there: of the people who did
something in the span some hundreds at a time, of their events a page at a time, so that neither the
memory nor the time of one statement grows with the project.
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
from sayso_server.decision.rules import Needs, Policy
from sayso_server.decision.simulation import History
from sayso_server.storage.columns import Utc
from sayso_server.storage.histories import histories, of_people
from sayso_server.storage.tables import event_counts, events
from sayso_server.storage.transaction import Transaction, mine

PEOPLE = 500  # looked up by one statement
PAGE = 500  # events read by one statement: some 20 ms of work, then others have their turn

Progress = Callable[[int, int], None]

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Span:
    """What is replayed: events of these names (None: all) between two moments, both included, for
    rules with these needs."""

    since: datetime
    until: datetime
    names: frozenset[str] | None
    needs: Needs
    policy: Policy


def replayed(
    tx: Transaction, span: Span, progress: Progress
) -> Iterator[tuple[History, Iterator[Moment]]]:
    """Everybody who did something in the span, in order of ids, each with their events, oldest
    first. `progress` is told now and then how many of how many people are done."""
    done, everybody = 0, _how_many(tx, span)
    for some in _active(tx, span):
        for few in _by_events(tx, span, some):
            known = histories(tx, few, span.since, span.needs, span.policy)
            rows_of_few = _events(tx, span, few, partial(progress, done, everybody))
            for person, rows in groupby(rows_of_few, key=lambda row: row.person_id):
                if person in known:  # not erased meanwhile
                    yield known[person], map(_moment, rows)
            done += len(few)
    progress(done, everybody)


def names_seen(tx: Transaction, names: Iterable[str], since: datetime) -> set[str]:
    """Which of these events happened since then."""
    rows = tx.run(
        select(event_counts.c.name)
        .where(
            mine(event_counts),
            event_counts.c.name.in_(bindparam("names", expanding=True)),
            event_counts.c.last_at >= bindparam("since"),
        )
        .distinct(),
        names=sorted(names),
        since=since,
    )
    return {row.name for row in rows}


def _how_many(tx: Transaction, span: Span) -> int:
    found = select(func.count(event_counts.c.person_id.distinct())).where(*_who_acted(span))
    return int(tx.run(found).scalar_one())


def _who_acted(span: Span) -> list[ColumnElement[bool]]:
    named = [] if span.names is None else [event_counts.c.name.in_(sorted(span.names))]
    return [mine(event_counts), event_counts.c.last_at >= span.since, *named]


def _active(tx: Transaction, span: Span) -> Iterator[list[UUID]]:
    person = event_counts.c.person_id
    some = (
        select(person)
        .where(*_who_acted(span), person > bindparam("after", type_=Uuid()))
        .distinct()
        .order_by(person)
        .limit(PEOPLE)
    )
    found = [row.person_id for row in tx.run(some, after=_NOBODY)]
    while found:
        yield found
        found = [row.person_id for row in tx.run(some, after=found[-1])]


def _by_events(tx: Transaction, span: Span, some: Sequence[UUID]) -> Iterator[list[UUID]]:
    """The people in groups whose events fit a page, or one by one."""
    counted = (
        select(events.c.person_id, func.count().label("n"))
        .where(*_acts(span))
        .group_by(events.c.person_id)
    )
    n_of = {row.person_id: row.n for row in tx.run(counted, people=some)}
    few: list[UUID] = []
    n = 0
    for person in some:
        if few and n + n_of.get(person, 0) > PAGE:
            yield few
            few, n = [], 0
        few.append(person)
        n += n_of.get(person, 0)
    yield few


def _acts(span: Span) -> list[ColumnElement[bool]]:
    named = [] if span.names is None else [events.c.name.in_(sorted(span.names))]
    return [*of_people(events), events.c.at.between(span.since, span.until), *named]


def _events(
    tx: Transaction, span: Span, few: Sequence[UUID], after_page: Callable[[], None]
) -> Iterator[Row[Any]]:
    """A page at a time; whoever has more than a page's events is read on from where it ended."""
    key = (events.c.person_id, events.c.at, events.c.id, events.c.source, events.c.visitor)
    after = tuple_(
        bindparam("person", type_=Uuid()),
        bindparam("at", type_=Utc()),
        *(bindparam(name, type_=String()) for name in ("event", "source", "visitor")),
    )
    columns = (*key, events.c.name, events.c.proven, events.c.properties)
    page = select(*columns).where(*_acts(span)).order_by(*key).limit(PAGE)
    rows = tx.run(page, people=few).all()
    while rows:
        yield from rows
        after_page()
        if len(rows) < PAGE:
            return
        last = rows[-1]
        rows = tx.run(
            page.where(tuple_(*key) > after),
            people=few,
            person=last.person_id,
            at=last.at,
            event=last.id,
            source=last.source,
            visitor=last.visitor,
        ).all()


def _moment(row: Row[Any]) -> Moment:
    return Moment("event", row.source, row.at, row.name, row.properties, proven=row.proven)
