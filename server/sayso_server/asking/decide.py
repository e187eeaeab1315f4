"""*Decide*: which survey to ask, for a moment that just happened on a page.

One transaction locks the person, reads their history, takes the pure decision and claims the
invitation. So two tabs, two devices or two nodes never ask twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sayso_server.asking import invite
from sayso_server.asking.decide_call import (
    Asked,
    Caller,
    DecideCall,
    Outcome,
    Waiting,
    locked_call,
    unlocked_call,
)
from sayso_server.asking.invite import AddedInvitation, NewInvitation
from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.asking.store_events import store_events
from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_ask
from sayso_server.decision.facts import EMBED, Moment, Situation
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage.database.columns import new_id
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.events import events
from sayso_server.storage.invitations.invitations import as_invitation


def ask_for_moment(
    tx: Transaction,
    live: LiveSurveys,
    surveys: Sequence[SurveyRules],
    moment: Moment,
    caller: Caller,
) -> Outcome:
    """Ask at most one of `surveys` for the moment."""
    call = locked_call(tx, live, caller)
    row = call.made_before()
    if row is not None:
        return call.repeat(row)
    event = events.Event.of_page(
        caller.claim.id,
        call.person,
        moment,
        visitor=caller.visitor,
        proven=caller.page.proven,
    )
    if moment.kind == "event" and not store_events(tx, [event], live.cancelled_by):
        return Outcome(call.person)
    outcome = _embedded_before(call, surveys, moment)
    if outcome is not None:
        return outcome
    # Load the situation after the event was stored, so that the event counts.
    at = call.situation(surveys, moment)
    decisions, invitation_id = _decide(call, surveys, at)
    return _outcome(call, surveys, moment, decisions, invitation_id)


def decide_without_lock(
    tx: Transaction,
    live: LiveSurveys,
    surveys: Sequence[SurveyRules],
    moment: Moment,
    caller: Caller,
) -> Outcome | None:
    """Decide without a lock, if the moment creates no invitation. None when the lock is needed: for
    an unknown person, a retry, or a new invitation."""
    call = unlocked_call(tx, live, caller)
    if call is None or call.made_before() is not None:
        return None
    outcome = _embedded_before(call, surveys, moment)
    if outcome is not None:
        return outcome
    decisions = decide_to_ask(surveys, call.situation(surveys, moment), live.policy)
    if any(decision.invites for decision in decisions):
        return None
    return Outcome(call.person, tuple(decisions))


def _embedded_before(
    call: DecideCall, surveys: Sequence[SurveyRules], moment: Moment
) -> Outcome | None:
    """The outcome for a survey that the person's pages already embed, or None."""
    if moment.kind != EMBED:
        return None
    for survey in surveys:
        row = call.embedded(survey)
        if row is not None:
            # `full` is empty: the invitation's own reservation must not count against it.
            at = replace(call.situation([survey], moment), invitation=as_invitation(row), full={})
            decisions = decide_to_ask([survey], at, call.live.policy)
            asked = all(decision.asked for decision in decisions)
            return call.embed_again(row) if asked else Outcome(call.person, tuple(decisions))
    return None


def _decide(
    call: DecideCall, surveys: Sequence[SurveyRules], at: Situation
) -> tuple[list[Decision], UUID]:
    """Decide and reserve a place in the quota. Returns the decisions and the id of the invitation
    that has the reservation. If another page took the last place, decides again with that quota
    marked as full."""
    invitation_id = new_id()
    by_id = {survey.id: survey for survey in surveys}
    while True:
        decisions = decide_to_ask(surveys, at, call.live.policy)
        asked = (by_id[decision.survey_id] for decision in decisions if decision.asked)
        chosen = next(asked, None)
        full = None if chosen is None else call.reserve(chosen, invitation_id)
        if chosen is None or full is None:
            return decisions, invitation_id
        at = replace(at, full={**at.full, chosen.id: full})


def _outcome(
    call: DecideCall,
    surveys: Sequence[SurveyRules],
    moment: Moment,
    decisions: Sequence[Decision],
    invitation_id: UUID,
) -> Outcome:
    """Create the invitations that were decided; the one to show now gets `invitation_id`."""
    by_id = {survey.id: survey for survey in surveys}
    silences = tuple(decision for decision in decisions if not decision.yes)
    outcome = Outcome(call.person, silences)
    for decision in decisions:
        if decision.invites:
            survey = by_id[decision.survey_id]
            new = NewInvitation(
                id=invitation_id if decision.asked else new_id(),
                person=call.loaded.known,
                survey=survey,
                decision=decision,
                moment=moment,
                trigger_id=call.caller.claim.id,
                needs_proof=survey.audience.proven,
                test=call.test,
            )
            by = call.caller.claim if decision.asked else None
            outcome = _with(outcome, new, invite.add(call.tx, new, by))
    return outcome


def _with(outcome: Outcome, new: NewInvitation, added: AddedInvitation) -> Outcome:
    if added.secret is not None:
        asked = Asked(added.secret, new.survey.id, new.survey.version, new.variant)
        return replace(outcome, asked=asked)
    return outcome.with_waiting(Waiting(added.id, new.decision.waits_until or added.available_at))
