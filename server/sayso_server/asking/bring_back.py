"""Show a popup again on the tab's next page, if it still counts as open or was never shown."""

from sayso_server.asking import end_invitation
from sayso_server.asking.decide_call import Asked, Caller, DecideCall, Outcome, locked_call
from sayso_server.asking.invite import LEASE
from sayso_server.asking.project_cache import LiveSurveys
from sayso_server.decision.decisions import Decision
from sayso_server.decision.eligibility import decide_to_return
from sayso_server.decision.facts import Invitation
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import SurveyRules
from sayso_server.storage.database.transaction import Transaction
from sayso_server.storage.invitations import due_work, invitations
from sayso_server.storage.invitations.invitations import InvitationRow


def bring_back(tx: Transaction, live: LiveSurveys, caller: Caller, secret: str) -> Outcome:
    """Return the same invitation with the same secret, if its popup is open or was never shown."""
    call = locked_call(tx, live, caller)
    locked = invitations.lock_by_secret(tx, secret)
    if locked is None:
        return Outcome(call.person)
    row = next((row for row in call.loaded.rows if row.id == locked.id), None)
    if row is None or row.state != locked.state or (row.proven and not caller.claim.proven):
        return Outcome(call.person)
    invitation = invitations.as_invitation(row)
    left_open = row.state == "shown" and invitation.open_until(tx.now) is not None
    unseen = invitation.held(tx.now) or invitation.waits(tx.now)
    if invitation.embedded or not (left_open or unseen):
        return Outcome(call.person)
    survey = call.survey(row.survey_id)
    at = call.situation([] if survey is None else [survey])
    decision = decide_to_return(survey, invitation, at, live.policy, row.trigger_kind)
    if survey is None or not decision.asked:
        return _not_shown(call, row, decision)
    if not left_open and not _renew_lease(call, survey, invitation):
        return Outcome(call.person)
    asked = Asked(secret, row.survey_id, row.version, row.variant, seen=left_open)
    return Outcome(call.person, asked=asked)


def _not_shown(call: DecideCall, row: InvitationRow, decision: Decision) -> Outcome:
    """End the invitation if it was cancelled; otherwise only record the silence."""
    if decision.reason is Reason.CANCELLED:
        end_invitation.end(call.tx, row, decision)
        return Outcome(call.person)
    return Outcome(call.person, (decision,))


def _renew_lease(call: DecideCall, survey: SurveyRules, invitation: Invitation) -> bool:
    """Renew the claim's lease. Returns False when the survey's quota is full."""
    if call.reserve(survey, invitation.id) is not None:
        return False
    until = call.tx.now + LEASE
    invitations.change(call.tx, invitation.id, lease_until=until)
    due_work.add(call.tx, due_work.LOOK, invitation.id, until)
    return True
