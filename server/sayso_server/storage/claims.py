"""*Decide*: the only way by which a survey reaches a page.

The person is locked, their history read, the pure decision taken and the invitation claimed, in one
transaction: two tabs, two devices or two nodes never ask twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sayso_server.decision.eligibility import decide_to_ask, decide_to_claim
from sayso_server.decision.model import Decision, History, Moment, SurveyRules
from sayso_server.storage import events, invitations, ledger, people
from sayso_server.storage.invitations import Claim
from sayso_server.storage.people import Known
from sayso_server.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Caller:
    """The page that asks. `user_id` is set only when a valid token proves it."""

    visitor: str
    user_id: str | None
    claim: Claim


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page gets: a claimed invitation (`secret`), one that waits, or nothing; and the noes
    that go into the ledger behind the request."""

    person: UUID
    noes: tuple[Decision, ...] = ()
    secret: str | None = None
    survey_id: UUID | None = None
    version: int = 0
    waiting: UUID | None = None
    waiting_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Person:
    """The locked person with their history, and the rows it was read from."""

    id: UUID
    history: History
    rows: list[Row[Any]]


def ask_for_moment(
    tx: Transaction, surveys: Sequence[SurveyRules], moment: Moment, caller: Caller
) -> Outcome:
    """Something just happened in a page: ask at most one of `surveys` for it."""
    person = _read(tx, people.page_person(tx, caller.visitor, caller.user_id))
    again = _asked_before(person, caller.claim.id)
    if again is not None:
        return _again(tx, person, again, caller)
    if moment.kind == "event" and not events.add(
        tx, [events.Event.of_moment(caller.claim.id, person.id, moment, caller.claim.proven)]
    ):
        return Outcome(person.id)
    decisions = decide_to_ask(surveys, moment, person.history, tx.now)
    noes = tuple(decision for decision in decisions if not decision.asked)
    chosen = next((decision.survey_id for decision in decisions if decision.asked), None)
    survey = next((survey for survey in surveys if survey.id == chosen), None)
    if survey is None:
        return Outcome(person.id, noes)
    return _invite(tx, person, survey, moment, caller, noes)


def claim_waiting(tx: Transaction, surveys: Sequence[SurveyRules], caller: Caller) -> Outcome:
    """A page asks for what waits for its person: claim the oldest that may be asked here."""
    person = _read(tx, people.page_person(tx, caller.visitor, caller.user_id))
    again = _asked_before(person, caller.claim.id)
    if again is not None:
        return _again(tx, person, again, caller)
    live = {survey.id: survey for survey in surveys}
    noes: list[Decision] = []
    for ask in person.history.asks:
        if not ask.waits(tx.now) or ask.available_at > tx.now:
            continue
        survey = live.get(ask.survey_id)
        decision = decide_to_claim(
            survey, ask, person.history, proven=caller.claim.proven, now=tx.now
        )
        if survey is not None and decision.asked:
            return _claim(tx, person, ask.id, survey, caller, tuple(noes))
        noes.append(decision)
    return Outcome(person.id, tuple(noes))


def silent_anyway(
    tx: Transaction, surveys: Sequence[SurveyRules], moment: Moment, caller: Caller
) -> Outcome | None:
    """The outcome of a moment that asks nothing, found without a lock; None when it may ask."""
    found = people.find_page_person(tx, caller.visitor, caller.user_id)
    if found is None:
        return None
    known = _read(tx, found)
    decisions = decide_to_ask(surveys, moment, known.history, tx.now)
    asked = any(decision.asked for decision in decisions)
    if asked or _asked_before(known, caller.claim.id) is not None:
        return None
    return Outcome(found.id, tuple(decisions))


def anything_waits(tx: Transaction, person: UUID, *, proven: bool) -> UUID | None:
    """The invitation a page of this person should ask for, without claiming it."""
    for row in invitations.asks_of(tx, person):
        ask = invitations.as_ask(row)
        if ask.waits(tx.now) and ask.available_at <= tx.now and (proven or not ask.needs_proof):
            return ask.id
    return None


def _read(tx: Transaction, known: Known) -> _Person:
    rows = [] if known.new else invitations.asks_of(tx, known.id)
    asks = tuple(invitations.as_ask(row) for row in rows)
    return _Person(known.id, History(asks, refused=known.refused), rows)


def _asked_before(person: _Person, claim_id: str) -> Row[Any] | None:
    return next((row for row in person.rows if claim_id in (row.claim_id, row.trigger_id)), None)


def _again(tx: Transaction, person: _Person, row: Row[Any], caller: Caller) -> Outcome:
    """The same call asked again gets the same answer."""
    if row.claim_id is None:
        return Outcome(person.id, waiting=row.id, waiting_until=row.available_at)
    if row.claim_id != caller.claim.id or row.shown_at is not None:
        return Outcome(person.id)
    if not invitations.as_ask(row).held(tx.now):
        invitations.claim(tx, row.id, row.version, caller.claim)
    return Outcome(
        person.id,
        secret=invitations.secret_of(tx, row.id, caller.claim.id),
        survey_id=row.survey_id,
        version=row.version,
    )


def _invite(
    tx: Transaction,
    person: _Person,
    survey: SurveyRules,
    moment: Moment,
    caller: Caller,
    noes: tuple[Decision, ...],
) -> Outcome:
    added = invitations.add(
        tx, person.id, survey, moment, caller.claim.id, needs_proof=False, by=caller.claim
    )
    ledger.record_ask(tx, person.id, survey.id, caller.claim.id)
    if added.secret is None:
        return Outcome(person.id, noes, waiting=added.id, waiting_until=added.available_at)
    return Outcome(
        person.id, noes, secret=added.secret, survey_id=survey.id, version=survey.version
    )


def _claim(
    tx: Transaction,
    person: _Person,
    invitation: UUID,
    survey: SurveyRules,
    caller: Caller,
    noes: tuple[Decision, ...],
) -> Outcome:
    secret = invitations.claim(tx, invitation, survey.version, caller.claim)
    return Outcome(person.id, noes, secret=secret, survey_id=survey.id, version=survey.version)
