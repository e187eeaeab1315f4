"""Decide about a situation: check the rules in order; the first failing rule is the reason."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from sayso_server.decision import audience_rules as who
from sayso_server.decision import minors
from sayso_server.decision import project_rules as everywhere
from sayso_server.decision import throttle_rules as often
from sayso_server.decision import trigger_rules as moment
from sayso_server.decision.decisions import Check, Decision
from sayso_server.decision.facts import OPEN_FOR, Invitation, Kind, Moment, Situation
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import Policy, SurveyRules, Waits
from sayso_server.decision.trigger_rules import expiry

Rule = Callable[[SurveyRules, Situation, Policy], Check | None]

_MOMENT: tuple[Rule, ...] = (
    moment.source,
    moment.filters,
    moment.count,
    moment.sequence,
    moment.cadence,
    moment.in_time,
)
_PERSON: tuple[Rule, ...] = (
    moment.cancelled,
    everywhere.bot,
    everywhere.staff,
    everywhere.excluded_page,
    often.refused,
    often.proof,
    everywhere.holdout,
    minors.minor,
    who.audience,
    who.sample,
    often.life,
    often.target,
    often.waiting,
    often.own_wait,
    often.quota,
    everywhere.quiet_hours,
    often.cool_down,
)
_PAGE: tuple[Rule, ...] = (often.another_open,)
# Opening a survey by hand interrupts nobody: throttles, cool-down and "never again" do not apply.
# A page can open it for anyone, so audience, proof, quota and target apply.
_BY_HAND: tuple[Rule, ...] = (
    everywhere.bot,
    often.proof,
    minors.minor,
    who.audience,
    who.sample,
    often.life,
    often.target,
    often.answered,
    often.quota,
    often.another_survey_open,
)
# Buttons and embedded surveys interrupt nobody either: throttles and other open popups do not
# matter. Nobody requested them, so the audience applies.
_BUTTON: tuple[Rule, ...] = (
    everywhere.bot,
    everywhere.staff,
    everywhere.excluded_page,
    often.proof,
    minors.minor,
    who.audience,
    who.sample,
    often.life,
    often.target,
    often.answered,
    often.quota,
)
# A button asks nothing until it is pressed. An embedded survey asks at once, so "never again" and
# the holdout apply.
_EMBED: tuple[Rule, ...] = (often.refused, everywhere.holdout, *_BUTTON)
_OF_KIND: dict[Kind, tuple[Rule, ...]] = {"show": _BY_HAND, "embed": _EMBED, "button": _BUTTON}
CALLED: dict[Kind, Reason] = {"show": Reason.OPENED_BY_HAND, "embed": Reason.EMBEDDED}

# Reasons that pass with time: a survey triggered by an event may wait until then.
_PASSING = frozenset(
    {
        Reason.QUIET_HOURS,
        Reason.COOLING_DOWN,
        Reason.ANOTHER_OPEN,
        Reason.ASKED_RECENTLY,
        Reason.OUTRANKED,
    }
)
# The subset that passes as soon as the other popup is closed.
_BEHIND = frozenset({Reason.ANOTHER_OPEN, Reason.OUTRANKED})


def explain(survey: SurveyRules, at: Situation, policy: Policy) -> list[Check]:
    """Check every rule that applies to the survey, in the order used to decide."""
    usual = (*_MOMENT, *_PERSON, *_PAGE) if at.moment else (*_PERSON, *_PAGE)
    rules = _OF_KIND.get(at.moment.kind, usual) if at.moment else usual
    return [check for rule in rules if (check := rule(survey, at, policy)) is not None]


def explain_latest(survey: SurveyRules, at: Situation, policy: Policy) -> list[Check]:
    """`explain`, as if the trigger fired now: with the person's latest event of that name, or with
    the trigger's moment on a page."""
    trigger = survey.trigger
    if trigger.event is None:
        return explain(survey, replace(at, moment=Moment(trigger.kind, "page", at.now)), policy)
    past = at.person.recent.get(trigger.event, ())
    if not past:
        never = Check(Reason.NEVER_HAPPENED, passed=False, saw={"event": trigger.event})
        return [never, *explain(survey, at, policy)]
    last = max(past, key=lambda event: event.at)
    moment = Moment("event", last.source, at.now, trigger.event, last.properties)
    happened = Check(Reason.NEVER_HAPPENED, passed=True, saw={"event": trigger.event})
    return [happened, *explain(survey, replace(at, moment=moment), policy)]


def decide_to_queue(
    surveys: Iterable[SurveyRules], at: Situation, policy: Policy
) -> list[Decision]:
    """For a moment without a page: decide which surveys get a waiting invitation."""
    return [
        _decision(survey, at, _failures(survey, at, policy, (*_MOMENT, *_PERSON)), Reason.QUEUED)
        for survey in surveys
    ]


def decide_to_ask(surveys: Iterable[SurveyRules], at: Situation, policy: Policy) -> list[Decision]:
    """For a moment on a page: ask at most one survey now, the eligible survey that ranks first.

    Other eligible surveys wait if their time to ask allows it, else they are recorded as outranked.
    A survey whose trigger has a delay does not compete: its invitation waits.
    """
    if at.moment is not None and at.moment.kind in CALLED:
        return [_in_its_place(survey, at, policy, at.moment.kind) for survey in surveys]
    asked: SurveyRules | None = None
    decisions: list[Decision] = []
    for survey in in_order(surveys):
        delayed = bool(survey.trigger.delay)
        rules = (*_MOMENT, *_PERSON) if delayed else (*_MOMENT, *_PERSON, *_PAGE)
        yes = Reason.QUEUED if delayed else Reason.ASKED
        decision = _decision(survey, at, _failures(survey, at, policy, rules), yes)
        if decision.asked:
            if asked:
                decision = _decision(survey, at, iter([_outranked(survey, asked, at.now)]), yes)
            asked = asked or survey
        decisions.append(decision)
    return decisions


def decide_to_claim(
    survey: SurveyRules | None, invitation: Invitation, at: Situation, policy: Policy
) -> Decision:
    """Decide, just before a waiting invitation is shown, whether it may still be asked on this
    page. If not now, `waits_until` is the time to check again."""
    if survey is None:
        return Decision(invitation.survey_id, Reason.NO_LONGER_LIVE, invitation.version)
    here = replace(at, invitation=invitation, moment=None)
    fails = [*_failures(survey, here, policy, (*_PERSON, *_PAGE))]
    if not fails:
        return Decision(survey.id, Reason.ASKED, survey.version)
    _, until = _last_to_pass(fails)
    if until is not None and until >= invitation.expires_at:
        until = None
    return Decision(survey.id, fails[0].reason, survey.version, fails[0].saw, until)


def decide_to_return(
    survey: SurveyRules | None, invitation: Invitation, at: Situation, policy: Policy, kind: Kind
) -> Decision:
    """Decide whether a popup that an earlier page of the tab left unanswered may be shown again on
    this page. `kind` is the moment that opened it."""
    if survey is None:
        return Decision(invitation.survey_id, Reason.NO_LONGER_LIVE, invitation.version)
    # The popup has already reserved its place in the quota, so quotas are ignored.
    here = replace(at, invitation=invitation, moment=None, full={})
    fail = _failure(survey, here, policy, _OF_KIND.get(kind, (*_PERSON, *_PAGE)))
    if fail is None:
        return Decision(survey.id, CALLED.get(kind, Reason.ASKED), survey.version)
    return Decision(survey.id, fail.reason, survey.version, fail.saw)


def decide_to_offer(survey: SurveyRules, at: Situation, policy: Policy) -> bool:
    """Whether this person's page shows the button that opens the survey."""
    return _failure(survey, at, policy, _OF_KIND["button"]) is None


def in_order(surveys: Iterable[SurveyRules]) -> list[SurveyRules]:
    """Sort by priority, then by age, independently of the input's order."""
    return sorted(surveys, key=lambda survey: (-survey.priority, survey.id))


def _in_its_place(survey: SurveyRules, at: Situation, policy: Policy, kind: Kind) -> Decision:
    fail = _failure(survey, at, policy, _OF_KIND[kind])
    if fail is None:
        return Decision(survey.id, CALLED[kind], survey.version)
    return Decision(survey.id, fail.reason, survey.version, fail.saw)


def _failure(
    survey: SurveyRules, at: Situation, policy: Policy, rules: tuple[Rule, ...]
) -> Check | None:
    return next(_failures(survey, at, policy, rules), None)


def _failures(
    survey: SurveyRules, at: Situation, policy: Policy, rules: tuple[Rule, ...]
) -> Iterator[Check]:
    for rule in rules:
        check = rule(survey, at, policy)
        if check is not None and not check.passed:
            yield check


def _decision(survey: SurveyRules, at: Situation, fails: Iterator[Check], yes: Reason) -> Decision:
    """The first failure is the reason, unless every failure passes before the time to ask ends."""
    fail = next(fails, None)
    if fail is None:
        return Decision(survey.id, yes, survey.version)
    wait = _wait(survey, at, chain([fail], fails))
    if wait is None:
        return Decision(survey.id, fail.reason, survey.version, fail.saw)
    last, until, behind = wait
    saw = {"held_back_by": last.reason.value, **last.saw}
    return Decision(survey.id, Reason.WAITS, survey.version, saw, until, behind)


def _wait(
    survey: SurveyRules, at: Situation, fails: Iterable[Check]
) -> tuple[Check, datetime, bool] | None:
    """The failing rule that passes last, when it passes, and whether it may pass sooner because it
    only waits for another popup to close. None if the survey would have expired by then."""
    if at.moment is None or at.moment.kind != "event":
        return None
    failing = [*fails]
    last, until = _last_to_pass(failing)
    if last is None or until is None:
        return None
    shortest = _shortest(survey.cool_down)
    behind = shortest is not None and all(fail.reason in _BEHIND for fail in failing)
    soonest = min(until, at.now + shortest) if behind and shortest is not None else until
    behind = soonest < until
    return (last, until, behind) if soonest < expiry(survey, at.moment) else None


def _last_to_pass(fails: Iterable[Check]) -> tuple[Check | None, datetime | None]:
    """The failing rule that passes last, and when; None if some failure never passes."""
    last: tuple[Check | None, datetime | None] = None, None
    for fail in fails:
        if fail.reason not in _PASSING or fail.until is None:
            return None, None
        if last[1] is None or fail.until > last[1]:
            last = fail, fail.until
    return last


def _outranked(survey: SurveyRules, asked: SurveyRules, now: datetime) -> Check:
    shortest = _shortest(survey.cool_down)
    until = None if shortest is None else now + max(shortest, OPEN_FOR)
    return Check(Reason.OUTRANKED, passed=False, saw={"asked": asked.id}, until=until)


def _shortest(waits: Waits) -> timedelta | None:
    ends = (waits.answered, waits.dismissed, waits.snoozed, waits.ignored)
    return min((end for end in ends if end is not None), default=None)
