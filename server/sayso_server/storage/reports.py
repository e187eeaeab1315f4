"""Counts for a report: rollups plus the tail, in one statement, so exact at every moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Table, bindparam, func, select, union_all

from sayso_server.storage.invitations import measures_of
from sayso_server.storage.tables import answered, answers, invitations, rollups, tail
from sayso_server.storage.tail import ANSWER, answer_measure
from sayso_server.storage.transaction import Transaction, mine


@dataclass(frozen=True, slots=True)
class Scope:
    """Which of a survey's counts are meant: of these versions, between two days, both included;
    where said, of one variant, or of people who were proven or who were not. With `test` they are
    testers', who are counted nowhere else."""

    versions: tuple[int, ...]
    first: date
    last: date
    variant: str | None = None
    proven: bool | None = None
    test: bool = False


@dataclass(slots=True)
class Counts:
    """What happened to one survey."""

    measures: dict[str, int] = field(default_factory=dict)
    """shown, started, completed, dismissed, snoozed, refused → how many."""
    by_day: dict[str, dict[date, dict[int, int]]] = field(default_factory=dict)
    """measure of a question → day → value → how many."""
    unproven: dict[str, int] = field(default_factory=dict)
    """measure of a question → how many of its answers came from pages without a proven identity."""


def counts(tx: Transaction, survey_id: UUID, scope: Scope) -> Counts:
    """The survey's counts. The cost grows with days, scale points and versions, not with
    answers; of testers, with what testers did."""
    if scope.test:
        return _of_testers(tx, survey_id, scope)
    parts = [
        select(
            table.c.measure,
            table.c.day,
            table.c.bucket,
            table.c.proven,
            amount.label("amount"),
        ).where(mine(table), table.c.survey_id == survey_id, *_within(table, scope))
        for table, amount in ((rollups, rollups.c.count), (tail, tail.c.delta))
    ]
    every = union_all(*parts).subquery()
    keys = (every.c.measure, every.c.day, every.c.bucket, every.c.proven)
    rows = tx.run(select(*keys, func.sum(every.c.amount).label("n")).group_by(*keys))
    found = Counts()
    for row in rows:
        _add(found, row.measure, row.day, row.bucket, row.proven, int(row.n))
    return found


def _within(table: Table, scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        table.c.version.in_(scope.versions),
        table.c.day.between(scope.first, scope.last),
    ]
    if scope.variant is not None:
        found.append(table.c.variant == scope.variant)
    if scope.proven is not None:
        found.append(table.c.proven.is_(scope.proven))
    return found


def _of_testers(tx: Transaction, survey_id: UUID, scope: Scope) -> Counts:
    found = Counts()
    for row in tx.run(_TEST_INVITATIONS, survey=survey_id).mappings():
        for measure, at in measures_of(row):
            if _is_within(row, at, scope):
                _add(found, measure, at.date(), 0, row["proven"], 1)
    for row in tx.run(_TEST_ANSWERS, survey=survey_id).mappings():
        if row["value"] is not None and _is_within(row, row["at"], scope):
            measure = answer_measure(row["kind"], row["question"], row["scale"], row["part"])
            _add(found, measure, row["at"].date(), row["value"], row["proven"], 1)
    return found


def _is_within(row: RowMapping, at: datetime, scope: Scope) -> bool:
    return (
        row["version"] in scope.versions
        and scope.first <= at.date() <= scope.last
        and scope.variant in (None, row["variant"])
        and scope.proven in (None, row["proven"])
    )


_TESTED = (
    mine(invitations),
    invitations.c.survey_id == bindparam("survey"),
    invitations.c.test.is_(True),
)
_TEST_INVITATIONS = select(invitations).where(*_TESTED)
_TEST_ANSWERS = (
    select(
        *(answers.c[name] for name in ("kind", "question", "scale", "part", "value", "at")),
        *(invitations.c[name] for name in ("version", "variant", "proven")),
    )
    .select_from(answered)
    .where(*_TESTED)
)


def shown_and_scored(
    tx: Transaction, first: date, last: date, kinds: Iterable[str]
) -> tuple[int, int]:
    """How many popups of the whole project were shown, and how many scores of these kinds given:
    its cost grows with surveys, days and scale points."""
    parts = [
        select(table.c.measure, amount.label("amount")).where(
            mine(table), table.c.day.between(first, last)
        )
        for table, amount in ((rollups, rollups.c.count), (tail, tail.c.delta))
    ]
    every = union_all(*parts).subquery()
    rows = tx.run(
        select(every.c.measure, func.sum(every.c.amount).label("n")).group_by(every.c.measure)
    )
    n_of = {row.measure: int(row.n) for row in rows}
    scores = tuple(f"{ANSWER}{kind}" for kind in kinds)
    return n_of.get("shown", 0), sum(n for name, n in n_of.items() if name.startswith(scores))


def _add(found: Counts, measure: str, day: date, bucket: int, proven: bool, n: int) -> None:
    if not n:
        return
    if not measure.startswith(ANSWER):
        found.measures[measure] = found.measures.get(measure, 0) + n
        return
    daily = found.by_day.setdefault(measure, {}).setdefault(day, {})
    daily[bucket] = daily.get(bucket, 0) + n
    if not proven:
        found.unproven[measure] = found.unproven.get(measure, 0) + n
