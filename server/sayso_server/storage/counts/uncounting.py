"""Remove a person's invitations and answers from the report counts."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sayso_server.storage.counts import count_deltas
from sayso_server.storage.counts.count_deltas import answer_measure, delta
from sayso_server.storage.database.tables import answered, answers, invitations
from sayso_server.storage.database.transaction import Transaction, in_project
from sayso_server.storage.invitations.invitations import measures_of


def take_out(tx: Transaction, person: UUID) -> None:
    """Insert deltas of -1 for the person's answers and invitations. Testers' were never counted."""
    count_deltas.add(tx, [*_of_answers(tx, person), *_of_invitations(tx, person)])


def _of_answers(tx: Transaction, person: UUID) -> list[dict[str, Any]]:
    rows = tx.run(
        select(answers, invitations.c.version, invitations.c.proven, invitations.c.variant)
        .select_from(answered)
        .where(
            in_project(answers),
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
            in_project(invitations),
            invitations.c.person_id == person,
            invitations.c.test.is_(False),
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
