"""Counts for a report: rollups plus count deltas, in one statement, so always exact."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Table, bindparam, func, select, union_all

from sayso_server.storage.counts.count_deltas import ANSWER, answer_measure
from sayso_server.storage.database.tables import answered, answers, invitations, rollups, tail
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.invitations.invitations import measures_of


@dataclass(frozen=True, slots=True)
class Scope:
    """A filter for a survey's counts: versions, and days from `first` to `last`, both included.
    Optional: one variant, and proven or unproven people only. `test` selects testers' invitations,
    which are counted nowhere else."""

    versions: tuple[int, ...]
    first: date
    last: date
    variant: str | None = None
    proven: bool | None = None
    test: bool = False


@dataclass(slots=True)
class ReportCounts:
    """The counts of one survey."""

    measures: dict[str, int] = field(default_factory=dict)
    """shown, started, completed, dismissed, snoozed, refused → how many."""
    by_day: dict[str, dict[date, dict[int, int]]] = field(default_factory=dict)
    """measure of a question → day → value → how many."""
    unproven: dict[str, int] = field(default_factory=dict)
    """measure of a question → how many of its answers came from pages without a proven identity."""


def counts(tx: Transaction, survey_id: UUID, scope: Scope) -> ReportCounts:
    """The survey's counts. The cost grows with days, scale points and versions, not with answers.
    With `test` it grows with the testers' invitations and answers."""
    if scope.test:
        return _of_testers(tx, survey_id, scope)
    parts = [
        select(
            table.c.measure,
            table.c.day,
            table.c.bucket,
            table.c.proven,
            amount.label("amount"),
        ).where(in_project(table), table.c.survey_id == survey_id, *_within(table, scope))
        for table, amount in ((rollups, rollups.c.count), (tail, tail.c.delta))
    ]
    every = union_all(*parts).subquery()
    keys = (every.c.measure, every.c.day, every.c.bucket, every.c.proven)
    rows = tx.run(select(*keys, func.sum(every.c.amount).label("n")).group_by(*keys))
    totals = ReportCounts()
    for row in rows:
        _add(totals, row.measure, row.day, row.bucket, row.proven, int(row.n))
    return totals


def _within(table: Table, scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        table.c.version.in_(scope.versions),
        table.c.day.between(scope.first, scope.last),
    ]
    if scope.variant is not None:
        conditions.append(table.c.variant == scope.variant)
    if scope.proven is not None:
        conditions.append(table.c.proven.is_(scope.proven))
    return conditions


def _of_testers(tx: Transaction, survey_id: UUID, scope: Scope) -> ReportCounts:
    totals = ReportCounts()
    for row in tx.run(_TEST_INVITATIONS, survey=survey_id).mappings():
        for measure, at in measures_of(row):
            if _is_within(row, at, scope):
                _add(totals, measure, at.date(), 0, row["proven"], 1)
    for row in tx.run(_TEST_ANSWERS, survey=survey_id).mappings():
        if row["value"] is not None and _is_within(row, row["at"], scope):
            measure = answer_measure(row["kind"], row["question"], row["scale"], row["part"])
            _add(totals, measure, row["at"].date(), row["value"], row["proven"], 1)
    return totals


def _is_within(row: RowMapping, at: datetime, scope: Scope) -> bool:
    return (
        row["version"] in scope.versions
        and scope.first <= at.date() <= scope.last
        and scope.variant in (None, row["variant"])
        and scope.proven in (None, row["proven"])
    )


_TESTED = (
    in_project(invitations),
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
    """How many popups were shown in the whole project, and how many scores of these kinds were
    given. The cost grows with surveys, days and scale points."""
    parts = [
        select(table.c.measure, amount.label("amount")).where(
            in_project(table), table.c.day.between(first, last)
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


def _add(totals: ReportCounts, measure: str, day: date, bucket: int, proven: bool, n: int) -> None:
    if not n:
        return
    if not measure.startswith(ANSWER):
        totals.measures[measure] = totals.measures.get(measure, 0) + n
        return
    daily = totals.by_day.setdefault(measure, {}).setdefault(day, {})
    daily[bucket] = daily.get(bucket, 0) + n
    if not proven:
        totals.unproven[measure] = totals.unproven.get(measure, 0) + n
