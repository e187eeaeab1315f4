"""Rules of the trigger: does the moment start the survey?"""

from datetime import UTC, datetime

from sayso_server.decision.conditions import Clock, failing, in_words
from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Moment, PastEvent, Person, Situation
from sayso_server.decision.lifecycle import due
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import EVERYONE, Policy, SurveyRules


def expiry(survey: SurveyRules, moment: Moment) -> datetime:
    """Until when the survey may be asked because of this moment.

    The time to ask starts when the delay ends, so a long delay does not use it up.
    """
    within = survey.ask_within if moment.ask_within is None else moment.ask_within
    return moment.at + survey.trigger.delay + within


def source(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The event came from the source that the trigger accepts."""
    wanted = survey.trigger.source
    if wanted is None or at.moment is None:
        return None
    actual = at.moment.source
    return Check(Reason.OTHER_SOURCE, actual == wanted, {"from": actual, "wanted": wanted})


def filters(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The event's properties meet the trigger's filters."""
    if at.moment is None or survey.trigger.kind != "event":
        return None
    values = at.moment.properties
    fail = failing(survey.trigger.filters, values, clock(at))
    if fail is None:
        return Check(Reason.FILTER_NOT_MATCHED, passed=True)
    saw = {"wanted": in_words(fail), "value": values.get(fail.property)}
    return Check(Reason.FILTER_NOT_MATCHED, passed=False, saw=saw)


def count(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The person has done this for the n-th time, or for a multiple of it."""
    trigger = survey.trigger
    if at.moment is None or (trigger.every == 1 and trigger.nth is None):
        return None
    did = at.person.done.get(trigger.event or "")
    times = did.count if did else 0
    passed = times == trigger.nth if trigger.nth else times > 0 and times % trigger.every == 0
    wanted = f"time {trigger.nth}" if trigger.nth else f"every {trigger.every}"
    return Check(Reason.NOT_THIS_TIME, passed, {"times": times, "wanted": wanted})


def sequence(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The earlier event of the sequence happened, within its span."""
    after = survey.trigger.after
    if after is None or at.moment is None:
        return None
    end = at.moment.at
    passed = any(
        end - after.within <= past.at <= end
        and failing(after.filters, past.properties, clock(at)) is None
        for past in _before(at, after.event)
    )
    saw = {"wanted": after.event, "within_seconds": int(after.within.total_seconds())}
    return Check(Reason.NOT_IN_SEQUENCE, passed, saw)


def cadence(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The person is due by the survey's cadence."""
    if survey.trigger.lifecycle is None:
        return None
    return due(survey, survey.trigger.lifecycle, at)


def in_time(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The time to ask after this moment is not over."""
    if at.moment is None:
        return None
    until = expiry(survey, at.moment)
    return Check(Reason.TOO_LATE, at.now < until, {"at": at.moment.at, "until": until})


def cancelled(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """No event that cancels the survey happened since the trigger. Only a waiting invitation is
    recorded as CANCELLED."""
    invitation = at.invitation
    began = invitation.happened_at if invitation else at.moment.at if at.moment else None
    if not survey.trigger.cancelled_by or began is None:
        return None
    saw = cancelled_since(survey, at.person, began)
    ends = invitation is not None and invitation.shown_at is None
    return Check(Reason.CANCELLED if ends else Reason.ALREADY_CANCELLED, saw is None, saw or {})


def cancelled_since(
    survey: SurveyRules, person: Person, began: datetime
) -> dict[str, object] | None:
    """The event since `began` that cancels the survey, and its time; None without such an event."""
    for name in sorted(survey.trigger.cancelled_by):
        did = person.done.get(name)
        if did is not None and did.last_at > began:
            return {"event": name, "at": did.last_at}
    return None


def clock(at: Situation) -> Clock:
    """The time and zone for relative dates."""
    return Clock(at.now, at.zone or UTC)


def _before(at: Situation, event: str) -> list[PastEvent]:
    # The current event is already stored, and must not count as its own predecessor.
    recent = list(at.person.recent.get(event, ()))
    if at.moment is not None and at.moment.name == event:
        own = next((past for past in recent if past.at == at.moment.at), None)
        if own is not None:
            recent.remove(own)
    return recent
