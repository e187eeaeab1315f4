"""A page claims one of the person's waiting invitations."""

from dataclasses import replace
from uuid import UUID

from sayso_server.asking import end_invitation
from sayso_server.asking.decide_call import Caller, DecideCall, Outcome, Waiting, locked_call
from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_claim
from sayso_server.decision.facts import Invitation
from sayso_server.decision.reasons import Reason
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.invitations import invitations


def claim_waiting(tx: Transaction, live: LiveSurveys, caller: Caller) -> Outcome:
    """Claim the first waiting invitation that may be shown on this page, ordered by priority, then
    age."""
    call = locked_call(tx, live, caller)
    row = call.made_before()
    return _claim_first(call) if row is None else call.repeat(row)


def waiting_of(tx: Transaction, person: UUID) -> list[Invitation]:
    """The invitations that the person's pages may claim, now or later."""
    latest = map(invitations.as_invitation, invitations.latest_of(tx, person))
    return [invitation for invitation in latest if invitation.waits(tx.now)]


def _claim_first(call: DecideCall) -> Outcome:
    now = call.tx.now
    outcome = Outcome(call.person)
    available = []
    for invitation in call.loaded.invitations:
        if invitation.waits(now) and invitation.available_at <= now:
            available.append(invitation)
        elif invitation.waits(now) and (call.caller.page.proven or not invitation.needs_proof):
            outcome = outcome.with_waiting(Waiting(invitation.id, invitation.available_at))
    if not available:
        return outcome
    by_id = {survey.id: survey for survey in call.live.rules}
    surveys = [by_id[one.survey_id] for one in available if one.survey_id in by_id]
    priority = {survey.id: survey.priority for survey in surveys}
    at = call.situation(surveys)
    for invitation in sorted(available, key=lambda one: (-priority.get(one.survey_id, 0), one.id)):
        survey = by_id.get(invitation.survey_id)
        decision = decide_to_claim(survey, invitation, at, call.live.policy)
        if survey is not None and decision.asked:
            full = call.reserve(survey, invitation.id)
            if full is None:
                return replace(outcome, asked=call.claim(invitation.id, survey))
            at = replace(at, full={**at.full, survey.id: full})
            decision = decide_to_claim(survey, invitation, at, call.live.policy)
        outcome = _with_silence(call, outcome, invitation, decision)
    return outcome


def _with_silence(
    call: DecideCall, outcome: Outcome, invitation: Invitation, decision: Decision
) -> Outcome:
    """End a cancelled invitation. Any other stays queued, and the page gets the time to ask again,
    if that is before the invitation expires."""
    if decision.reason is Reason.CANCELLED:
        end_invitation.end(call.tx, call.row(invitation.id), decision)
        return outcome
    outcome = replace(outcome, silences=(*outcome.silences, decision))
    if decision.waits_until is None:
        return outcome
    return outcome.with_waiting(Waiting(invitation.id, decision.waits_until))
