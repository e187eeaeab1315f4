"""Accept a batch of events from a backend: store them and queue the invitations they trigger."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sayso_server.asking import invite
from sayso_server.asking.invite import NewInvitation
from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.asking.situation import LoadedPerson, load_people, load_person, situation_of
from sayso_server.asking.store_events import store_events
from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_queue
from sayso_server.decision.facts import EventCount, Moment
from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.events.events import Event
from sayso_server.storage.people import people_batch, tombstones
from sayso_server.storage.people.tombstones import Identifier


@dataclass(frozen=True, slots=True)
class SentEvent:
    """An event as a backend sends it, before its person is known."""

    id: str
    name: str
    user_id: str | None
    visitor: str | None
    at: datetime
    properties: Mapping[str, Any]
    ask_within: timedelta | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A queued invitation that the person's open pages may claim now."""

    person: UUID
    invitation: UUID
    needs_proof: bool


@dataclass(slots=True)
class AcceptedBatch:
    """The result of a batch: a status for each event id, the invitations to announce to open pages,
    and the silences (decisions not to ask) for the ledger."""

    statuses: dict[str, str]
    offers: list[Offer]
    silences: list[tuple[UUID, Decision]]
    """Includes decisions whose invitation waits (`Reason.WAITS`)."""


def accept(tx: Transaction, batch: Sequence[SentEvent], live: LiveSurveys) -> AcceptedBatch:
    """Store a batch of events and queue the invitations that the new ones trigger."""
    accepted = AcceptedBatch({}, [], [])
    erased = _erased(tx, {_identifier(sent) for sent in batch})
    by_id = {sent.id: sent for sent in reversed(batch)}  # the first of equal ids wins
    wanted = [sent for sent in by_id.values() if not _is_late_resend(sent, erased)]
    accepted.statuses = dict.fromkeys(by_id, "erased")
    persons = people_batch.persons(tx, {_identifier(sent) for sent in wanted})
    events = [_event(sent, persons[_identifier(sent)].id) for sent in wanted]
    new_ids = store_events(tx, events, live.cancelled_by)
    for sent in wanted:
        accepted.statuses[sent.id] = "stored" if sent.id in new_ids else "duplicate"
    new = [sent for sent in reversed(wanted) if sent.id in new_ids]
    counted = zip(new, _later_counts(new), strict=True)
    triggers = [(sent, later) for sent, later in counted if live.mentioning(sent.name)]
    loaded = load_people(tx, [persons[_identifier(sent)] for sent, _ in triggers])
    for sent, later in triggers:
        person = loaded[persons[_identifier(sent)].id]
        if _invite(tx, sent, person, later, live, accepted):
            loaded[person.known.id] = load_person(tx, person.known)
    return accepted


def _erased(tx: Transaction, identifiers: Iterable[Identifier]) -> dict[Identifier, datetime]:
    hashes = {tombstones.hash_for(tx, identifier): identifier for identifier in identifiers}
    return {hashes[hashed]: row.erased_at for hashed, row in tombstones.find(tx, hashes).items()}


def _is_late_resend(sent: SentEvent, erased: Mapping[Identifier, datetime]) -> bool:
    erased_at = erased.get(_identifier(sent))
    return erased_at is not None and sent.at <= erased_at


def _later_counts(batch: Sequence[SentEvent]) -> list[int]:
    """For each event, the number of later events in the batch with the same person and name. They
    are already stored but must not count: the tenth event is the tenth even if the batch also
    contains the eleventh."""
    seen: Counter[tuple[str | None, str | None, str]] = Counter()
    later: list[int] = []
    for sent in reversed(batch):
        key = (sent.user_id, sent.visitor, sent.name)
        later.append(seen[key])
        seen[key] += 1
    return later[::-1]


def _invite(
    tx: Transaction,
    sent: SentEvent,
    loaded: LoadedPerson,
    later: int,
    live: LiveSurveys,
    accepted: AcceptedBatch,
) -> bool:
    """Queue the invitations that the event triggers. Returns whether it triggered any."""
    known = loaded.known
    has_invited = False
    surveys = live.mentioning(sent.name)
    happened = min(sent.at, tx.now)  # a sender's clock may be a little ahead of ours
    moment = Moment("event", "backend", happened, sent.name, sent.properties, sent.ask_within)
    at = situation_of(tx, loaded, live, surveys, moment)
    person = replace(at.person, done=_as_of(at.person.done, sent.name, later))
    by_id = {survey.id: survey for survey in surveys}
    for decision in decide_to_queue(surveys, replace(at, person=person), live.policy):
        if decision.invites:
            new = NewInvitation(
                id=new_id(),
                person=known,
                survey=by_id[decision.survey_id],
                decision=decision,
                moment=moment,
                trigger_id=sent.id,
                needs_proof=sent.user_id is not None or by_id[decision.survey_id].audience.proven,
                test=live.policy.tests(known.user_id),
            )
            added = invite.add(tx, new)
            has_invited = True
            if added.available_at <= tx.now:
                accepted.offers.append(Offer(known.id, added.id, new.needs_proof))
        if not decision.yes:
            accepted.silences.append((known.id, decision))
    return has_invited


def _as_of(done: Mapping[str, EventCount], name: str, later: int) -> Mapping[str, EventCount]:
    """The person's event counts without the `later` events of this name."""
    did = done.get(name)
    if did is None or not later:
        return done
    return {**done, name: EventCount(did.count - later, did.last_at)}


def _event(sent: SentEvent, person: UUID) -> Event:
    return Event(sent.id, person, sent.name, "backend", True, sent.at, sent.properties)


def _identifier(sent: SentEvent) -> Identifier:
    return sent.user_id, sent.visitor
