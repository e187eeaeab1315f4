"""Invitations that wait, claimed by the page that comes to ask for them."""

from dataclasses import replace
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_claim
from sayso_server.decision.facts import Ask
from sayso_server.decision.reasons import Reason
from sayso_server.storage import ending, invitations
from sayso_server.storage.calls import Call, Caller, Outcome, Waits, held_call
from sayso_server.storage.directory import Live
from sayso_server.storage.transaction import Transaction


def claim_waiting(tx: Transaction, live: Live, caller: Caller) -> Outcome:
    """A page asks for what waits for its person: claim the first by priority, then by age, that
    may be asked here."""
    call = held_call(tx, live, caller)
    earlier = call.earlier()
    return _claim_first(call) if earlier is None else call.again(earlier)


def what_waits(tx: Transaction, person: UUID) -> list[Ask]:
    """What pages of this person may ask for, now or later."""
    asks = map(invitations.as_ask, invitations.asks_of(tx, person))
    return [ask for ask in asks if ask.waits(tx.now)]


def _claim_first(call: Call) -> Outcome:
    now = call.tx.now
    outcome = Outcome(call.person)
    waiting = []
    for ask in call.met.asks:
        if ask.waits(now) and ask.available_at <= now:
            waiting.append(ask)
        elif ask.waits(now) and (call.caller.page.proven or not ask.needs_proof):
            outcome = outcome.waiting(Waits(ask.id, ask.available_at))
    if not waiting:
        return outcome
    by_id = {survey.id: survey for survey in call.live.rules}
    surveys = [by_id[ask.survey_id] for ask in waiting if ask.survey_id in by_id]
    at = call.situation(surveys)
    priority = {survey.id: survey.priority for survey in surveys}
    for ask in sorted(waiting, key=lambda ask: (-priority.get(ask.survey_id, 0), ask.id)):
        survey = by_id.get(ask.survey_id)
        decision = decide_to_claim(survey, ask, at, call.live.policy)
        if survey is not None and decision.asked:
            full = call.reserve(survey, ask.id)
            if full is None:
                return replace(outcome, asked=call.claim(ask.id, survey))
            at = replace(at, full={**at.full, survey.id: full})
            decision = decide_to_claim(survey, ask, at, call.live.policy)
        outcome = _held_back(call, outcome, ask, decision)
    return outcome


def _held_back(call: Call, outcome: Outcome, ask: Ask, decision: Decision) -> Outcome:
    """What is cancelled is over; all else may be asked later, if its time has not ended by then."""
    if decision.reason is Reason.CANCELLED:
        ending.end(call.tx, call.row(ask.id), decision)
        return outcome
    outcome = replace(outcome, noes=(*outcome.noes, decision))
    if decision.waits_until is None:
        return outcome
    return outcome.waiting(Waits(ask.id, decision.waits_until))
