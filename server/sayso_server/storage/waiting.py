"""Invitations that wait, claimed by the page that comes to ask for them."""

from dataclasses import replace
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_claim
from sayso_server.storage import invitations
from sayso_server.storage.calls import Call, Caller, Outcome, held_call
from sayso_server.storage.directory import Live
from sayso_server.storage.transaction import Transaction


def claim_waiting(tx: Transaction, live: Live, caller: Caller) -> Outcome:
    """A page asks for what waits for its person: claim the first by priority, then by age, that
    may be asked here."""
    call = held_call(tx, live, caller)
    earlier = call.earlier()
    return _claim_first(call) if earlier is None else call.again(earlier)


def anything_waits(tx: Transaction, person: UUID, *, proven: bool) -> UUID | None:
    """The invitation a page of this person should ask for, without claiming it."""
    for row in invitations.asks_of(tx, person):
        ask = invitations.as_ask(row)
        if ask.waits(tx.now) and ask.available_at <= tx.now and (proven or not ask.needs_proof):
            return ask.id
    return None


def _claim_first(call: Call) -> Outcome:
    now = call.tx.now
    waiting = [ask for ask in call.met.asks if ask.waits(now) and ask.available_at <= now]
    if not waiting:
        return Outcome(call.person)
    by_id = {survey.id: survey for survey in call.live.rules}
    surveys = [by_id[ask.survey_id] for ask in waiting if ask.survey_id in by_id]
    at = call.situation(surveys)
    priority = {survey.id: survey.priority for survey in surveys}
    noes: list[Decision] = []
    for ask in sorted(waiting, key=lambda ask: (-priority.get(ask.survey_id, 0), ask.id)):
        survey = by_id.get(ask.survey_id)
        decision = decide_to_claim(survey, ask, at, call.live.policy)
        if survey is not None and decision.asked:
            full = call.reserve(survey, ask.id)
            if full is None:
                return Outcome(call.person, tuple(noes), call.claim(ask.id, survey))
            at = replace(at, full={**at.full, survey.id: full})
            decision = decide_to_claim(survey, ask, at, call.live.policy)
        noes.append(decision)
    return Outcome(call.person, tuple(noes))
