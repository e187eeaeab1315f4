"""Answers: stored before they are acknowledged, once each however often they are sent."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Row, bindparam, select

from sayso_server.decision.rules import Quota
from sayso_server.errors import Conflict
from sayso_server.questionnaire.answering import Answer
from sayso_server.storage import invitations as asks
from sayso_server.storage import quotas, tail
from sayso_server.storage.tables import answers, invitations
from sayso_server.storage.transaction import Transaction, insert_into, mine

Check = Callable[[Row[Any]], Sequence[Answer]]


def respond(
    tx: Transaction, secret: str, check: Check, quota_of: asks.QuotaOf, *, complete: bool
) -> Row[Any] | None:
    """Store answers to the invitation held by `secret`, or return None when there is none.

    `check` gives the answers that fit what the invitation (its row) asked. An answer given
    again replaces the earlier one, and a completed response stays completed. Raises Conflict when
    the popup stood open so long that its place in the survey's quota went to another.
    """
    invitation = asks.held(tx, secret)
    if invitation is None:
        return None
    given = check(invitation)
    deltas: list[dict[str, Any]] = []
    if given and invitation.reserved:
        _use_place(tx, invitation, quota_of(invitation.survey_id, invitation.version))
    if given:
        earlier = {} if invitation.started_at is None else _earlier(tx, invitation.id)
        _upsert(tx, invitation, given)
        for answer in given:
            deltas += _deltas(tx, invitation, answer, earlier.get(answer.question))
    deltas += _progress(tx, invitation, complete=complete)
    tail.add(tx, deltas)
    return invitation


def _use_place(tx: Transaction, invitation: Row[Any], quota: Quota | None) -> None:
    shown = invitation.shown_at is not None
    if quota is not None and not quotas.use_response(
        tx, invitation.survey_id, quota, invitation.id, shown=shown
    ):
        raise Conflict(asks.FULL, code="quota_reached")
    asks.change(tx, invitation.id, reserved=False)


def comments(tx: Transaction, survey_id: UUID, limit: int) -> list[Mapping[str, Any]]:
    """The latest comments, each with the score given beside it."""
    score = answers.alias("score")
    rows = tx.run(
        select(answers.c.text, answers.c.at, invitations.c.proven, score.c.value)
        .join(
            invitations,
            (invitations.c.project_id == answers.c.project_id)
            & (invitations.c.id == answers.c.invitation_id),
        )
        .outerjoin(
            score,
            (score.c.project_id == answers.c.project_id)
            & (score.c.invitation_id == answers.c.invitation_id)
            & (score.c.value.is_not(None)),
        )
        .where(
            mine(answers),
            answers.c.survey_id == survey_id,
            answers.c.kind == "comment",
            invitations.c.test.is_(False),
            answers.c.text != "",
        )
        .order_by(answers.c.at.desc())
        .limit(limit)
    )
    return [dict(row) for row in rows.mappings()]


_EARLIER = select(answers.c.question, answers.c.value, answers.c.at).where(
    mine(answers), answers.c.invitation_id == bindparam("invitation")
)


def _earlier(tx: Transaction, invitation: UUID) -> dict[str, Row[Any]]:
    return {row.question: row for row in tx.run(_EARLIER, invitation=invitation)}


def _upsert(tx: Transaction, invitation: Row[Any], given: Sequence[Answer]) -> None:
    rows = [
        {
            "invitation_id": invitation.id,
            "question": answer.question,
            "survey_id": invitation.survey_id,
            "kind": answer.kind,
            "value": answer.value,
            "text": answer.text,
            "at": tx.now,
        }
        for answer in given
    ]
    tx.put(_upsert_statement(tx.dialect), *rows)


@cache
def _upsert_statement(dialect: str) -> Insert:
    statement = insert_into(dialect, answers)
    new = statement.excluded
    upsert: Insert = statement.on_conflict_do_update(
        index_elements=["project_id", "invitation_id", "question"],
        set_={"value": new.value, "text": new.text},
    )
    return upsert


def _deltas(
    tx: Transaction, invitation: Row[Any], answer: Answer, earlier: Row[Any] | None
) -> list[dict[str, Any]]:
    if answer.value is None or (earlier is not None and earlier.value == answer.value):
        return []
    at = tx.now if earlier is None else earlier.at
    changes = [(answer.value, 1)]
    if earlier is not None and earlier.value is not None:
        changes.append((earlier.value, -1))
    return [
        tail.of_invitation(
            invitation,
            tail.answer_measure(answer.kind, answer.question),
            at,
            bucket=bucket,
            by=by,
        )
        for bucket, by in changes
    ]


def _progress(tx: Transaction, invitation: Row[Any], *, complete: bool) -> list[dict[str, Any]]:
    reached = {
        "shown_at": invitation.shown_at is None,
        "started_at": invitation.started_at is None,
        "completed_at": complete and invitation.completed_at is None,
    }
    columns = [column for column, new in reached.items() if new]
    if not columns:
        return []
    done = complete or invitation.completed_at is not None
    state = "completed" if done else invitation.state if asks.ended(invitation.state) else "started"
    asks.change(tx, invitation.id, state=state, **dict.fromkeys(columns, tx.now))
    return [
        tail.of_invitation(invitation, column.removesuffix("_at"), tx.now) for column in columns
    ]
