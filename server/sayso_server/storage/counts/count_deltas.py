"""Count deltas (table `tail`): ± counts that are not yet folded into the rollups.

Writers only insert deltas, so they never wait for a lock on a rollup row. Folding deletes deltas
and adds them to the rollups in one transaction, so a delta that commits late is not missed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Uuid, bindparam, delete, func, select, true

from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.tables import rollups, tail
from sayso_server.storage.database.transaction import Transaction, in_project, insert_into

ANSWER = "answer:"
_INSERT = tail.insert()

FOLD = 5_000  # deltas folded in one transaction


def delta(
    survey_id: UUID,
    version: int,
    measure: str,
    at: datetime,
    *,
    proven: bool,
    variant: str | None = None,
    bucket: int = 0,
    by: int = 1,
) -> dict[str, Any]:
    """A count delta as a row. `version` is the survey version that was asked."""
    return {
        "id": new_id(),
        "survey_id": survey_id,
        "version": version,
        "measure": measure,
        "day": at.date(),
        "bucket": bucket,
        "proven": proven,
        "variant": variant or "",
        "delta": by,
    }


def answer_measure(kind: str, question: str, scale: int | None = None, part: str = "") -> str:
    """The measure that counts a question's answers, or one part of them; its bucket is the value.
    It contains the kind and an unusual scale, so answers on different scales are never pooled, even
    if a later version changes the question's scale."""
    measure = f"{ANSWER}{kind}{scale or ''}:{question}"
    return f"{measure}:{part}" if part else measure


def add(tx: Transaction, deltas: Sequence[dict[str, Any]]) -> None:
    """Insert count deltas."""
    if deltas:
        tx.put(_INSERT, *deltas)


def counted(deltas: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The deltas that are not 0. Testers' deltas are 0."""
    return [delta for delta in deltas if delta["delta"]]


def count(tx: Transaction, invitation: Row[Any], measures: Iterable[str]) -> None:
    """Add one to each measure (shown, completed, dismissed …) of the invitation's survey."""
    add(tx, counted(of_invitation(invitation, measure, tx.now) for measure in measures))


def of_invitation(
    invitation: Row[Any], measure: str, at: datetime, *, bucket: int = 0, by: int = 1
) -> dict[str, Any]:
    """A count delta for an invitation; 0 for a tester's invitation."""
    return delta(
        invitation.survey_id,
        invitation.version,
        measure,
        at,
        proven=invitation.proven,
        variant=invitation.variant,
        bucket=bucket,
        by=0 if invitation.test else by,
    )


def fold(tx: Transaction) -> int:
    """Move up to FOLD deltas of the project into its rollups. Returns how many were moved."""
    if tx.dialect == "postgresql":
        return int(tx.run(_FOLD, most=FOLD).scalar_one())
    last = tx.run(_LAST, most=FOLD).scalar()
    if last is None:
        return 0
    tx.run(_ADD_UP, last=last)
    return tx.run(_CLEAR, last=last).rowcount


_SUMMED = ("survey_id", "version", "measure", "day", "bucket", "proven", "variant")


def _into_rollups(dialect: str, deltas: Any) -> Any:
    """Adds the deltas to the rollups. Rollup rows are locked in a fixed order, so two workers
    cannot deadlock."""
    keys = [deltas.c[name] for name in ("project_id", *_SUMMED)]
    sums = select(*keys, func.sum(deltas.c.delta)).group_by(*keys).order_by(*keys)
    statement = insert_into(dialect, rollups).from_select(
        ["project_id", *_SUMMED, "count"], sums if dialect == "postgresql" else sums.where(true())
    )
    return statement.on_conflict_do_update(
        index_elements=["project_id", *_SUMMED],
        set_={"count": rollups.c.count + statement.excluded.count},
    )


_MOST = bindparam("most", type_=Integer)
_some = select(tail.c.id).where(in_project(tail)).limit(_MOST).with_for_update(skip_locked=True)
# As a CTE it is evaluated once; inside IN the planner may evaluate it for each row.
_chosen = _some.cte("chosen")
_gone = (
    delete(tail)
    .where(in_project(tail), tail.c.id.in_(select(_chosen.c.id)))
    .returning(*tail.c)
    .cte("gone")
)
_added = _into_rollups("postgresql", _gone).returning(rollups.c.count).cte("added")
_FOLD = select(func.count()).select_from(_gone).add_cte(_added)

# SQLite has one writer, so the rows up to an id cannot change until the transaction ends.
_oldest = select(tail.c.id).where(in_project(tail)).order_by(tail.c.id).limit(_MOST).subquery()
_LAST = select(func.max(_oldest.c.id, type_=Uuid))
_part = (
    select(tail)
    .where(in_project(tail), tail.c.id <= bindparam("last", type_=Uuid))
    .subquery("part")
)
_ADD_UP = _into_rollups("sqlite", _part)
_CLEAR = delete(tail).where(in_project(tail), tail.c.id <= bindparam("last", type_=Uuid))
