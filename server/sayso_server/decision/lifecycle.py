"""The cadence of a relationship survey: some days after a date of the person, then again and again,
anchored on the person's own last ask and never on the survey's start."""

from datetime import UTC, datetime, timedelta

from sayso_server.decision.conditions import as_date
from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Ask, Situation
from sayso_server.decision.luck import luck
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import Lifecycle, SurveyRules

DAY = timedelta(days=1)


def due(survey: SurveyRules, cadence: Lifecycle, at: Situation) -> Check:
    """Whether the person's time has come. `saw` has the date it counts from, and where that was
    overdue when the survey went live, over how many days such people are spread."""
    shown = [
        ask for ask in at.other_asks if ask.survey_id == survey.id and ask.shown_at is not None
    ]
    if shown:
        return _again(survey, cadence, shown, at.now)
    start = as_date(at.person.attributes.get(cadence.attribute), at.zone or UTC)
    if start is None:
        return Check(Reason.NOT_DUE, passed=False, saw={"attribute": cadence.attribute})
    try:
        first = start + cadence.after[0]
    except OverflowError:  # 9999-12-31, by which some databases say never
        return Check(Reason.NOT_DUE, passed=False, saw={cadence.attribute: start})
    saw: dict[str, object] = {cadence.attribute: start}
    if survey.live_since is not None and first < survey.live_since:
        drawn = luck(at.person.luck, f"spread:{survey.id}")
        first = survey.live_since + drawn * cadence.spread
        saw |= {"live_since": survey.live_since, "spread_over": f"{cadence.spread / DAY:g} days"}
    return _check(at.now, first, saw)


def _again(survey: SurveyRules, cadence: Lifecycle, shown: list[Ask], now: datetime) -> Check:
    last = max(shown, key=lambda ask: ask.shown_at or now)
    last_at = last.shown_at or now
    saw = {"last_shown": last_at, "asked": len(shown)}
    if last.outcome == "snoozed" and survey.own.snoozed is not None:
        return _check(now, last_at + survey.own.snoozed, saw)
    kept = [ask for ask in shown if ask.outcome != "snoozed"]
    step = max(len(kept), 1)
    wait = cadence.after[step] if step < len(cadence.after) else cadence.every
    if wait is None:
        return Check(Reason.NOT_DUE, passed=False, saw=saw)
    return _check(now, last_at + wait, saw)


def _check(now: datetime, when: datetime, saw: dict[str, object]) -> Check:
    return Check(Reason.NOT_DUE, now >= when, {**saw, "due": when}, when)
