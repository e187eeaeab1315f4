"""The cadence of a relationship survey: first some days after a date of the person, then at
intervals after it was last shown to this person, independently of when the survey started."""

from datetime import UTC, datetime, timedelta

from sayso_server.decision.bucketing import bucket
from sayso_server.decision.conditions import as_date
from sayso_server.decision.counted import counted
from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Invitation, Situation
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import Lifecycle, SurveyRules

DAY = timedelta(days=1)


def due(survey: SurveyRules, cadence: Lifecycle, at: Situation) -> Check:
    """Whether the person is due. `saw` contains the date that the cadence counts from. For people
    who were overdue when the survey went live, it also contains the days over which they are
    spread."""
    shown = [
        invitation
        for invitation in at.other_invitations
        if invitation.survey_id == survey.id and invitation.shown_at is not None
    ]
    if shown:
        return _again(survey, cadence, shown, at.now)
    start = as_date(at.person.attributes.get(cadence.attribute), at.zone or UTC)
    if start is None:
        return Check(Reason.NOT_DUE, passed=False, saw={"attribute": cadence.attribute})
    try:
        first = start + cadence.after[0]
    except OverflowError:  # 9999-12-31, which some databases use for "never"
        return Check(Reason.NOT_DUE, passed=False, saw={cadence.attribute: start})
    saw: dict[str, object] = {cadence.attribute: start}
    if survey.live_since is not None and first < survey.live_since:
        share = bucket(at.person.bucket_key, f"spread:{survey.id}")
        first = survey.live_since + share * cadence.spread
        saw |= {
            "live_since": survey.live_since,
            "spread_over": counted(cadence.spread / DAY, "day"),
        }
    return _check(at.now, first, saw)


def _again(
    survey: SurveyRules, cadence: Lifecycle, shown: list[Invitation], now: datetime
) -> Check:
    last = max(shown, key=lambda invitation: invitation.shown_at or now)
    last_at = last.shown_at or now
    saw = {"last_shown": last_at, "asked": len(shown)}
    if last.outcome == "snoozed" and survey.own.snoozed is not None:
        return _check(now, last_at + survey.own.snoozed, saw)
    # "Ask me later" does not advance the cadence.
    steps = [invitation for invitation in shown if invitation.outcome != "snoozed"]
    step = max(len(steps), 1)
    wait = cadence.after[step] if step < len(cadence.after) else cadence.every
    if wait is None:
        return Check(Reason.NOT_DUE, passed=False, saw=saw)
    return _check(now, last_at + wait, saw)


def _check(now: datetime, when: datetime, saw: dict[str, object]) -> Check:
    return Check(Reason.NOT_DUE, now >= when, {**saw, "due": when}, when)
