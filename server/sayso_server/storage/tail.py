"""The tail: what has been counted but not yet folded into the rollups, as ± deltas.

Writers only ever insert here, so no rollup row is a lock they queue for. Folding deletes deltas and
adds them to the rollups in one transaction, so that no late commit is ever missed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Row, delete, select

from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import rollups, tail
from sayso_server.storage.transaction import Transaction, insert_into, mine

ANSWER = "answer:"
_INSERT = tail.insert()

FOLD = 5_000  # deltas folded in one transaction


def delta(
    survey_id: UUID,
    measure: str,
    at: datetime,
    *,
    proven: bool,
    variant: str | None = None,
    bucket: int = 0,
    by: int = 1,
) -> dict[str, Any]:
    """One row of the tail."""
    return {
        "id": new_id(),
        "survey_id": survey_id,
        "measure": measure,
        "day": at.date(),
        "bucket": bucket,
        "proven": proven,
        "variant": variant or "",
        "delta": by,
    }


def answer_measure(kind: str, question: str) -> str:
    """The measure of a question's answers, whose bucket is the value. The kind is part of it:
    scales are never pooled, also when a later version asks the question on another one."""
    return f"{ANSWER}{kind}:{question}"


def add(tx: Transaction, deltas: Sequence[dict[str, Any]]) -> None:
    """Count these."""
    if deltas:
        tx.put(_INSERT, *deltas)


def counted(deltas: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that count something: a tester's do not."""
    return [delta for delta in deltas if delta["delta"]]


def count(tx: Transaction, invitation: Row[Any], measures: Iterable[str]) -> None:
    """One more of each measure (shown, completed, dismissed …) for the invitation's survey."""
    add(tx, counted(of_invitation(invitation, measure, tx.now) for measure in measures))


def of_invitation(
    invitation: Row[Any], measure: str, at: datetime, *, bucket: int = 0, by: int = 1
) -> dict[str, Any]:
    """One row of the tail about an invitation. A tester's is never counted."""
    return delta(
        invitation.survey_id,
        measure,
        at,
        proven=invitation.proven,
        variant=invitation.variant,
        bucket=bucket,
        by=0 if invitation.test else by,
    )


def fold(tx: Transaction) -> int:
    """Move deltas of the project into its rollups. Returns how many there were."""
    rows = tx.run(
        select(tail).where(mine(tail)).limit(FOLD).with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return 0
    tx.run(delete(tail).where(mine(tail), tail.c.id.in_([row.id for row in rows])))
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        sums[row.survey_id, row.measure, row.day, row.bucket, row.proven, row.variant] += row.delta
    _add_to_rollups(tx, sums)
    return len(rows)


def _add_to_rollups(tx: Transaction, sums: Counter[tuple[Any, ...]]) -> None:
    keys = ("survey_id", "measure", "day", "bucket", "proven", "variant")
    # In one order, so that two workers that fold the same rows never wait for each other in a ring.
    rows = [
        {**dict(zip(keys, key, strict=True)), "count": sums[key]} for key in sorted(sums, key=repr)
    ]
    tx.put(_upsert(tx.dialect), *rows)


@cache
def _upsert(dialect: str) -> Insert:
    statement = insert_into(dialect, rollups)
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "survey_id", "measure", "day", "bucket", "proven", "variant"],
        set_={"count": rollups.c.count + statement.excluded.count},
    )
    return upsert
