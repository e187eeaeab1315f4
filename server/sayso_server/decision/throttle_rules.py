"""Rules of the throttle: how often one person may be asked, and how many may be."""

from dataclasses import replace
from datetime import datetime, timedelta

from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Ask, Situation
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import EVERYONE, Policy, SurveyRules, Waits
from sayso_server.decision.trigger_rules import cancelled_since


def refused(_: SurveyRules, at: Situation, __: Policy = EVERYONE) -> Check | None:
    """Never again is final."""
    return Check(Reason.REFUSED_FOR_GOOD, not at.person.refused)


def proof(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """What a backend asked of a user, and a survey for proven people, reach proven pages only."""
    proven = _proven(at)
    if proven is None or (at.besides is None and not survey.audience.proven):
        return None
    wanted = survey.audience.proven or (at.besides is not None and at.besides.needs_proof)
    return Check(Reason.IDENTITY_UNPROVEN, proven or not wanted)


def own_wait(survey: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The same survey comes again only after its own wait, by what came of it before."""
    if survey.trigger.lifecycle is not None or policy.tests(at.person.user_id):
        return None  # a cadence has its own waits
    mine = [ask for ask in at.other_asks if ask.shown_at and ask.survey_id == survey.id]
    if not mine:
        return Check(Reason.ALREADY_ASKED, passed=True)
    until, ask = _longest(survey.own, mine)
    saw = {"shown": ask.shown_at, "outcome": ask.outcome}
    if until is None:
        return Check(Reason.ALREADY_ASKED, passed=False, saw=saw)
    return Check(Reason.ASKED_RECENTLY, at.now >= until, saw, until)


def answered(survey: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """What is opened by hand may come as often as one likes until it is answered; from then on the
    survey's own wait after an answer holds."""
    given = tuple(ask for ask in at.other_asks if ask.outcome == "answered")
    return own_wait(survey, replace(at, person=replace(at.person, asks=given)), policy)


def another_survey_open(survey: SurveyRules, at: Situation, policy: Policy) -> Check | None:
    """As `another_open`; but a popup of the survey itself that a reload left behind is none."""
    others = tuple(ask for ask in at.other_popups if ask.survey_id != survey.id or ask.held(at.now))
    return another_open(survey, replace(at, person=replace(at.person, asks=others)), policy)


def waiting(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """One invitation to one survey at a time. A claim is held back by none that merely waits: two
    devices that become one person may bring one each, and neither would ever be asked. One that an
    event has cancelled waits no more."""
    claiming = at.besides is not None

    def waits(ask: Ask) -> bool:
        cancelled = cancelled_since(survey, at.person, ask.happened_at)
        return ask.waits(at.now) and not claiming and cancelled is None

    mine = (ask for ask in at.other_asks if ask.survey_id == survey.id)
    return Check(Reason.ALREADY_WAITING, not any(ask.held(at.now) or waits(ask) for ask in mine))


def cool_down(survey: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """After any survey of the project was shown, others wait."""
    if policy.tests(at.person.user_id):
        return None
    others = [ask for ask in at.other_popups if ask.shown_at and ask.survey_id != survey.id]
    if not others:
        return Check(Reason.COOLING_DOWN, passed=True)
    until, ask = _longest(survey.cool_down, others)
    return Check(Reason.COOLING_DOWN, until is not None and at.now >= until, _of(ask), until)


def quota(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """Quotas are never passed: a place is reserved by the claim."""
    if survey.quota is None:
        return None
    full = at.full.get(survey.id)
    return Check(Reason.QUOTA_REACHED, full is None, {} if full is None else {"quota": full})


def life(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """The survey has not come to its end."""
    if survey.ends_at is None:
        return None
    return Check(Reason.NO_LONGER_LIVE, at.now < survey.ends_at, {"ended": survey.ends_at})


def target(survey: SurveyRules, _: Situation, __: Policy = EVERYONE) -> Check | None:
    """The sample is as large, or the interval as narrow, as was wanted."""
    return Check(Reason.TARGET_REACHED, passed=False) if survey.target_reached else None


def another_open(_: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """One popup at a time for one person: held by a page, or shown and still open. A popup whose
    survey is no longer live was closed by the kill switch."""
    for ask in at.other_popups:
        gone = policy.live is not None and ask.survey_id not in policy.live
        until = None if gone else ask.open_until(at.now)
        if until is not None:
            return Check(Reason.ANOTHER_OPEN, passed=False, saw=_of(ask), until=until)
    return Check(Reason.ANOTHER_OPEN, passed=True)


def _proven(at: Situation) -> bool | None:
    """None where no page is at hand: whoever claims the invitation later is looked at then."""
    if at.page is not None:
        return at.page.proven
    return at.moment.proven if at.moment is not None and at.moment.source == "page" else None


def _longest(waits: Waits, shown: list[Ask]) -> tuple[datetime | None, Ask]:
    """The ask whose wait ends last, and when; None is for ever. Each ask keeps its wait: where two
    devices become one person, the last ask is not always the one that holds longest."""
    ends = [(_end(waits, ask), ask) for ask in shown]
    return max(ends, key=lambda pair: (pair[0] is None, pair[0] or pair[1].shown_at))


def _end(waits: Waits, ask: Ask) -> datetime | None:
    wait: timedelta | None = getattr(waits, ask.outcome)
    return None if wait is None or ask.shown_at is None else ask.shown_at + wait


def _of(ask: Ask) -> dict[str, object]:
    return {"survey": ask.survey_id, "shown": ask.shown_at, "outcome": ask.outcome}
