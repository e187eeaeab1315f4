"""A batch of events from a backend: stored together, with the invitations that they call for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_queue
from sayso_server.decision.facts import Did, Moment
from sayso_server.storage import crowd, events, inviting, tombstones
from sayso_server.storage.columns import new_id
from sayso_server.storage.directory import Live
from sayso_server.storage.events import Event
from sayso_server.storage.inviting import New
from sayso_server.storage.people import Known
from sayso_server.storage.situations import meet, situation
from sayso_server.storage.tombstones import Who
from sayso_server.storage.transaction import Transaction


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
    """Also the yes of an invitation that waits."""


def accept(tx: Transaction, batch: Sequence[Sent], live: Live) -> Accepted:
    """Store a batch from a backend and queue the invitations that its events call for."""
    accepted = Accepted({}, [], [])
    erased = _erased(tx, {_who(sent) for sent in batch})
    first = {sent.id: sent for sent in reversed(batch)}
    wanted = [sent for sent in first.values() if not _is_late_resend(sent, erased)]
    accepted.statuses = dict.fromkeys(first, "erased")
    persons = crowd.persons(tx, {_who(sent) for sent in wanted})
    stored = [_event(sent, persons[_who(sent)].id) for sent in wanted]
    new = events.add(tx, stored, live.cancelled_by)
    fresh = [sent for sent in reversed(wanted) if sent.id in new]
    for sent in wanted:
        accepted.statuses[sent.id] = "stored" if sent.id in new else "duplicate"
    for sent, later in zip(fresh, _later_ones(fresh), strict=True):
        if live.mentioning(sent.name):
            _invite(tx, sent, persons[_who(sent)], later, live, accepted)
    return accepted


def _later_ones(batch: Sequence[Sent]) -> list[int]:
    """For each event of a batch, how many of the same person and name come after it: they are
    counted already, and the tenth is the tenth also when the eleventh came with it."""
    seen: Counter[tuple[str | None, str | None, str]] = Counter()
    later: list[int] = []
    for sent in reversed(batch):
        key = (sent.user_id, sent.visitor, sent.name)
        later.append(seen[key])
        seen[key] += 1
    return later[::-1]


def _invite(
    tx: Transaction, sent: Sent, known: Known, later: int, live: Live, accepted: Accepted
) -> None:
    surveys = live.mentioning(sent.name)
    happened = min(sent.at, tx.now)  # a sender's clock may be a little ahead of ours
    moment = Moment("event", "backend", happened, sent.name, sent.properties, sent.ask_within)
    at = situation(tx, meet(tx, known), live, surveys, moment)
    person = replace(at.person, done=_as_of(at.person.done, sent.name, later))
    by_id = {survey.id: survey for survey in surveys}
    for decision in decide_to_queue(surveys, replace(at, person=person), live.policy):
        if decision.invites:
            new = New(
                id=new_id(),
                person=known,
                survey=by_id[decision.survey_id],
                decision=decision,
                moment=moment,
                trigger_id=sent.id,
                needs_proof=sent.user_id is not None or by_id[decision.survey_id].audience.proven,
                test=live.policy.tests(known.user_id),
            )
            added = inviting.add(tx, new)
            if added.available_at <= tx.now:
                accepted.offers.append(Offer(known.id, added.id, new.needs_proof))
        if not decision.yes:
            accepted.noes.append((known.id, decision))


def _as_of(done: Mapping[str, Did], name: str, later: int) -> Mapping[str, Did]:
    did = done.get(name)
    if did is None or not later:
        return done
    return {**done, name: Did(did.count - later, did.last_at)}


def _event(sent: Sent, person: UUID) -> Event:
    return Event(sent.id, person, sent.name, "backend", True, sent.at, sent.properties)


def _who(sent: Sent) -> Who:
    return sent.user_id, sent.visitor


def _erased(tx: Transaction, whos: Iterable[Who]) -> dict[Who, datetime]:
    hashes = {tombstones.hash_of_who(tx, who): who for who in whos}
    return {hashes[one]: row.erased_at for one, row in tombstones.find(tx, hashes).items()}


def _is_late_resend(sent: Sent, erased: Mapping[Who, datetime]) -> bool:
    moment = erased.get(_who(sent))
    return moment is not None and sent.at <= moment
