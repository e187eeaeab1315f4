"""Store answers. Writes are idempotent: an answer sent twice is stored and counted once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Row, bindparam, delete, select, update

from sayso_server.questionnaire.answering import Answer, with_gaps
from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.questionnaire.templates import SCORES
from sayso_server.storage.counts import count_deltas
from sayso_server.storage.database.rows import encode, insert_rows
from sayso_server.storage.database.tables import answered, answers, invitations
from sayso_server.storage.database.tables import tail as tail_table
from sayso_server.storage.database.transaction import Transaction, in_project, insert_into
from sayso_server.storage.decisions import ledger
from sayso_server.storage.invitations import invitations as asks

Values = dict[str, Any]
Key = tuple[str, str]  # question id, name of the answer's part

MOMENTS = ("shown_at", "started_at", "completed_at")  # columns that a response may set


def put(
    tx: Transaction, invitation: Row[Any], given: Sequence[Answer], *, complete: bool = False
) -> None:
    """Store these answers, replacing earlier ones to the same questions, and count them."""
    earlier = _earlier(tx, invitation.id) if given and invitation.started_at else {}
    given = with_gaps(given, {key: row.value for key, row in earlier.items()})
    reached = _reached(invitation, complete=complete)
    if "shown_at" in reached:
        ledger.record_seen(tx, invitation)
    rows = _rows(tx, invitation, given)
    deltas = _counts(tx, invitation, reached)
    deltas += _deltas(tx, invitation, rows, earlier)
    deltas += _delete_missing(tx, invitation, {answer.question for answer in given}, rows, earlier)
    write = _write_at_once if tx.dialect == "postgresql" else _write_in_turn
    write(tx, rows, _move(tx, invitation, reached), count_deltas.counted(deltas))


def parts_of(tx: Transaction, invitation: UUID) -> dict[str, list[Part]]:
    """The stored answers of an invitation: the parts by question id."""
    parts: dict[str, list[Part]] = {}
    for row in tx.run(_PARTS, invitation=invitation):
        parts.setdefault(row.question, []).append(Part(row.value, row.text, row.part))
    return parts


def delete_all(tx: Transaction, invitation: Row[Any]) -> None:
    """Delete all answers to an invitation and remove them from the counts. The invitation still
    counts as shown, but not as started or completed."""
    earlier = _earlier(tx, invitation.id).values()
    deltas = _uncounted(invitation, earlier)
    for column in MOMENTS[1:]:
        at = getattr(invitation, column)
        if at is not None:
            measure = column.removesuffix("_at")
            deltas.append(count_deltas.of_invitation(invitation, measure, at, by=-1))
    tx.run(_DELETE_ALL, invitation=invitation.id)
    count_deltas.add(tx, count_deltas.counted(deltas))


def comments(
    tx: Transaction, survey_id: UUID, versions: Collection[int], since: datetime, limit: int
) -> list[Mapping[str, Any]]:
    """The latest comments on these versions from `since` on, each with its response's score."""
    score = answers.alias("score")
    rows = tx.run(
        select(answers.c.text, answers.c.at, invitations.c.proven, score.c.value)
        .select_from(
            answered.outerjoin(
                score,
                (score.c.project_id == answers.c.project_id)
                & (score.c.invitation_id == answers.c.invitation_id)
                & (score.c.kind.in_(SCORES)),
            )
        )
        .where(
            in_project(answers),
            answers.c.survey_id == survey_id,
            answers.c.kind == "comment",
            answers.c.at >= since,
            invitations.c.version.in_(versions),
            invitations.c.test.is_(False),
            answers.c.text != "",
        )
        .order_by(answers.c.at.desc())
        .limit(limit)
    )
    return [dict(row) for row in rows.mappings()]


_EARLIER = select(
    answers.c.question,
    answers.c.part,
    answers.c.kind,
    answers.c.scale,
    answers.c.value,
    answers.c.at,
).where(in_project(answers), answers.c.invitation_id == bindparam("invitation"))
_PARTS = select(answers.c.question, answers.c.part, answers.c.value, answers.c.text).where(
    in_project(answers), answers.c.invitation_id == bindparam("invitation")
)
_DELETE_ALL = delete(answers).where(
    in_project(answers), answers.c.invitation_id == bindparam("invitation")
)
_DELETE_PART = delete(answers).where(
    in_project(answers),
    answers.c.invitation_id == bindparam("invitation"),
    answers.c.question == bindparam("asked"),
    answers.c.part == bindparam("taken_back"),
)


def _earlier(tx: Transaction, invitation: UUID) -> dict[Key, Row[Any]]:
    return {(row.question, row.part): row for row in tx.run(_EARLIER, invitation=invitation)}


def _rows(tx: Transaction, invitation: Row[Any], given: Sequence[Answer]) -> list[Values]:
    return [
        {
            "invitation_id": invitation.id,
            "question": answer.question,
            "part": part.name,
            "survey_id": invitation.survey_id,
            "kind": answer.kind,
            "scale": answer.scale,
            "value": part.value,
            "text": part.text,
            "at": tx.now,
        }
        for answer in given
        for part in answer.parts
    ]


_MOVE = (
    update(invitations)
    .where(in_project(invitations), invitations.c.id == bindparam("invitation"))
    .values({column: bindparam(f"new_{column}") for column in ("state", *MOMENTS)})
)


def _replacing(insert: Any) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["project_id", "invitation_id", "question", "part"],
        set_={"value": new.value, "text": new.text},
    )


_UPSERT: Insert = _replacing(insert_into("sqlite", answers))


def _write_in_turn(
    tx: Transaction, rows: Sequence[Values], move: Values, deltas: Sequence[Values]
) -> None:
    if rows:
        tx.put(_UPSERT, *rows)
    tx.run(_MOVE, **move)
    count_deltas.add(tx, deltas)


_AT_ONCE: Insert = insert_rows("postgresql", tail_table, "deltas").add_cte(
    _replacing(insert_rows("postgresql", answers, "answers")).cte("replaced"), _MOVE.cte("moved")
)


def _write_at_once(
    tx: Transaction, rows: Sequence[Values], move: Values, deltas: Sequence[Values]
) -> None:
    """One round trip to PostgreSQL instead of one per row."""
    tx.run(_AT_ONCE, answers=encode(tx, rows), deltas=encode(tx, deltas), **move)


def _deltas(
    tx: Transaction,
    invitation: Row[Any],
    rows: Sequence[Values],
    earlier: Mapping[Key, Row[Any]],
) -> list[Values]:
    """Count deltas: + for each new value, - for the value it replaces."""
    deltas = []
    for row in rows:
        before = earlier.get((row["question"], row["part"]))
        if row["value"] is None or (before is not None and before.value == row["value"]):
            continue
        at = tx.now if before is None else before.at
        deltas.append(_delta(invitation, row, at, row["value"], 1))
        if before is not None and before.value is not None:
            deltas.append(_delta(invitation, row, at, before.value, -1))
    return deltas


def _delete_missing(
    tx: Transaction,
    invitation: Row[Any],
    questions: Collection[str],
    rows: Sequence[Values],
    earlier: Mapping[Key, Row[Any]],
) -> list[Values]:
    """Delete the parts that a new answer lacks, such as a deselected option. Returns their count
    deltas."""
    new = {(row["question"], row["part"]) for row in rows}
    missing = [row for key, row in earlier.items() if key[0] in questions and key not in new]
    for row in missing:
        tx.run(_DELETE_PART, invitation=invitation.id, asked=row.question, taken_back=row.part)
    return _uncounted(invitation, missing)


def _uncounted(invitation: Row[Any], deleted: Iterable[Row[Any]]) -> list[Values]:
    return [
        _delta(invitation, row._asdict(), row.at, row.value, -1)
        for row in deleted
        if row.value is not None
    ]


def _delta(
    invitation: Row[Any], row: Mapping[str, Any], at: datetime, value: int, by: int
) -> Values:
    measure = count_deltas.answer_measure(row["kind"], row["question"], row["scale"], row["part"])
    return count_deltas.of_invitation(invitation, measure, at, bucket=value, by=by)


def _reached(invitation: Row[Any], *, complete: bool) -> list[str]:
    """The columns of MOMENTS that this response sets: those that are not set yet."""
    columns = MOMENTS if complete else MOMENTS[:-1]
    return [column for column in columns if getattr(invitation, column) is None]


def _counts(tx: Transaction, invitation: Row[Any], reached: Iterable[str]) -> list[Values]:
    return [
        count_deltas.of_invitation(invitation, column.removesuffix("_at"), tx.now)
        for column in reached
    ]


def _move(tx: Transaction, invitation: Row[Any], reached: Collection[str]) -> Values:
    moments = {
        column: tx.now if column in reached else getattr(invitation, column) for column in MOMENTS
    }
    state = "started"
    if moments["completed_at"] is not None:
        state = "completed"
    elif asks.ended(invitation.state):
        state = invitation.state
    new = {f"new_{column}": value for column, value in moments.items()}
    return {"invitation": invitation.id, "new_state": state, **new}
