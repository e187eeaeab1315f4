"""The tail: what has been counted but not yet folded into the rollups, as ± deltas.

Writers only ever insert here, so no rollup row is a lock they queue for. Folding deletes deltas and
adds them to the rollups in one transaction, so that no late commit is ever missed.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import rollups, tail
from sayso_server.storage.transaction import Transaction

ANSWER = "answer:"  # measure of a question's answers; the bucket is the value
FOLD = 5_000  # deltas folded in one transaction


def delta(
    tx: Transaction,
    survey_id: UUID,
    measure: str,
    at: datetime,
    *,
    proven: bool,
    bucket: int = 0,
    by: int = 1,
) -> dict[str, Any]:
    """One row of the tail."""
    return {
        "project_id": tx.project_id,
        "id": new_id(),
        "survey_id": survey_id,
        "measure": measure,
        "day": at.date(),
        "bucket": bucket,
        "proven": proven,
        "delta": by,
    }


def count(
    tx: Transaction,
    survey_id: UUID,
    measures: Iterable[str],
    proven: bool,
) -> None:
    """One more of each measure (shown, completed, dismissed …)."""
    rows = [delta(tx, survey_id, measure, tx.now, proven=proven) for measure in measures]
    tx.execute(tail.insert(), rows)


def fold(tx: Transaction) -> int:
    """Move deltas of the project into its rollups. Returns how many there were."""
    rows = tx.execute(
        select(tail)
        .where(tail.c.project_id == tx.project_id)
        .limit(FOLD)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return 0
    tx.execute(
        delete(tail).where(
            tail.c.project_id == tx.project_id, tail.c.id.in_([row.id for row in rows])
        )
    )
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        sums[row.survey_id, row.measure, row.day, row.bucket, row.proven] += row.delta
    _add_to_rollups(tx, sums)
    return len(rows)


def _add_to_rollups(tx: Transaction, sums: Counter[tuple[Any, ...]]) -> None:
    statement = tx.insert(rollups)
    keys = ("survey_id", "measure", "day", "bucket", "proven")
    # In one order, so that two workers that fold the same rows never wait for each other in a ring.
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["project_id", *keys],
            set_={"count": rollups.c.count + statement.excluded.count},
        ),
        [
            {"project_id": tx.project_id, **dict(zip(keys, key, strict=True)), "count": sums[key]}
            for key in sorted(sums, key=repr)
        ],
    )
