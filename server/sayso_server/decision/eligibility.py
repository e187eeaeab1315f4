"""From a moment and a person's history to decisions, each with its reason."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sayso_server.decision.filters import meets
from sayso_server.decision.model import ENDED, Ask, Decision, History, Moment, SurveyRules
from sayso_server.decision.reasons import Reason

# A popup that was shown and neither answered nor closed counts as open for so long.
OPEN_FOR = timedelta(minutes=1)


def trigger_reason(survey: SurveyRules, moment: Moment, now: datetime) -> Reason | None:
    """Why the moment does not start the survey, or None when it does."""
    trigger = survey.trigger
    if trigger.source is not None and trigger.source != moment.source:
        return Reason.OTHER_SOURCE
    if not all(meets(condition, moment.properties or {}) for condition in trigger.filters):
        return Reason.FILTER_NOT_MATCHED
    if now >= expiry(survey, moment):
        return Reason.TOO_LATE
    return None


def expiry(survey: SurveyRules, moment: Moment) -> datetime:
    """Until when the survey may be asked because of this moment.

    The time to ask starts when a delay ends, so that a long delay never eats it up.
    """
    within = survey.ask_within if moment.ask_within is None else moment.ask_within
    return moment.at + survey.trigger.delay + within


def person_reason(
    survey: SurveyRules, history: History, now: datetime, *, besides: Ask | None = None
) -> Reason | None:
    """Why this person may not be asked this survey; `besides` is the invitation at hand."""
    if history.refused:
        return Reason.REFUSED_FOR_GOOD
    others = [ask for ask in history.asks if besides is None or ask.id != besides.id]
    same = [ask for ask in others if ask.survey_id == survey.id]
    if any(ask.shown_at is not None for ask in same):
        return Reason.ALREADY_ASKED
    if any(ask.waits(now) or ask.held(now) for ask in same):
        return Reason.ALREADY_WAITING
    if any(ask.shown_at is not None and now - ask.shown_at < survey.cool_down for ask in others):
        return Reason.COOLING_DOWN
    return None


def open_reason(history: History, now: datetime, *, besides: Ask | None = None) -> Reason | None:
    """One popup at a time for one person: held by a page, or shown and still open."""
    for ask in history.asks:
        if besides is not None and ask.id == besides.id:
            continue
        shown = ask.shown_at is not None and ask.state not in ENDED
        if ask.held(now) or (shown and now - (ask.shown_at or now) < OPEN_FOR):
            return Reason.ANOTHER_OPEN
    return None


def decide_to_queue(
    surveys: Iterable[SurveyRules], moment: Moment, history: History, now: datetime
) -> list[Decision]:
    """For a moment whose page is not at hand: which surveys get an invitation that waits."""
    return [
        Decision(
            survey.id,
            trigger_reason(survey, moment, now)
            or person_reason(survey, history, now)
            or Reason.ASKED,
        )
        for survey in surveys
    ]


def decide_to_ask(
    surveys: Iterable[SurveyRules], moment: Moment, history: History, now: datetime
) -> list[Decision]:
    """For a moment in a page: at most one survey is asked, the first that may be."""
    decisions: list[Decision] = []
    for survey in surveys:
        reason = (
            trigger_reason(survey, moment, now)
            or person_reason(survey, history, now)
            or open_reason(history, now)
        )
        if reason is None and any(decision.asked for decision in decisions):
            reason = Reason.OUTRANKED
        decisions.append(Decision(survey.id, reason or Reason.ASKED))
    return decisions


def decide_to_claim(
    survey: SurveyRules | None, ask: Ask, history: History, *, proven: bool, now: datetime
) -> Decision:
    """At the last moment before a waiting invitation is shown: may it still be asked, here?"""
    if survey is None:
        return Decision(ask.survey_id, Reason.NO_LONGER_LIVE)
    if ask.needs_proof and not proven:
        return Decision(ask.survey_id, Reason.IDENTITY_UNPROVEN)
    reason = (
        person_reason(survey, history, now, besides=ask)
        or open_reason(history, now, besides=ask)
        or Reason.ASKED
    )
    return Decision(ask.survey_id, reason)
