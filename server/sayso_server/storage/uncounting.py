"""Taking everything a person did and said out of the counts of reports."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sayso_server.storage import tail
from sayso_server.storage.invitations import measures_of
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
            at,
            proven=row["proven"],
            variant=row["variant"],
            by=-1,
        )
        for row in rows.mappings()
        for measure, at in measures_of(row)
    ]
