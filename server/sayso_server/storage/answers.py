"""Answers: stored before they are acknowledged, once each however often they are sent."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Row, bindparam, delete, select, update

from sayso_server.decision.rules import Quota
from sayso_server.questionnaire.answering import Answer, with_gaps
from sayso_server.questionnaire.kinds.kind import Part
from sayso_server.questionnaire.templates import SCORES
from sayso_server.storage import invitations as asks
from sayso_server.storage import ledger, quotas, tail
from sayso_server.storage.quotas import QuotaOf
from sayso_server.storage.rows import encode, insert_rows
from sayso_server.storage.tables import answered, answers, invitations
from sayso_server.storage.tables import tail as tail_table
from sayso_server.storage.transaction import Transaction, insert_into, mine

Check = Callable[[Row[Any]], Sequence[Answer]]
Finished = Callable[[Row[Any], Sequence[Answer]], bool]
Values = dict[str, Any]
Place = tuple[str, str]  # a question, and which part of its answer

MOMENTS = ("shown_at", "started_at", "completed_at")  # of an invitation, that answers bring about


def respond(
    tx: Transaction, secret: str, check: Check, quota_of: QuotaOf, finished: Finished
) -> tuple[Row[Any], bool] | None:
    """Store answers to the invitation held by `secret`, or return None when there is none: else
    its row as it was before, and whether the response is complete now.

    `check` gives the answers that fit what the invitation (its row) asked, and `finished` says
    whether they complete it. An answer given again replaces the earlier one, and a completed
    response stays completed; one that was deleted is not there any more. Raises Conflict when the
    popup stood open so long that its place in the survey's quota went to another.
    """
    invitation = asks.held(tx, secret)
    if invitation is None or invitation.deleted_at is not None:
        return None
    given = check(invitation)
    if tx.budget is not None and not invitation.proven:
        tx.budget.answers(invitation.person_id, len(given))
    if given and invitation.reserved:
        _use_place(tx, invitation, quota_of(invitation.survey_id, invitation.version))
    complete = finished(invitation, given)
    put(tx, invitation, given, complete=complete)
    return invitation, complete or invitation.completed_at is not None


def put(
    tx: Transaction, invitation: Row[Any], given: Sequence[Answer], *, complete: bool = False
) -> None:
    """Store these answers in place of earlier ones to the same questions, and count them."""
    earlier = _earlier(tx, invitation.id) if given and invitation.started_at else {}
    given = with_gaps(given, {place: row.value for place, row in earlier.items()})
    reached = _reached(invitation, complete=complete)
    if "shown_at" in reached:
        ledger.record_seen(tx, invitation)
    said = _rows(tx, invitation, given)
    deltas = _counts(tx, invitation, reached)
    deltas += _deltas(tx, invitation, said, earlier)
    deltas += _take_back(tx, invitation, {answer.question for answer in given}, said, earlier)
    write = _write_at_once if tx.dialect == "postgresql" else _write_in_turn
    write(tx, said, _move(tx, invitation, reached), tail.counted(deltas))


def said(tx: Transaction, invitation: UUID) -> dict[str, list[Part]]:
    """What was said, part by part, to each question."""
    found: dict[str, list[Part]] = {}
    for row in tx.run(_SAID, invitation=invitation):
        found.setdefault(row.question, []).append(Part(row.value, row.text, row.part))
    return found


def delete_all(tx: Transaction, invitation: Row[Any]) -> None:
    """Delete what was said, from the counts as well: nobody has started or completed, but the popup
    was shown."""
    earlier = _earlier(tx, invitation.id).values()
    deltas = _uncounted(invitation, earlier)
    for column in MOMENTS[1:]:
        at = getattr(invitation, column)
        if at is not None:
            measure = column.removesuffix("_at")
            deltas.append(tail.of_invitation(invitation, measure, at, by=-1))
    tx.run(_DELETE_ALL, invitation=invitation.id)
    tail.add(tx, tail.counted(deltas))


def _use_place(tx: Transaction, invitation: Row[Any], quota: Quota | None) -> None:
    if quota is not None:
        shown = invitation.shown_at is not None
        quotas.use_response(tx, invitation.survey_id, quota, invitation.id, shown=shown)
    asks.change(tx, invitation.id, reserved=False)


def comments(
    tx: Transaction, survey_id: UUID, versions: Collection[int], since: datetime, limit: int
) -> list[Mapping[str, Any]]:
    """The latest comments on these versions, which were not asked before `since`, each with the
    score given beside it."""
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
            mine(answers),
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
).where(mine(answers), answers.c.invitation_id == bindparam("invitation"))
_SAID = select(answers.c.question, answers.c.part, answers.c.value, answers.c.text).where(
    mine(answers), answers.c.invitation_id == bindparam("invitation")
)
_DELETE_ALL = delete(answers).where(
    mine(answers), answers.c.invitation_id == bindparam("invitation")
)
_FORGET = delete(answers).where(
    mine(answers),
    answers.c.invitation_id == bindparam("invitation"),
    answers.c.question == bindparam("asked"),
    answers.c.part == bindparam("taken_back"),
)


def _earlier(tx: Transaction, invitation: UUID) -> dict[Place, Row[Any]]:
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
    .where(mine(invitations), invitations.c.id == bindparam("invitation"))
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
    tail.add(tx, deltas)


_AT_ONCE: Insert = insert_rows("postgresql", tail_table, "deltas").add_cte(
    _replacing(insert_rows("postgresql", answers, "answers")).cte("replaced"), _MOVE.cte("moved")
)


def _write_at_once(
    tx: Transaction, rows: Sequence[Values], move: Values, deltas: Sequence[Values]
) -> None:
    """One round trip instead of one a row, which is what a response costs on PostgreSQL."""
    tx.run(_AT_ONCE, answers=encode(tx, rows), deltas=encode(tx, deltas), **move)


def _deltas(
    tx: Transaction,
    invitation: Row[Any],
    said: Sequence[Values],
    earlier: Mapping[Place, Row[Any]],
) -> list[Values]:
    """What the values said count, and what those before them do not count any more."""
    deltas = []
    for row in said:
        before = earlier.get((row["question"], row["part"]))
        if row["value"] is None or (before is not None and before.value == row["value"]):
            continue
        at = tx.now if before is None else before.at
        deltas.append(_delta(invitation, row, at, row["value"], 1))
        if before is not None and before.value is not None:
            deltas.append(_delta(invitation, row, at, before.value, -1))
    return deltas


def _take_back(
    tx: Transaction,
    invitation: Row[Any],
    asked: Collection[str],
    said: Sequence[Values],
    earlier: Mapping[Place, Row[Any]],
) -> list[Values]:
    """Parts that an answer given again does not have any more: an option not chosen now."""
    now = {(row["question"], row["part"]) for row in said}
    gone = [row for place, row in earlier.items() if place[0] in asked and place not in now]
    for row in gone:
        tx.run(_FORGET, invitation=invitation.id, asked=row.question, taken_back=row.part)
    return _uncounted(invitation, gone)


def _uncounted(invitation: Row[Any], gone: Iterable[Row[Any]]) -> list[Values]:
    return [
        _delta(invitation, row._asdict(), row.at, row.value, -1)
        for row in gone
        if row.value is not None
    ]


def _delta(
    invitation: Row[Any], row: Mapping[str, Any], at: datetime, value: int, by: int
) -> Values:
    measure = tail.answer_measure(row["kind"], row["question"], row["scale"], row["part"])
    return tail.of_invitation(invitation, measure, at, bucket=value, by=by)


def _reached(invitation: Row[Any], *, complete: bool) -> list[str]:
    """Those of MOMENTS that this response is the first to reach."""
    now = MOMENTS if complete else MOMENTS[:-1]
    return [column for column in now if getattr(invitation, column) is None]


def _counts(tx: Transaction, invitation: Row[Any], reached: Iterable[str]) -> list[Values]:
    return [
        tail.of_invitation(invitation, column.removesuffix("_at"), tx.now) for column in reached
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
