"""Rules of the throttle: how often one person may be asked, and how many people."""

from dataclasses import replace
from datetime import datetime, timedelta

from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Invitation, Situation
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import EVERYONE, Policy, SurveyRules, Waits
from sayso_server.decision.trigger_rules import cancelled_since


def refused(_: SurveyRules, at: Situation, __: Policy = EVERYONE) -> Check | None:
    """The person has not chosen never to be asked again."""
    return Check(Reason.REFUSED_FOR_GOOD, not at.person.refused)


def proof(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """Invitations that a backend made for a user, and surveys for proven people, are shown only on
    pages with a proven identity."""
    proven = _proven(at)
    if proven is None or (at.invitation is None and not survey.audience.proven):
        return None
    wanted = survey.audience.proven or (at.invitation is not None and at.invitation.needs_proof)
    return Check(Reason.IDENTITY_UNPROVEN, proven or not wanted)


def own_wait(survey: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The same survey is shown again only after its own wait, which depends on the outcome."""
    if survey.trigger.lifecycle is not None or policy.tests(at.person.user_id):
        return None  # a cadence has its own waits
    mine = [
        invitation
        for invitation in at.other_invitations
        if invitation.shown_at and invitation.survey_id == survey.id
    ]
    if not mine:
        return Check(Reason.ALREADY_ASKED, passed=True)
    until, invitation = _longest(survey.own, mine)
    saw = {"shown": invitation.shown_at, "outcome": invitation.outcome}
    if until is None:
        return Check(Reason.ALREADY_ASKED, passed=False, saw=saw)
    return Check(Reason.ASKED_RECENTLY, at.now >= until, saw, until)


def answered(survey: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """A survey opened by hand may be shown any number of times until it is answered; then its own
    wait after an answer applies."""
    answered_ones = tuple(
        invitation for invitation in at.other_invitations if invitation.outcome == "answered"
    )
    person = replace(at.person, invitations=answered_ones)
    return own_wait(survey, replace(at, person=person), policy)


def another_survey_open(survey: SurveyRules, at: Situation, policy: Policy) -> Check | None:
    """`another_open`, ignoring popups of the same survey that a page reload left open."""
    others = tuple(
        invitation
        for invitation in at.other_popups
        if invitation.survey_id != survey.id or invitation.held(at.now)
    )
    return another_open(survey, replace(at, person=replace(at.person, invitations=others)), policy)


def waiting(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """A person has only one invitation to a survey at a time. A waiting invitation never blocks a
    claim: after two devices merge into one person, two invitations would block each other for ever.
    An invitation cancelled by an event does not count."""
    claiming = at.invitation is not None

    def waits(invitation: Invitation) -> bool:
        cancelled = cancelled_since(survey, at.person, invitation.happened_at)
        return invitation.waits(at.now) and not claiming and cancelled is None

    mine = (invitation for invitation in at.other_invitations if invitation.survey_id == survey.id)
    return Check(
        Reason.ALREADY_WAITING,
        not any(invitation.held(at.now) or waits(invitation) for invitation in mine),
    )


def cool_down(survey: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The cool-down since another survey of the project was shown is over."""
    if policy.tests(at.person.user_id):
        return None
    others = [
        invitation
        for invitation in at.other_popups
        if invitation.shown_at and invitation.survey_id != survey.id
    ]
    if not others:
        return Check(Reason.COOLING_DOWN, passed=True)
    until, invitation = _longest(survey.cool_down, others)
    return Check(Reason.COOLING_DOWN, until is not None and at.now >= until, _of(invitation), until)


def quota(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The quota has a place left. Claims reserve places, so it is never exceeded."""
    if survey.quota is None:
        return None
    full = at.full.get(survey.id)
    return Check(Reason.QUOTA_REACHED, full is None, {} if full is None else {"quota": full})


def life(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The survey has not ended."""
    if survey.ends_at is None:
        return None
    return Check(Reason.NO_LONGER_LIVE, at.now < survey.ends_at, {"ended": survey.ends_at})


def target(survey: SurveyRules, _: Situation, __: Policy = EVERYONE) -> Check | None:
    """The target number of answers, or target margin, is not reached."""
    return Check(Reason.TARGET_REACHED, passed=False) if survey.target_reached else None


def another_open(_: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The person has no other popup that is claimed by a page, or shown and still open. Popups
    of surveys that are not live do not count: the kill switch closed them."""
    for invitation in at.other_popups:
        closed = policy.live is not None and invitation.survey_id not in policy.live
        until = None if closed else invitation.open_until(at.now)
        if until is not None:
            return Check(Reason.ANOTHER_OPEN, passed=False, saw=_of(invitation), until=until)
    return Check(Reason.ANOTHER_OPEN, passed=True)


def _proven(at: Situation) -> bool | None:
    """Whether the identity is proven; None without a page, since the claim checks it later."""
    if at.page is not None:
        return at.page.proven
    return at.moment.proven if at.moment is not None and at.moment.source == "page" else None


def _longest(waits: Waits, shown: list[Invitation]) -> tuple[datetime | None, Invitation]:
    """The invitation whose wait ends last, and when; None means never. All waits are compared:
    after two devices merge into one person, the latest invitation's wait may not end last."""
    ends = [(_end(waits, invitation), invitation) for invitation in shown]
    return max(ends, key=lambda pair: (pair[0] is None, pair[0] or pair[1].shown_at))


def _end(waits: Waits, invitation: Invitation) -> datetime | None:
    wait: timedelta | None = getattr(waits, invitation.outcome)
    return None if wait is None or invitation.shown_at is None else invitation.shown_at + wait


def _of(invitation: Invitation) -> dict[str, object]:
    return {
        "survey": invitation.survey_id,
        "shown": invitation.shown_at,
        "outcome": invitation.outcome,
    }
