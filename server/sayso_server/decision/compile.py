"""Compile stored definitions into the rules that decisions read. All defaults are set here."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sayso_server.decision.minors import all_wordy
from sayso_server.decision.rules import (
    After,
    AllOf,
    AnswerRule,
    AnyOf,
    Audience,
    Condition,
    DoneRule,
    Filter,
    Lifecycle,
    Policy,
    QuietHours,
    Quota,
    Segment,
    SurveyRules,
    Trigger,
    Variant,
    Waits,
)

Definition = Mapping[str, Any]

ASK_WITHIN = 900  # seconds: CSAT is best asked within 15 minutes after the interaction
SNOOZED_DAYS = 7  # "ask me later" (Userpilot waits as long)
SPREAD_DAYS = 7  # people overdue when a cadence goes live are asked soon, but not all at once
OUTCOMES = ("answered", "dismissed", "snoozed", "ignored")

# The founding article's cadence: 7 days after sign-up, 30 after the first survey, then every 90.
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
    """Compile a survey version. The cool-down of the project's `policy` is the default."""
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
            Variant(variant["name"], variant.get("weight", 1))
            for variant in definition.get("variants", ())
        ),
        wordy=_is_wordy(definition),
        by_hand=definition.get("by_hand", False) or definition["trigger"]["kind"] == "button",
    )


def compile_policy(policy: Definition, live: Iterable[UUID] | None = None) -> Policy:
    """Compile a project's rules for all its surveys."""
    test = policy.get("test_mode", {})
    staff = policy.get("staff", {}).get("attributes")
    quiet = policy.get("quiet_hours")
    return Policy(
        staff=compile_condition(staff) if staff else None,
        quiet=_quiet(quiet) if quiet else None,
        zone=policy.get("time_zone"),
        holdout=policy.get("holdout_percent", 0),
        testers=frozenset(test.get("testers", ())) if test.get("on") else frozenset(),
        excluded=tuple((page["match"], page["value"]) for page in policy.get("excluded_pages", ())),
        live=None if live is None else frozenset(live),
    )


def compile_condition(condition: Any) -> Condition:
    """A filter, `{"all": […]}`, `{"any": […]}`, or a list of conditions that must all hold."""
    if isinstance(condition, list | tuple):
        return AllOf(tuple(map(compile_condition, condition)))
    if "all" in condition:
        return AllOf(tuple(map(compile_condition, condition["all"])))
    if "any" in condition:
        return AnyOf(tuple(map(compile_condition, condition["any"])))
    return Filter(condition["property"], condition["op"], condition.get("value"))


def moment_of(text: str | None) -> datetime | None:
    """Parse a time of a definition: ISO 8601 with a zone."""
    return None if text is None else datetime.fromisoformat(text)


def lifecycle_of(trigger: Definition) -> dict[str, Any]:
    """A lifecycle trigger, completed from its preset."""
    return {**PRESETS.get(trigger.get("preset", ""), {}), **trigger}


def _is_wordy(definition: Definition) -> bool:
    """Whether the survey or one of its variants leaves no question for a minor."""
    variants = definition.get("variants", ())
    own = [variant["questions"] for variant in variants if "questions" in variant]
    for questions in (definition.get("questions", ()), *own):
        if questions and all_wordy(question["kind"] for question in questions):
            return True
    return False


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
        # The page itself waits for the delay of a page moment.
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
        answers=_answers(audience),
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
    """Compile a segment; an unknown segment contains nobody."""
    if segment is None:
        return Segment(name, done=(DoneRule("", at_least=1),))
    condition = compile_condition(segment.get("attributes", ()))
    return Segment(name, condition, _done(segment), _answers(segment))


def _done(audience: Definition) -> tuple[DoneRule, ...]:
    return tuple(
        DoneRule(
            rule["event"],
            rule.get("at_least", 0 if "at_most" in rule else 1),
            rule.get("at_most"),
            _days(rule.get("within_days")),
        )
        for rule in audience.get("events", ())
    )


def _answers(audience: Definition) -> tuple[AnswerRule, ...]:
    return tuple(
        AnswerRule(
            rule["kind"],
            rule.get("group"),
            _days(rule.get("within_days")),
            rule.get("holds", True),
        )
        for rule in audience.get("answers", ())
    )


def compile_cool_down(throttle: Definition, policy: Definition) -> Waits:
    """How long this survey waits after another survey was shown, by the other's outcome."""
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
