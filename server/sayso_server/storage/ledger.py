"""The ledger: every ask and every silence with its reason.

An invitation has a row when it is made (`queued`) and one when it is seen (`asked`), cancelled or
expired; a no is one row per person, survey, reason and day, with first, last and count. Silences
are gathered in memory and written behind the request.
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
from sayso_server.storage import deleting
from sayso_server.storage.removing import remove_batch
from sayso_server.storage.rows import among
from sayso_server.storage.store import Store
from sayso_server.storage.tables import decisions, people
from sayso_server.storage.transaction import Transaction, insert_into, mine


@dataclass(frozen=True, slots=True)
class Sought:
    """Which decisions: of days from `first` to `last`, both included, about everybody or one
    person, about every survey or one."""

    first: date
    last: date
    person: UUID | None = None
    survey: UUID | None = None
    after: tuple[Any, ...] | None = None


LONGEST_TEXT, LONGEST_LIST = 200, 20

AT_ONCE = 200  # silences in one transaction, which holds their people

SILENCE = ""  # the `moment` of a no: those of a day are counted together

Key = tuple[UUID, UUID, UUID, date, str]


def record(tx: Transaction, person: UUID, decision: Decision, trigger_id: str) -> None:
    """What becomes of one invitation, by the moment that called for it: written in the transaction
    that does it."""
    key = (tx.project_id, person, decision.survey_id, tx.now.date(), decision.reason.value)
    add(tx, [_row(key, tx.now, trigger_id, decision)])


def record_seen(tx: Transaction, invitation: Row[Any]) -> None:
    """The person has seen the invitation: this alone is an ask."""
    reason = CALLED.get(invitation.trigger_kind, Reason.ASKED)
    decision = Decision(invitation.survey_id, reason, invitation.version)
    record(tx, invitation.person_id, decision, invitation.trigger_id)


def add(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    """Add rows; those already there gain the new ones' counts."""
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


def _add_of_known(tx: Transaction, rows: list[dict[str, Any]]) -> set[UUID]:
    """Add rows about people who are still there, in a project that is. Returns the people that
    another transaction has locked, for the next time: waiting for them could deadlock with a merge,
    which locks two in any order."""
    if not deleting.there(tx.connection, tx.project_id):
        return set()
    ids = [*{row["person_id"] for row in rows}]
    held = set(tx.run(_held(tx.dialect), ids=ids).scalars())
    known = [row for row in rows if row["person_id"] in held]
    if known:
        add(tx, known)
    if len(held) == len(ids):
        return set()
    return set(tx.run(_there(tx.dialect), ids=ids).scalars()) - held


@cache
def _there(dialect: str) -> Select[Any]:
    return select(people.c.id).where(mine(people), among(dialect, people.c.id, "ids"))


@cache
def _held(dialect: str) -> Select[Any]:
    return _there(dialect).with_for_update(read=True, key_share=True, skip_locked=True)


def search(tx: Transaction, sought: Sought, limit: int) -> list[Mapping[str, Any]]:
    """Decisions of a span of days, the latest first; `sought.after` goes on where a page ended."""
    place = (decisions.c.day, decisions.c.last_at, decisions.c.person_id, decisions.c.survey_id)
    order = [*place, decisions.c.reason, decisions.c.moment]
    where: list[ColumnElement[bool]] = [decisions.c.day.between(sought.first, sought.last)]
    if sought.person is not None:
        where.append(decisions.c.person_id == sought.person)
    if sought.survey is not None:
        where.append(decisions.c.survey_id == sought.survey)
    if sought.after is not None:
        where.append(tuple_(*order) < tuple_(*sought.after))
    rows = tx.run(
        select(decisions)
        .where(mine(decisions), *where)
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    return [dict(row) for row in rows.mappings()]


def prune(connection: Connection, project_id: UUID, before: date) -> int:
    """Forget a batch of the decisions of days before this one; return how many there were."""
    old = (decisions.c.project_id == project_id, decisions.c.day < before)
    return remove_batch(connection, decisions, *old, order=[decisions.c.day])


class Silences:
    """Noes waiting to be written; `flush` writes them, many in one transaction.

    Only those of people who are still there: what was noted just before its person was erased, or
    merged into another, is not written after it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[Key, dict[str, Any]] = {}

    def note(
        self,
        project_id: UUID,
        person: UUID,
        noes: Iterable[Decision],
        now: datetime,
    ) -> None:
        """Take note of noes, each with the values it saw last."""
        with self._lock:
            for no in noes:
                key = (project_id, person, no.survey_id, now.date(), no.reason.value)
                row = self._rows.setdefault(key, _row(key, now, SILENCE, no, count=0))
                row.update(last_at=now, count=row["count"] + 1, saw=plain(no.saw))

    def flush(self, store: Store, now: datetime) -> None:
        """Write what has gathered; kept for the next time when the database is away."""
        with self._lock:
            rows, self._rows = self._rows, {}
        try:
            for project_id in {key[0] for key in rows}:
                theirs = [key for key in rows if key[0] == project_id]
                for first in range(0, len(theirs), AT_ONCE):
                    some = theirs[first : first + AT_ONCE]
                    work = partial(_add_of_known, rows=[rows[key] for key in some])
                    busy = store.transact(project_id, now, work)
                    for key in some:
                        if key[1] not in busy:
                            del rows[key]
        finally:
            self._take_back(rows)

    def _take_back(self, rows: dict[Key, dict[str, Any]]) -> None:
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
    """What a rule saw, as JSON keeps it; long values are cut."""
    return {name: _plain_value(value) for name, value in saw.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain_single(one) for one in value[:LONGEST_LIST]]
    return _plain_single(value)


def _plain_single(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
