"""A popup that an earlier page of the tab left unanswered comes back on the next one, while its
lease of attention lasts."""

from typing import Any

from sqlalchemy import Row

from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_return
from sayso_server.decision.facts import Ask
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage import due, ending, invitations
from sayso_server.storage.calls import Asked, Call, Caller, Outcome, held_call
from sayso_server.storage.directory import Live
from sayso_server.storage.inviting import LEASE
from sayso_server.storage.transaction import Transaction


def bring_back(tx: Transaction, live: Live, caller: Caller, secret: str) -> Outcome:
    """The same invitation again, held by the same secret, if its popup counts as open."""
    call = held_call(tx, live, caller)
    held = invitations.held(tx, secret)
    if held is None:
        return Outcome(call.person)
    row = next((row for row in call.met.rows if row.id == held.id), None)
    if row is None or row.state != held.state or (row.proven and not caller.claim.proven):
        return Outcome(call.person)
    ask = invitations.as_ask(row)
    left_open = row.state == "shown" and ask.open_until(tx.now) is not None
    if ask.embedded or not (left_open or ask.held(tx.now) or ask.waits(tx.now)):
        return Outcome(call.person)
    survey = call.survey(row.survey_id)
    at = call.situation([] if survey is None else [survey])
    decision = decide_to_return(survey, ask, at, live.policy, row.trigger_kind)
    if survey is None or not decision.asked:
        return _stays_away(call, row, decision)
    if not left_open and not _leased_anew(call, survey, ask):
        return Outcome(call.person)
    asked = Asked(secret, row.survey_id, row.version, row.variant, seen=left_open)
    return Outcome(call.person, asked=asked)


def _stays_away(call: Call, row: Row[Any], decision: Decision) -> Outcome:
    """An invitation that was cancelled before anybody saw it is over."""
    if decision.reason is Reason.CANCELLED:
        ending.end(call.tx, row, decision)
        return Outcome(call.person)
    return Outcome(call.person, (decision,))


def _leased_anew(call: Call, survey: SurveyRules, ask: Ask) -> bool:
    """Nobody has seen it yet: its claim begins again, unless its place in a quota is gone."""
    if call.reserve(survey, ask.id) is not None:
        return False
    until = call.tx.now + LEASE
    invitations.change(call.tx, ask.id, lease_until=until)
    due.add(call.tx, due.LOOK, ask.id, until)
    return True
