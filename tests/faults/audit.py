"""Compares the promises with the database, using its own statements while no server runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Connection, Table, text
from sqlalchemy import select as sql_select

from sayso_server.storage.database import tables
from tests.faults.promises import Invitation, Promises
from tests.faults.server import wait_until

Counts = Counter[tuple[Any, ...]]

# Measure → the invitation's column with its time. ENDED lists the measures that are end states.
REACHED = {"shown": "shown_at", "started": "started_at", "completed": "completed_at"}
ENDED = ("dismissed", "snoozed", "refused")


@dataclass(slots=True)
class Findings:
    """Errors: acknowledged data that is missing or different, stored twice, or miscounted."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    miscounted: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        named = {"lost": self.lost, "double": self.double, "miscounted": self.miscounted}
        return "\n".join(
            f"{len(found)} {name}:\n  " + "\n  ".join(found[:10])
            for name, found in named.items()
            if found
        )


def audit(database_url: str, project: UUID, promises: Promises) -> Findings:
    """Every difference between the database and the acknowledged writes."""
    engine = sqlalchemy.create_engine(database_url)
    findings = Findings()
    try:
        with engine.connect() as connection:
            _wait_until_alone(connection)
            rows = _Rows(connection, project)
        _events(rows, promises, findings)
        _invitations(rows, promises, findings)
        _answers(rows, promises, findings)
        _asked_once(rows, findings)
        _counted_once(rows, findings)
    finally:
        engine.dispose()
    return findings


class _Rows:
    """The project's rows in the audited tables."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        read = partial(_rows_of, connection, project)
        self.events = read(tables.events)
        self.invitations = read(tables.invitations)
        self.answers = read(tables.answers)
        self.ledger = read(tables.decisions)
        self.rollups = read(tables.rollups)
        self.tail = read(tables.tail)
        self.names: dict[UUID, set[str]] = defaultdict(
            set
        )  # user ids and visitor ids of each person
        for row in read(tables.people):
            self.names[row.id].add(row.user_id)
        for row in read(tables.visitors):
            self.names[row.person_id].add(row.visitor)


def _events(rows: _Rows, promises: Promises, findings: Findings) -> None:
    stored = _grouped(rows.events, "id")
    findings.double += [f"event {key}" for key, same in stored.items() if len(same) > 1]
    for key, event in promises.events.items():
        for row in stored.get(key) or [None]:
            if (
                row is None
                or row.name != event.name
                or event.person not in rows.names[row.person_id]
            ):
                findings.lost.append(f"event {key} {event}: {row}")


def _invitations(rows: _Rows, promises: Promises, findings: Findings) -> None:
    held = _grouped(rows.invitations, "secret_hash")
    for key, promised in promises.invitations.items():
        for row in held.get(key) or [None]:
            if row is None or not _stands(row, promised, rows.names[row.person_id]):
                findings.lost.append(f"invitation {key.hex()} {promised}: {row}")
    of_trigger = _grouped(rows.invitations, "trigger_id")
    findings.lost += [
        f"the invitation after {key}" for key in promises.inviting if key not in of_trigger
    ]


def _stands(row: Any, promised: Invitation, names: set[str]) -> bool:
    reached = promised.state == "claimed" or row.shown_at is not None
    ended = promised.state not in ENDED or row.ended_at is not None
    completed = (promised.state == "completed") is (row.completed_at is not None)
    right = row.state == promised.state and promised.person in names
    return right and reached and ended and completed


def _answers(rows: _Rows, promises: Promises, findings: Findings) -> None:
    hashes = {row.id: row.secret_hash for row in rows.invitations}
    given: dict[tuple[bytes | None, str], list[Any]] = defaultdict(list)
    for row in rows.answers:
        value = row.text if row.value is None else row.value
        given[hashes.get(row.invitation_id), row.question].append(value)
    findings.double += [f"answer {key}" for key, values in given.items() if len(values) > 1]
    for key, invitation in promises.invitations.items():
        for question, value in invitation.answers.items():
            found = given.get((key, question))
            if not found or found[0] != value:
                findings.lost.append(f"answer {key.hex()} {question} {value!r}: {found}")


def _asked_once(rows: _Rows, findings: Findings) -> None:
    """Checks that nobody is shown a survey twice, that no trigger makes two invitations, and that
    the ledger contains every invitation and every ask."""
    seen = [row for row in rows.invitations if row.shown_at is not None]
    shown = Counter((row.person_id, row.survey_id) for row in seen)
    made = _by_moment(rows.invitations)
    findings.double += [f"shown to {key}" for key, n in shown.items() if n > 1]
    findings.double += [f"invitation of {key}" for key, n in made.items() if n > 1]
    for reason, true in (("queued", made), ("asked", _by_moment(seen))):
        said: Counts = Counter()
        for row in rows.ledger:
            if row.reason == reason:
                said[row.person_id, row.survey_id, row.moment] += row.count
        findings.miscounted += _difference(f"{reason} in the ledger", said, true)


def _by_moment(invitations: Iterable[Any]) -> Counts:
    return Counter((row.person_id, row.survey_id, row.trigger_id) for row in invitations)


def _counted_once(rows: _Rows, findings: Findings) -> None:
    """Checks that rollups plus tail equal the counts from invitations and answers."""
    counted: Counts = Counter()
    for row in rows.rollups:
        counted[row.survey_id, row.measure, row.day, row.bucket, row.proven] += row.count
    for row in rows.tail:
        counted[row.survey_id, row.measure, row.day, row.bucket, row.proven] += row.delta
    findings.miscounted += _difference("counts", counted, _true_counts(rows))


def _true_counts(rows: _Rows) -> Counts:
    counts: Counts = Counter()
    proven = {row.id: row.proven for row in rows.invitations}
    for row in rows.invitations:
        for measure, column in REACHED.items():
            at = getattr(row, column)
            if at is not None:
                counts[row.survey_id, measure, at.date(), 0, row.proven] += 1
        if row.state in ENDED:
            counts[row.survey_id, row.state, row.ended_at.date(), 0, row.proven] += 1
    for row in rows.answers:
        if row.value is not None:
            measure, whose = f"answer:{row.kind}:{row.question}", proven[row.invitation_id]
            counts[row.survey_id, measure, row.at.date(), row.value, whose] += 1
    return counts


def _difference(what: str, said: Counts, true: Counts) -> list[str]:
    return [
        f"{what} of {tuple(map(str, key))}: {said[key]}, and there are {true[key]}"
        for key in said.keys() | true.keys()
        if said[key] != true[key]
    ]


def _grouped(rows: Iterable[Any], column: str) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return groups


def _rows_of(connection: Connection, project: UUID, table: Table) -> list[Any]:
    return list(connection.execute(sql_select(table).where(table.c.project_id == project)))


def _wait_until_alone(connection: Connection) -> None:
    """PostgreSQL may still be working for a killed server."""
    if connection.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    wait_until(
        lambda: connection.execute(others).scalar_one() == 0,
        lambda: "Somebody is still connected to the database.",
    )
    connection.rollback()  # later reads use a new snapshot
