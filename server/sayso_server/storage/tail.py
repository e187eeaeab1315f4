"""The tail: what has been counted but not yet folded into the rollups, as ± deltas.

Writers only ever insert here, so no rollup row is a lock they queue for. Folding deletes deltas and
adds them to the rollups in one transaction, so that no late commit is ever missed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Uuid, bindparam, delete, func, select, true

from sayso_server.storage.columns import new_id
from sayso_server.storage.tables import rollups, tail
from sayso_server.storage.transaction import Transaction, insert_into, mine

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
    """One row of the tail. `version` is the one that was asked."""
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
    """The measure of a question's answers, or of one part of them, whose bucket is the value. Kind
    and scale (where it is not the usual one) are in it: scales are never pooled, also when a later
    version asks the question on another one."""
    of = f"{ANSWER}{kind}{scale or ''}:{question}"
    return f"{of}:{part}" if part else of


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
        invitation.version,
        measure,
        at,
        proven=invitation.proven,
        variant=invitation.variant,
        bucket=bucket,
        by=0 if invitation.test else by,
    )


def fold(tx: Transaction) -> int:
    """Move deltas of the project into its rollups. Returns how many there were."""
    if tx.dialect == "postgresql":
        return int(tx.run(_FOLD, most=FOLD).scalar_one())
    last = tx.run(_LAST, most=FOLD).scalar()
    if last is None:
        return 0
    tx.run(_ADD_UP, last=last)
    return tx.run(_CLEAR, last=last).rowcount


_SUMMED = ("survey_id", "version", "measure", "day", "bucket", "proven", "variant")


def _into_rollups(dialect: str, deltas: Any) -> Any:
    """Adds the deltas to the rollups, in one order, so that two workers that fold into the same
    rows never wait for each other in a ring."""
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
_some = select(tail.c.id).where(mine(tail)).limit(_MOST).with_for_update(skip_locked=True)
# As a part of its own it is read once; inside IN the planner may read it anew for each row.
_chosen = _some.cte("chosen")
_gone = (
    delete(tail)
    .where(mine(tail), tail.c.id.in_(select(_chosen.c.id)))
    .returning(*tail.c)
    .cte("gone")
)
_added = _into_rollups("postgresql", _gone).returning(rollups.c.count).cte("added")
_FOLD = select(func.count()).select_from(_gone).add_cte(_added)

# SQLite has one writer: what lies up to an id stays the same until the transaction ends.
_oldest = select(tail.c.id).where(mine(tail)).order_by(tail.c.id).limit(_MOST).subquery()
_LAST = select(func.max(_oldest.c.id, type_=Uuid))
_part = select(tail).where(mine(tail), tail.c.id <= bindparam("last", type_=Uuid)).subquery("part")
_ADD_UP = _into_rollups("sqlite", _part)
_CLEAR = delete(tail).where(mine(tail), tail.c.id <= bindparam("last", type_=Uuid))
