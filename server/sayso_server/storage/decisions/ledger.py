"""The ledger: every ask and every silence (a decision not to ask) with its reason.

An invitation gets a row when it is created (`queued`), and another when it is seen (`asked`),
cancelled or expired. Silences share one row per person, survey, reason and day, with the first and
last time and a count. They are buffered in memory and written in the background.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Insert, Row, Select, select, tuple_

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import CALLED
from sayso_server.decision.reasons import Reason
from sayso_server.storage.database.removing import remove_batch
from sayso_server.storage.database.rows import among
from sayso_server.storage.database.store import Store
from sayso_server.storage.database.tables import decisions, people
from sayso_server.storage.database.transaction import Transaction, in_project, insert_into
from sayso_server.storage.projects import deleting


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """A filter for decisions: the days from `first` to `last`, both included, and optionally one
    person and one survey. `after` is the sort key of the last row of the page before."""

    first: date
    last: date
    person: UUID | None = None
    survey: UUID | None = None
    after: tuple[Any, ...] | None = None


LONGEST_TEXT, LONGEST_LIST = 200, 20

BATCH = 200  # silences written in one transaction, which locks their people

SILENCE = ""  # the `moment` of silences, so that a day's silences share one row

Key = tuple[UUID, UUID, UUID, date, str]


def record(tx: Transaction, person: UUID, decision: Decision, trigger_id: str) -> None:
    """Record a decision about an invitation, in the transaction that makes the change."""
    key = (tx.project_id, person, decision.survey_id, tx.now.date(), decision.reason.value)
    add(tx, [_row(key, tx.now, trigger_id, decision)])


def record_seen(tx: Transaction, invitation: Row[Any]) -> None:
    """Record that the person has seen the invitation; only this counts as an ask."""
    reason = CALLED.get(invitation.trigger_kind, Reason.ASKED)
    decision = Decision(invitation.survey_id, reason, invitation.version)
    record(tx, invitation.person_id, decision, invitation.trigger_id)


def add(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    """Upsert rows; counts are added to those of existing rows."""
    tx.put(_upsert(tx.dialect), *rows)


@cache
def _upsert(dialect: str) -> Insert:
    statement = insert_into(dialect, decisions)
    new = statement.excluded
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "person_id", "survey_id", "day", "reason", "moment"],
        set_={
            "last_at": new.last_at,
            "count": decisions.c.count + new.count,
            "version": new.version,
            "saw": new.saw,
        },
    )
    return upsert


def _add_of_existing(tx: Transaction, rows: list[dict[str, Any]]) -> set[UUID]:
    """Add rows about people who still exist, if the project still exists. Returns people locked by
    another transaction, to retry later: waiting for them could deadlock with a merge, which locks
    two people in any order."""
    if not deleting.project_exists(tx.connection, tx.project_id):
        return set()
    ids = [*{row["person_id"] for row in rows}]
    locked = set(tx.run(_lock_existing(tx.dialect), ids=ids).scalars())
    addable = [row for row in rows if row["person_id"] in locked]
    if addable:
        add(tx, addable)
    if len(locked) == len(ids):
        return set()
    return set(tx.run(_existing(tx.dialect), ids=ids).scalars()) - locked


@cache
def _existing(dialect: str) -> Select[Any]:
    return select(people.c.id).where(in_project(people), among(dialect, people.c.id, "ids"))


@cache
def _lock_existing(dialect: str) -> Select[Any]:
    return _existing(dialect).with_for_update(read=True, key_share=True, skip_locked=True)


def search(tx: Transaction, query: LedgerQuery, limit: int) -> list[Mapping[str, Any]]:
    """A page of decisions, latest first."""
    order = [
        decisions.c.day,
        decisions.c.last_at,
        decisions.c.person_id,
        decisions.c.survey_id,
        decisions.c.reason,
        decisions.c.moment,
    ]
    where: list[ColumnElement[bool]] = [decisions.c.day.between(query.first, query.last)]
    if query.person is not None:
        where.append(decisions.c.person_id == query.person)
    if query.survey is not None:
        where.append(decisions.c.survey_id == query.survey)
    if query.after is not None:
        where.append(tuple_(*order) < tuple_(*query.after))
    rows = tx.run(
        select(decisions)
        .where(in_project(decisions), *where)
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    return [dict(row) for row in rows.mappings()]


def prune(connection: Connection, project_id: UUID, before: date) -> int:
    """Delete a batch of decisions from days before `before`. Returns how many were deleted."""
    old = (decisions.c.project_id == project_id, decisions.c.day < before)
    return remove_batch(connection, decisions, *old, order=[decisions.c.day])


class Silences:
    """A buffer of silences; `flush` writes them, many in one transaction.

    Silences about a person who was erased or merged before the flush are dropped.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[Key, dict[str, Any]] = {}

    def note(
        self,
        project_id: UUID,
        person: UUID,
        silences: Iterable[Decision],
        now: datetime,
    ) -> None:
        """Buffer silences. A repeated silence increments the count and replaces the values seen."""
        with self._lock:
            for silence in silences:
                key = (project_id, person, silence.survey_id, now.date(), silence.reason.value)
                row = self._rows.setdefault(key, _row(key, now, SILENCE, silence, count=0))
                row.update(last_at=now, count=row["count"] + 1, saw=plain(silence.saw))

    def flush(self, store: Store, now: datetime) -> None:
        """Write the buffered silences. They stay buffered when the database is unavailable."""
        with self._lock:
            rows, self._rows = self._rows, {}
        try:
            for project_id in {key[0] for key in rows}:
                keys = [key for key in rows if key[0] == project_id]
                for first in range(0, len(keys), BATCH):
                    batch = keys[first : first + BATCH]
                    work = partial(_add_of_existing, rows=[rows[key] for key in batch])
                    locked = store.transact(project_id, now, work)
                    for key in batch:
                        if key[1] not in locked:
                            del rows[key]
        finally:
            self._put_back(rows)

    def _put_back(self, rows: dict[Key, dict[str, Any]]) -> None:
        """Buffer rows that were not written, merged with rows noted during the flush."""
        with self._lock:
            for key, row in rows.items():
                newer = self._rows.get(key)
                if newer:
                    row.update(newer, first_at=row["first_at"], count=row["count"] + newer["count"])
                self._rows[key] = row


def _row(
    key: Key, now: datetime, moment: str, decision: Decision, *, count: int = 1
) -> dict[str, Any]:
    project_id, person, survey_id, day, reason = key
    return {
        "project_id": project_id,
        "person_id": person,
        "survey_id": survey_id,
        "day": day,
        "reason": reason,
        "moment": moment,
        "first_at": now,
        "last_at": now,
        "count": count,
        "version": decision.version,
        "saw": plain(decision.saw),
    }


def plain(saw: Mapping[str, Any]) -> dict[str, Any]:
    """The values a rule looked at, in JSON types; long values are truncated."""
    return {name: _plain_value(value) for name, value in saw.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain_single(item) for item in value[:LONGEST_LIST]]
    return _plain_single(value)


def _plain_single(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
