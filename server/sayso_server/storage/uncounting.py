"""Taking everything a person did and said out of the counts of reports."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from sayso_server.storage import tail
from sayso_server.storage.tables import answered, answers, invitations
from sayso_server.storage.tail import answer_measure, delta
from sayso_server.storage.transaction import Transaction, mine

CLOSED = ("dismissed", "snoozed", "refused")  # states that are counted when they are reached


def take_out(tx: Transaction, person: UUID) -> None:
    """Count the person's answers and invitations no more. A tester's never were."""
    tail.add(tx, [*_of_answers(tx, person), *_of_invitations(tx, person)])


def _of_answers(tx: Transaction, person: UUID) -> list[dict[str, Any]]:
    rows = tx.run(
        select(answers, invitations.c.version, invitations.c.proven, invitations.c.variant)
        .select_from(answered)
        .where(
            mine(answers),
            invitations.c.person_id == person,
            invitations.c.test.is_(False),
            answers.c.value.is_not(None),
        )
    )
    return [
        delta(
            row["survey_id"],
            row["version"],
            answer_measure(row["kind"], row["question"], row["scale"], row["part"]),
            row["at"],
            proven=row["proven"],
            variant=row["variant"],
            bucket=row["value"],
            by=-1,
        )
        for row in rows.mappings()
    ]


def _of_invitations(tx: Transaction, person: UUID) -> list[dict[str, Any]]:
    rows = tx.run(
        select(invitations).where(
            mine(invitations), invitations.c.person_id == person, invitations.c.test.is_(False)
        )
    )
    return [
        delta(
            row["survey_id"],
            row["version"],
            measure,
            row[column],
            proven=row["proven"],
            variant=row["variant"],
            by=-1,
        )
        for row in rows.mappings()
        for measure, column in _counted(row)
    ]


def _counted(row: RowMapping) -> list[tuple[str, str]]:
    """Measures of an invitation, each with the column that says when it was reached."""
    # Deleting an answer has taken the later two out already.
    left = ("shown",) if row["deleted_at"] else ("shown", "started", "completed")
    steps = [(step, f"{step}_at") for step in left]
    counted = [(measure, column) for measure, column in steps if row[column] is not None]
    if row["ended_at"] is not None and row["state"] in CLOSED:
        counted.append((row["state"], "ended_at"))
    return counted
