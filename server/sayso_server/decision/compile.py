"""From definitions, as stored, to the rules that decisions read. What is left out has its default
here and nowhere else."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sayso_server.decision.minors import all_wordy
from sayso_server.decision.rules import (
    After,
    AllOf,
    AnyOf,
    Audience,
    Condition,
    DoneRule,
    Filter,
    Lifecycle,
    Policy,
    QuietHours,
    Quota,
    SaidRule,
    Segment,
    SurveyRules,
    Trigger,
    Variant,
    Waits,
)

Definition = Mapping[str, Any]

ASK_WITHIN = 900  # seconds: a CSAT ask aims at 15 minutes after the interaction
SNOOZED_DAYS = 7  # "ask me later" (Userpilot waits as long)
SPREAD_DAYS = 7  # who is overdue when a cadence goes live comes soon, and not all at once
OUTCOMES = ("answered", "dismissed", "snoozed", "ignored")

# The founding article's cadence: 7 days after sign-up, 30 after the first, then every 90.
PRESETS: dict[str, dict[str, Any]] = {
    "relationship": {"attribute": "signed_up_at", "after_days": [7, 30], "every_days": 90},
}


def compile_survey(
    survey_id: UUID,
    version: int,
    definition: Definition,
    *,
    policy: Definition | None = None,
    segments: Mapping[str, Definition] | None = None,
    live_since: datetime | None = None,
    target_reached: bool = False,
) -> SurveyRules:
    """`policy` is the project's: its cool-down holds unless the survey names another."""
    throttle = definition.get("throttle", {})
    return SurveyRules(
        id=survey_id,
        version=version,
        trigger=_compile_trigger(definition["trigger"]),
        ask_within=timedelta(seconds=definition.get("ask_within", ASK_WITHIN)),
        cool_down=compile_cool_down(throttle, policy or {}),
        own=_waits({"snoozed": SNOOZED_DAYS, **throttle.get("again_after_days", {})}),
        audience=_compile_audience(definition.get("audience", {}), segments or {}),
        priority=definition.get("priority", 0),
        quota=compile_quota(definition.get("quota")),
        target_reached=target_reached,
        live_since=live_since,
        ends_at=moment_of(definition.get("ends_at")),
        variants=tuple(
            Variant(one["name"], one.get("weight", 1)) for one in definition.get("variants", ())
        ),
        wordy=_is_wordy(definition),
        by_hand=definition.get("by_hand", False) or definition["trigger"]["kind"] == "button",
    )


def compile_policy(policy: Definition, live: Iterable[UUID] | None = None) -> Policy:
    """What a project says of all its surveys."""
    test = policy.get("test_mode", {})
    staff = policy.get("staff", {}).get("attributes")
    quiet = policy.get("quiet_hours")
    return Policy(
        staff=compile_condition(staff) if staff else None,
        quiet=_quiet(quiet) if quiet else None,
        zone=policy.get("time_zone"),
        holdout=policy.get("holdout_percent", 0),
        testers=frozenset(test.get("testers", ())) if test.get("on") else frozenset(),
        excluded=tuple((one["match"], one["value"]) for one in policy.get("excluded_pages", ())),
        live=None if live is None else frozenset(live),
    )


def compile_condition(condition: Any) -> Condition:
    """A filter, `{"all": […]}`, `{"any": […]}`, or a list, of which all must hold."""
    if isinstance(condition, list | tuple):
        return AllOf(tuple(compile_condition(one) for one in condition))
    if "all" in condition:
        return AllOf(tuple(compile_condition(one) for one in condition["all"]))
    if "any" in condition:
        return AnyOf(tuple(compile_condition(one) for one in condition["any"]))
    return Filter(condition["property"], condition["op"], condition.get("value"))


def moment_of(text: str | None) -> datetime | None:
    """A moment as definitions keep it, ISO 8601 with a zone."""
    return None if text is None else datetime.fromisoformat(text)


def lifecycle_of(trigger: Definition) -> dict[str, Any]:
    """The cadence that a lifecycle trigger names, its preset filled in."""
    return {**PRESETS.get(trigger.get("preset", ""), {}), **trigger}


def _is_wordy(definition: Definition) -> bool:
    """Whether one of the ways in which it may be asked leaves nothing for a minor."""
    own = [one["questions"] for one in definition.get("variants", ()) if "questions" in one]
    asked = [definition.get("questions", ()), *own]
    return any(questions and all_wordy(one["kind"] for one in questions) for questions in asked)


def _compile_trigger(trigger: Definition) -> Trigger:
    kind = trigger["kind"]
    unless = trigger.get("unless")
    cancels = frozenset(trigger.get("cancel_on", ())) | ({unless["event"]} if unless else set())
    wait = max(trigger.get("delay", 0), unless["within"] if unless else 0)
    return Trigger(
        kind=kind,
        event=trigger.get("event"),
        filters=compile_condition(trigger.get("filters", ())),
        source=trigger.get("from"),
        # A page moment's delay is time on the page: the page itself waits.
        delay=timedelta(seconds=wait if kind == "event" else 0),
        every=trigger.get("every", 1),
        nth=trigger.get("nth"),
        after=_compile_after(trigger.get("after")),
        cancelled_by=cancels,
        lifecycle=_compile_lifecycle(trigger) if kind == "lifecycle" else None,
    )


def _compile_after(after: Definition | None) -> After | None:
    if after is None:
        return None
    return After(
        after["event"],
        timedelta(seconds=after["within"]),
        compile_condition(after.get("filters", ())),
    )


def _compile_lifecycle(trigger: Definition) -> Lifecycle:
    cadence = lifecycle_of(trigger)
    every = cadence.get("every_days")
    after = tuple(timedelta(days=days) for days in cadence["after_days"])
    period = every if every is not None else cadence["after_days"][-1]
    spread = cadence.get("spread_days", min(SPREAD_DAYS, period))
    return Lifecycle(
        cadence["attribute"],
        after,
        None if every is None else timedelta(days=every),
        timedelta(days=spread),
    )


def _compile_audience(audience: Definition, segments: Mapping[str, Definition]) -> Audience:
    return Audience(
        attributes=compile_condition(audience.get("attributes", ())),
        done=_done(audience),
        said=_said(audience),
        segments=tuple(
            compile_segment(name, segments.get(name)) for name in audience.get("segments", ())
        ),
        languages=tuple(audience.get("languages", ())),
        countries=frozenset(audience.get("countries", ())),
        devices=frozenset(audience.get("devices", ())),
        percent=audience.get("percent", 100),
        proven=audience.get("proven", False),
    )


def compile_segment(name: str, segment: Definition | None) -> Segment:
    """A segment that is not there has nobody in it."""
    if segment is None:
        return Segment(name, done=(DoneRule("", at_least=1),))
    condition = compile_condition(segment.get("attributes", ()))
    return Segment(name, condition, _done(segment), _said(segment))


def _done(audience: Definition) -> tuple[DoneRule, ...]:
    return tuple(
        DoneRule(
            one["event"],
            one.get("at_least", 0 if "at_most" in one else 1),
            one.get("at_most"),
            _days(one.get("within_days")),
        )
        for one in audience.get("events", ())
    )


def _said(audience: Definition) -> tuple[SaidRule, ...]:
    return tuple(
        SaidRule(
            one["kind"],
            one.get("group"),
            _days(one.get("within_days")),
            one.get("holds", True),
        )
        for one in audience.get("answers", ())
    )


def compile_cool_down(throttle: Definition, policy: Definition) -> Waits:
    """How long other surveys wait, by what came of this one."""
    days = throttle.get("cool_down_days", policy.get("cool_down_days", 0))
    return _waits(days if isinstance(days, Mapping) else dict.fromkeys(OUTCOMES, days))


def _waits(days: Definition) -> Waits:
    return Waits(**{outcome: _days(days.get(outcome)) for outcome in OUTCOMES})


def compile_quota(quota: Definition | None) -> Quota | None:
    """A survey's quota, or None."""
    if not quota:
        return None
    return Quota(quota.get("responses"), quota.get("shown"), quota.get("shown_a_day"))


def _quiet(hours: Definition) -> QuietHours:
    return QuietHours(time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"]))


def _days(days: float | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
