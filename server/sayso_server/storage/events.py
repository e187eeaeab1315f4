"""Events: each stored once, whoever sends it how often; some of them invite."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert

from sayso_server.decision.eligibility import decide_to_queue
from sayso_server.decision.model import Decision, History, Moment, Source, SurveyRules
from sayso_server.storage import crowd, invitations, ledger, tombstones
from sayso_server.storage.people import Known
from sayso_server.storage.rows import encode, insert_rows
from sayso_server.storage.tables import events
from sayso_server.storage.transaction import Transaction


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
    return {row.id for row in tx.run(_insert(tx.dialect), rows=encode(tx, rows))}


@cache
def _insert(dialect: str) -> Insert:
    statement: Insert = (
        insert_rows(dialect, events, "rows").on_conflict_do_nothing().returning(events.c.id)
    )
    return statement


def accept_from_backend(
    tx: Transaction,
    batch: Sequence[Sent],
    surveys_for: Callable[[str], Sequence[SurveyRules]],
) -> Accepted:
    """Store a batch from a backend and queue the invitations that its events call for."""
    accepted = Accepted({}, [], [])
    erased = _erased(tx, {_who(sent) for sent in batch})
    first = {sent.id: sent for sent in reversed(batch)}
    wanted = [sent for sent in first.values() if not _is_late_resend(sent, erased)]
    accepted.statuses = dict.fromkeys(first, "erased")
    persons = crowd.persons(tx, {_who(sent) for sent in wanted})
    new = add(tx, [_event(sent, persons[_who(sent)].id) for sent in wanted])
    for sent in reversed(wanted):
        accepted.statuses[sent.id] = "stored" if sent.id in new else "duplicate"
        surveys = surveys_for(sent.name) if sent.id in new else ()
        if surveys:
            _invite(tx, sent, persons[_who(sent)], surveys, accepted)
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


def _who(sent: Sent) -> crowd.Who:
    return sent.user_id, sent.visitor


def _erased(tx: Transaction, whos: Iterable[crowd.Who]) -> dict[crowd.Who, datetime]:
    hashes = {crowd.hash_of(tx, who): who for who in whos}
    return {hashes[one]: row.erased_at for one, row in tombstones.find(tx, hashes).items()}


def _is_late_resend(sent: Sent, erased: Mapping[crowd.Who, datetime]) -> bool:
    moment = erased.get(_who(sent))
    return moment is not None and sent.at <= moment
