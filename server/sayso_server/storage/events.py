"""Events: each stored once, whoever sends it how often; some of them invite."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert

from sayso_server.decision.eligibility import decide_to_queue
from sayso_server.decision.model import Decision, History, Moment, Source, SurveyRules
from sayso_server.storage import invitations, ledger, people, tombstones
from sayso_server.storage.people import Known
from sayso_server.storage.tables import events
from sayso_server.storage.transaction import Transaction, insert_into


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did. `at` is corrected to the server's clock."""

    id: str
    person: UUID
    name: str
    source: Source
    proven: bool
    at: datetime
    properties: Mapping[str, Any]

    @classmethod
    def of_moment(cls, event_id: str, person: UUID, moment: Moment, proven: bool) -> "Event":
        return cls(
            event_id,
            person,
            moment.name or "",
            moment.source,
            proven,
            moment.at,
            moment.properties or {},
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """An event as a backend sends it, not yet anybody's."""

    id: str
    name: str
    user_id: str | None
    visitor: str | None
    at: datetime
    properties: Mapping[str, Any]
    ask_within: timedelta | None


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation that a person's open pages may ask for now."""

    person: UUID
    invitation: UUID
    needs_proof: bool


@dataclass(slots=True)
class Accepted:
    """What became of a batch: a status for each event id, who is to be told that an invitation
    waits, and the noes for the ledger."""

    statuses: dict[str, str]
    offers: list[Offer]
    noes: list[tuple[UUID, Decision]]


def add(tx: Transaction, added: Sequence[Event]) -> set[str]:
    """Store events; those whose id is already there are left alone. Returns the new ids."""
    if not added:
        return set()
    rows = [
        {
            "id": event.id,
            "person_id": event.person,
            "name": event.name,
            "source": event.source,
            "proven": event.proven,
            "at": event.at,
            "received_at": tx.now,
            "properties": event.properties,
        }
        for event in added
    ]
    return {row.id for row in tx.put_returning(_insert(tx.dialect), *rows)}


@cache
def _insert(dialect: str) -> Insert:
    statement: Insert = insert_into(dialect, events).on_conflict_do_nothing().returning(events.c.id)
    return statement


def accept_from_backend(
    tx: Transaction,
    batch: Sequence[Sent],
    surveys_for: Callable[[str], Sequence[SurveyRules]],
) -> Accepted:
    """Store a batch from a backend and queue the invitations that its events call for."""
    accepted = Accepted({}, [], [])
    erased = _erased(tx, batch)
    first = {sent.id: sent for sent in reversed(batch)}
    wanted = [sent for sent in first.values() if not _is_late_resend(tx, sent, erased)]
    accepted.statuses = dict.fromkeys(first, "erased")
    persons = _persons(tx, wanted)
    new = add(tx, [_event(sent, persons[sent.user_id, sent.visitor].id) for sent in wanted])
    for sent in reversed(wanted):
        accepted.statuses[sent.id] = "stored" if sent.id in new else "duplicate"
        surveys = surveys_for(sent.name) if sent.id in new else ()
        if surveys:
            _invite(tx, sent, persons[sent.user_id, sent.visitor], surveys, accepted)
    return accepted


def _invite(
    tx: Transaction,
    sent: Sent,
    person: Known,
    surveys: Sequence[SurveyRules],
    accepted: Accepted,
) -> None:
    asks = tuple(invitations.as_ask(row) for row in invitations.asks_of(tx, person.id))
    moment = Moment("event", "backend", sent.at, sent.name, sent.properties, sent.ask_within)
    history = History(asks, refused=person.refused)
    decisions = decide_to_queue(surveys, moment, history, tx.now)
    by_id = {survey.id: survey for survey in surveys}
    needs_proof = sent.user_id is not None
    for decision in decisions:
        if not decision.asked:
            accepted.noes.append((person.id, decision))
            continue
        survey = by_id[decision.survey_id]
        added = invitations.add(tx, person.id, survey, moment, sent.id, needs_proof=needs_proof)
        ledger.record_ask(tx, person.id, survey.id, sent.id)
        if added.available_at <= tx.now:
            accepted.offers.append(Offer(person.id, added.id, needs_proof))


def _event(sent: Sent, person: UUID) -> Event:
    return Event(sent.id, person, sent.name, "backend", True, sent.at, sent.properties)


def _persons(tx: Transaction, batch: Sequence[Sent]) -> dict[tuple[str | None, str | None], Known]:
    found: dict[tuple[str | None, str | None], Known] = {}
    # In one order, so that two batches about the same people never wait for each other in a ring.
    for user_id, visitor in sorted(
        {(sent.user_id, sent.visitor) for sent in batch},
        key=lambda who: (who[0] or "", who[1] or ""),
    ):
        found[user_id, visitor] = (
            people.user_person(tx, user_id)
            if user_id is not None
            else people.page_person(tx, visitor or "", None)
        )
    return found


def _erased(tx: Transaction, batch: Sequence[Sent]) -> dict[bytes, datetime]:
    return tombstones.erased_at(tx, {_tombstone(tx, sent) for sent in batch})


def _tombstone(tx: Transaction, sent: Sent) -> bytes:
    if sent.user_id is not None:
        return tombstones.hash_of(tx, "user", sent.user_id)
    return tombstones.hash_of(tx, "visitor", sent.visitor or "")


def _is_late_resend(tx: Transaction, sent: Sent, erased: Mapping[bytes, datetime]) -> bool:
    moment = erased.get(_tombstone(tx, sent))
    return moment is not None and sent.at <= moment
