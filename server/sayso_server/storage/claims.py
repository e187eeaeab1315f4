"""*Decide*: the only way by which a survey reaches a page.

The person is locked, their past read, the pure decision taken and the invitation claimed, in one
transaction: two tabs, two devices or two nodes never ask twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_ask, decide_to_claim
from sayso_server.decision.facts import Ask, Moment, Page, Situation
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage import events, invitations, ledger, past, people, quotas
from sayso_server.storage.columns import new_id
from sayso_server.storage.directory import Live
from sayso_server.storage.invitations import LEASE, Claim
from sayso_server.storage.people import Known
from sayso_server.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Caller:
    """The page that asks. `user_id` is set only when a valid token proves it; `zone` is the name
    of the page's time zone."""

    visitor: str
    user_id: str | None
    claim: Claim
    page: Page
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page gets: a claimed invitation (`secret`), one that waits, or nothing; and the noes
    that go into the ledger behind the request."""

    person: UUID
    noes: tuple[Decision, ...] = ()
    secret: str | None = None
    survey_id: UUID | None = None
    version: int = 0
    variant: str | None = None
    waiting: UUID | None = None
    waiting_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Locked:
    """The locked person, with the rows of every earlier ask."""

    known: Known
    rows: list[Row[Any]]

    @property
    def asks(self) -> tuple[Ask, ...]:
        return tuple(invitations.as_ask(row) for row in self.rows)


def ask_for_moment(
    tx: Transaction, live: Live, surveys: Sequence[SurveyRules], moment: Moment, caller: Caller
) -> Outcome:
    """Something just happened in a page: ask at most one of `surveys` for it."""
    person = _read(tx, people.page_person(tx, caller.visitor, caller.user_id))
    again = _asked_before(person, caller.claim.id)
    if again is not None:
        return _again(tx, person, again, live, caller)
    if moment.kind == "event" and not events.add(
        tx, [events.Event.of_moment(caller.claim.id, person.known.id, moment, caller.page.proven)]
    ):
        return Outcome(person.known.id)
    # What has just been stored counts, also for a person made in this very call.
    at = _situation(tx, person, live, surveys, caller, moment)
    decisions, place = _decide(tx, surveys, at, live)
    return _invite(tx, person.known.id, surveys, decisions, place, at, live, caller)


def claim_waiting(tx: Transaction, live: Live, caller: Caller) -> Outcome:
    """A page asks for what waits for its person: claim the first by priority, then by age, that
    may be asked here."""
    person = _read(tx, people.page_person(tx, caller.visitor, caller.user_id))
    again = _asked_before(person, caller.claim.id)
    if again is not None:
        return _again(tx, person, again, live, caller)
    waiting = [ask for ask in person.asks if ask.waits(tx.now) and ask.available_at <= tx.now]
    if not waiting:
        return Outcome(person.known.id)
    by_id = {survey.id: survey for survey in live.rules}
    surveys = [by_id[ask.survey_id] for ask in waiting if ask.survey_id in by_id]
    at = _situation(tx, person, live, surveys, caller)
    priority = {survey.id: survey.priority for survey in surveys}
    noes: list[Decision] = []
    for ask in sorted(waiting, key=lambda ask: (-priority.get(ask.survey_id, 0), ask.id)):
        survey = by_id.get(ask.survey_id)
        decision = decide_to_claim(survey, ask, at, live.policy)
        if survey is not None and decision.asked:
            test = live.policy.tests(person.known.user_id)
            if _reserve(tx, survey, ask.id, test=test):
                return _claim(tx, person, ask.id, survey, caller, tuple(noes), test=test)
            at = replace(at, full={**at.full, survey.id: "reserved by another page"})
            decision = decide_to_claim(survey, ask, at, live.policy)
        noes.append(decision)
    return Outcome(person.known.id, tuple(noes))


def silent_anyway(
    tx: Transaction, live: Live, surveys: Sequence[SurveyRules], moment: Moment, caller: Caller
) -> Outcome | None:
    """The outcome of a moment that asks nothing, found without a lock; None when it may ask."""
    found = people.find_page_person(tx, caller.visitor, caller.user_id)
    if found is None:
        return None
    person = _read(tx, found)
    at = _situation(tx, person, live, surveys, caller, moment)
    decisions = decide_to_ask(surveys, at, live.policy)
    invites = any(decision.invites for decision in decisions)
    if invites or _asked_before(person, caller.claim.id) is not None:
        return None
    return Outcome(found.id, tuple(decisions))


def anything_waits(tx: Transaction, person: UUID, *, proven: bool) -> UUID | None:
    """The invitation a page of this person should ask for, without claiming it."""
    for row in invitations.asks_of(tx, person):
        ask = invitations.as_ask(row)
        if ask.waits(tx.now) and ask.available_at <= tx.now and (proven or not ask.needs_proof):
            return ask.id
    return None


def _read(tx: Transaction, known: Known) -> _Locked:
    return _Locked(known, [] if known.new else invitations.asks_of(tx, known.id))


def _situation(
    tx: Transaction,
    person: _Locked,
    live: Live,
    surveys: Sequence[SurveyRules],
    caller: Caller,
    moment: Moment | None = None,
) -> Situation:
    read = past.read(tx, person.known, person.asks, live.needs(surveys))
    return Situation(
        read,
        tx.now,
        moment,
        caller.page,
        zone=past.zone_of(read, caller.zone, live.policy),
        full={} if live.policy.tests(read.user_id) else quotas.full(tx, surveys),
    )


def _decide(
    tx: Transaction, surveys: Sequence[SurveyRules], at: Situation, live: Live
) -> tuple[list[Decision], UUID]:
    """The decisions, and the id of the invitation that a quota's place was reserved for. Where
    another page took the last place meanwhile, it is decided anew without it."""
    invitation = new_id()
    by_id = {survey.id: survey for survey in surveys}
    test = live.policy.tests(at.person.user_id)
    while True:
        decisions = decide_to_ask(surveys, at, live.policy)
        now = [by_id[one.survey_id] for one in decisions if one.asked]
        chosen = next((survey for survey in now if not survey.trigger.delay), None)
        if chosen is None or _reserve(tx, chosen, invitation, test=test):
            return decisions, invitation
        at = replace(at, full={**at.full, chosen.id: "reserved by another page"})


def _reserve(tx: Transaction, survey: SurveyRules, invitation: UUID, *, test: bool) -> bool:
    if survey.quota is None or test:
        return True
    return quotas.reserve(tx, survey.id, survey.quota, invitation, tx.now + LEASE)


def _asked_before(person: _Locked, claim_id: str) -> Row[Any] | None:
    rows = [row for row in person.rows if claim_id in (row.claim_id, row.trigger_id)]
    return min(rows, key=lambda row: row.claim_id != claim_id, default=None)


def _again(tx: Transaction, person: _Locked, row: Row[Any], live: Live, caller: Caller) -> Outcome:
    """The same call asked again gets the same answer."""
    known = person.known
    if row.claim_id is None:
        return Outcome(known.id, waiting=row.id, waiting_until=row.available_at)
    if row.claim_id != caller.claim.id or row.shown_at is not None:
        return Outcome(known.id)
    if not invitations.as_ask(row).held(tx.now):
        survey = next((one for one in live.rules if one.id == row.survey_id), None)
        test = live.policy.tests(known.user_id)
        if survey is None or not _reserve(tx, survey, row.id, test=test):
            return Outcome(known.id)
        invitations.claim(tx, row.id, replace(survey, version=row.version), caller.claim, test=test)
    return Outcome(
        known.id,
        secret=invitations.secret_of(tx, row.id, caller.claim.id),
        survey_id=row.survey_id,
        version=row.version,
        variant=row.variant,
    )


def _invite(
    tx: Transaction,
    person: UUID,
    surveys: Sequence[SurveyRules],
    decisions: Sequence[Decision],
    place: UUID,
    at: Situation,
    live: Live,
    caller: Caller,
) -> Outcome:
    by_id = {survey.id: survey for survey in surveys}
    outcome = Outcome(person, tuple(one for one in decisions if not one.asked))
    for decision in decisions:
        if decision.invites:
            survey = by_id[decision.survey_id]
            outcome = _add(tx, outcome, survey, decision, place, at, live, caller)
    return outcome


def _add(
    tx: Transaction,
    outcome: Outcome,
    survey: SurveyRules,
    decision: Decision,
    place: UUID,
    at: Situation,
    live: Live,
    caller: Caller,
) -> Outcome:
    """One more invitation, claimed by the page that asks or waiting for its time."""
    moment = at.moment
    assert moment is not None  # noqa: S101  # invitations are made for moments
    now = decision.asked and not survey.trigger.delay
    marks = events.marks_of(survey, at, live.policy)
    added = invitations.add(
        tx,
        outcome.person,
        survey,
        moment,
        caller.claim.id,
        needs_proof=False,
        marks=marks,
        waits_until=decision.waits_until,
        by=caller.claim if now else None,
        id=place if now else None,
    )
    if decision.asked:
        ledger.record_ask(tx, outcome.person, decision, caller.claim.id)
    if added.secret is not None:
        return replace(
            outcome,
            secret=added.secret,
            survey_id=survey.id,
            version=survey.version,
            variant=marks.variant,
        )
    if outcome.waiting_until is not None and outcome.waiting_until <= added.available_at:
        return outcome
    return replace(outcome, waiting=added.id, waiting_until=added.available_at)


def _claim(
    tx: Transaction,
    person: _Locked,
    invitation: UUID,
    survey: SurveyRules,
    caller: Caller,
    noes: tuple[Decision, ...],
    *,
    test: bool,
) -> Outcome:
    secret = invitations.claim(tx, invitation, survey, caller.claim, test=test)
    row = next(row for row in person.rows if row.id == invitation)
    return Outcome(
        person.known.id,
        noes,
        secret=secret,
        survey_id=survey.id,
        version=survey.version,
        variant=row.variant,
    )
