"""*Decide* for what just happened in a page.

The person is held, their past read, the pure decision taken and the invitation claimed, in one
transaction: two tabs, two devices or two nodes never ask twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_ask
from sayso_server.decision.facts import EMBED, Moment, Situation
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage import events, inviting
from sayso_server.storage.calls import Asked, Call, Caller, Outcome, Waits, held_call, seen_call
from sayso_server.storage.columns import new_id
from sayso_server.storage.directory import Live
from sayso_server.storage.invitations import as_ask
from sayso_server.storage.inviting import Added, New
from sayso_server.storage.transaction import Transaction


def ask_for_moment(
    tx: Transaction, live: Live, surveys: Sequence[SurveyRules], moment: Moment, caller: Caller
) -> Outcome:
    """Ask at most one of `surveys` for the moment."""
    call = held_call(tx, live, caller)
    earlier = call.earlier()
    if earlier is not None:
        return call.again(earlier)
    event = events.Event.of_page(
        caller.claim.id,
        call.person,
        moment,
        visitor=caller.visitor,
        proven=caller.page.proven,
    )
    if moment.kind == "event" and not events.add(tx, [event], live.cancelled_by):
        return Outcome(call.person)
    standing = _standing(call, surveys, moment)
    if standing is not None:
        return standing
    # What has just been stored counts, also for a person made in this very call.
    decisions, place = _decide(call, surveys, call.situation(surveys, moment))
    return _outcome(call, surveys, moment, decisions, place)


def known_already(
    tx: Transaction, live: Live, surveys: Sequence[SurveyRules], moment: Moment, caller: Caller
) -> Outcome | None:
    """The outcome of a moment that asks nothing, or nothing new, found without a lock; None when it
    may ask."""
    call = seen_call(tx, live, caller)
    if call is None or call.earlier() is not None:
        return None
    standing = _standing(call, surveys, moment)
    if standing is not None:
        return standing
    decisions = decide_to_ask(surveys, call.situation(surveys, moment), live.policy)
    if any(decision.invites for decision in decisions):
        return None
    return Outcome(call.person, tuple(decisions))


def _standing(call: Call, surveys: Sequence[SurveyRules], moment: Moment) -> Outcome | None:
    """What stands in a page already, where it still may."""
    if moment.kind != EMBED:
        return None
    for survey in surveys:
        row = call.standing(survey)
        if row is not None:
            # Its own place in a quota is none that another has taken.
            here = replace(call.situation([survey], moment), besides=as_ask(row), full={})
            decisions = decide_to_ask([survey], here, call.live.policy)
            asked = all(decision.asked for decision in decisions)
            return call.stands_again(row) if asked else Outcome(call.person, tuple(decisions))
    return None


def _decide(
    call: Call, surveys: Sequence[SurveyRules], at: Situation
) -> tuple[list[Decision], UUID]:
    """The decisions, and the id of the invitation that a quota's place was reserved for. Where
    another page took the last place meanwhile, it is decided anew without it."""
    invitation = new_id()
    by_id = {survey.id: survey for survey in surveys}
    while True:
        decisions = decide_to_ask(surveys, at, call.live.policy)
        asked = [by_id[one.survey_id] for one in decisions if one.asked]
        chosen = next(iter(asked), None)
        full = None if chosen is None else call.reserve(chosen, invitation)
        if chosen is None or full is None:
            return decisions, invitation
        at = replace(at, full={**at.full, chosen.id: full})


def _outcome(
    call: Call,
    surveys: Sequence[SurveyRules],
    moment: Moment,
    decisions: Sequence[Decision],
    place: UUID,
) -> Outcome:
    """Make the invitations that were decided on; the one asked now has the id `place`."""
    by_id = {survey.id: survey for survey in surveys}
    outcome = Outcome(call.person, tuple(one for one in decisions if not one.yes))
    for decision in decisions:
        if decision.invites:
            survey = by_id[decision.survey_id]
            new = New(
                id=place if decision.asked else new_id(),
                person=call.met.known,
                survey=survey,
                decision=decision,
                moment=moment,
                trigger_id=call.caller.claim.id,
                needs_proof=survey.audience.proven,
                test=call.test,
            )
            by = call.caller.claim if decision.asked else None
            outcome = _with(outcome, new, inviting.add(call.tx, new, by))
    return outcome


def _with(outcome: Outcome, new: New, added: Added) -> Outcome:
    """Of several that wait, the page hears of the one whose time comes first."""
    if added.secret is not None:
        asked = Asked(added.secret, new.survey.id, new.survey.version, new.variant)
        return replace(outcome, asked=asked)
    return outcome.waiting(Waits(added.id, new.decision.waits_until or added.available_at))
