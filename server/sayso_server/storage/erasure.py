"""All we know of a person, to be read or erased whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from sayso_server.storage import ledger, people, tail, tombstones
from sayso_server.storage.tables import (
    answered,
    answers,
    decisions,
    event_counts,
    events,
    invitations,
    visitors,
)
from sayso_server.storage.tables import people as persons
from sayso_server.storage.tail import answer_measure, delta
from sayso_server.storage.transaction import Transaction, mine

Rows = list[Mapping[str, Any]]


def export(tx: Transaction, user_id: str) -> dict[str, Any] | None:
    """Everything stored about the user; None when nothing is."""
    person = (
        tx.run(select(persons).where(mine(persons), persons.c.user_id == user_id))
        .mappings()
        .first()
    )
    if person is None:
        return None
    return {
        **person,
        "visitors": [row["visitor"] for row in _rows(tx, visitors, person["id"])],
        "events": _rows(tx, events, person["id"]),
        "invitations": _rows(tx, invitations, person["id"]),
        "answers": _answers(tx, person["id"]),
        "decisions": ledger.of_person(tx, person["id"]),
    }


def erase(tx: Transaction, user_id: str) -> bool:
    """Erase the user. Counts in reports lose the answers too; a keyed hash remains, so that late
    resends are refused and "never again" is kept. Returns whether there was anything."""
    known = people.find_user(tx, user_id)
    if known is None:
        return False
    person = known.id
    _forget_identifiers(tx, person, user_id, refused=known.refused)
    _take_out_of_counts(tx, person)
    theirs = select(invitations.c.id).where(mine(invitations), invitations.c.person_id == person)
    tx.run(delete(answers).where(mine(answers), answers.c.invitation_id.in_(theirs)))
    for table in (invitations, events, event_counts, decisions, visitors):
        tx.run(delete(table).where(mine(table), table.c.person_id == person))
    tx.run(delete(persons).where(mine(persons), persons.c.id == person))
    return True


def _forget_identifiers(tx: Transaction, person: UUID, user_id: str, *, refused: bool) -> None:
    ours = [row["visitor"] for row in _rows(tx, visitors, person)]
    hashes = [tombstones.hash_of(tx, "visitor", visitor) for visitor in ours]
    tombstones.add(tx, [tombstones.hash_of(tx, "user", user_id), *hashes], refused=refused)


def _take_out_of_counts(tx: Transaction, person: UUID) -> None:
    scores = [
        answer
        for answer in _answers(tx, person)
        if answer["value"] is not None and not answer["test"]
    ]
    rows = [
        delta(
            answer["survey_id"],
            answer["version"],
            answer_measure(answer["kind"], answer["question"], answer["scale"], answer["part"]),
            answer["at"],
            proven=answer["proven"],
            variant=answer["variant"],
            bucket=answer["value"],
            by=-1,
        )
        for answer in scores
    ]
    rows += [
        delta(
            row["survey_id"],
            row["version"],
            measure,
            row[column],
            proven=row["proven"],
            variant=row["variant"],
            by=-1,
        )
        for row in _rows(tx, invitations, person)
        if not row["test"]
        for measure, column in _counted(row)
    ]
    tail.add(tx, rows)


def _counted(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    # Deleting an answer has taken the later two out already.
    left = ("shown",) if row["deleted_at"] else ("shown", "started", "completed")
    steps = [(step, f"{step}_at") for step in left]
    counted = [(measure, column) for measure, column in steps if row[column] is not None]
    if row["ended_at"] is not None:
        counted.append((row["state"], "ended_at"))
    return counted


def _rows(tx: Transaction, table: Any, person: UUID) -> Rows:
    rows = tx.run(select(table).where(mine(table), table.c.person_id == person))
    return [dict(row) for row in rows.mappings()]


def _answers(tx: Transaction, person: UUID) -> Rows:
    asked = ("version", "proven", "variant", "test")
    rows = tx.run(
        select(answers, *(invitations.c[name] for name in asked))
        .select_from(answered)
        .where(mine(answers), invitations.c.person_id == person)
    )
    return [dict(row) for row in rows.mappings()]
