"""Which limits of the live version a draft drops or loosens: said at publication, since nobody
should ask more people, or ask more often, by accident."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sayso_server.decision.compile import OUTCOMES, SNOOZED_DAYS
from sayso_server.questionnaire.differences import same

Definition = Mapping[str, Any]
Found = dict[str, list[str]]
Looser = Callable[[Any, Any], bool]

FOR_EVER = float("inf")


def _more(before: Any, after: Any) -> bool:
    return bool(after > before)


def _less(before: Any, after: Any) -> bool:
    return bool(after < before)


def _lacks(before: Any, after: Any) -> bool:
    """Of conditions that must all hold, one is gone or another."""
    return not all(any(same(one, other) for other in after) for one in before)


def _has_more(before: Any, after: Any) -> bool:
    """Of values of which one must hold, there is a further one."""
    return not set(after) <= set(before)


def _other(before: Any, after: Any) -> bool:
    return not same(before, after)


def _later(before: Any, after: Any) -> bool:
    return datetime.fromisoformat(after) > datetime.fromisoformat(before)


def _not_any_more(before: Any, after: Any) -> bool:
    return bool(before) and not after


# Each limit with what makes it looser; a limit that is gone always is.
LIMITS: dict[str, Looser] = {
    "audience.attributes": _lacks,
    "audience.events": _lacks,
    "audience.answers": _lacks,
    "audience.segments": _lacks,
    "audience.languages": _has_more,
    "audience.countries": _has_more,
    "audience.devices": _has_more,
    "audience.percent": _more,
    "audience.proven": _not_any_more,
    "trigger.filters": _lacks,
    "trigger.after": _other,
    "trigger.unless": _other,
    "trigger.cancel_on": _lacks,
    "trigger.from": _other,
    "trigger.url": _other,
    "trigger.nth": _less,
    "trigger.every": _less,
    "quota.responses": _more,
    "quota.shown": _more,
    "quota.shown_a_day": _more,
    "target.responses": _more,
    "target.margin": _less,
    "ends_at": _later,
}
# What lets in more where it is said.
OPENINGS = ("by_hand", "trigger.by_hand")


def loosened(before: Definition, after: Definition, policy: Definition) -> Found:
    """Field → what the draft does not limit as the live version `before` does. `policy` is the
    project's, whose cool-down holds where a survey says none."""
    found: Found = {}
    for field in sorted({*LIMITS, *_named(before)}):
        was, now = _at(before, field), _at(after, field)
        if was is None or was is False:
            continue
        if now is None:
            found[field] = [f"is gone; live it was {_said(was)}. {_REMEDY}"]
        elif LIMITS.get(field, _never)(was, now):
            found[field] = [f"is looser: {_said(now)}; live it was {_said(was)}. {_REMEDY}"]
    for field in OPENINGS:
        if _at(after, field) is True and not _at(before, field):
            found[field] = ["lets a page open the survey for whom it likes; live it did not"]
    for field, was, now in _waits(before, after, policy):
        if now < was:
            found[field] = [f"is shorter: {_days(now)}; live it was {_days(was)}. {_REMEDY}"]
    return found


_REMEDY = "Put it back, unless more people should be asked"
_LIMITING = ("audience", "quota", "target")


def _named(definition: Definition) -> list[str]:
    """Every limit that the live version names, also one without a rule of its own."""
    return [f"{part}.{name}" for part in _LIMITING for name in definition.get(part, {})]


def _never(_before: Any, _after: Any) -> bool:
    return False


def _at(definition: Definition, path: str) -> Any:
    value: Any = definition
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _days(days: float) -> str:
    return "for ever" if days == FOR_EVER else f"{days:g} days"


def _waits(
    before: Definition, after: Definition, policy: Definition
) -> Iterator[tuple[str, float, float]]:
    """Each wait as it takes effect: field, days before, days after."""
    for name, effect in (("again_after_days", _again), ("cool_down_days", _cool_down)):
        was, now = effect(before, policy), effect(after, policy)
        if len(set(was.values())) == len(set(now.values())) == 1:
            yield f"throttle.{name}", was[OUTCOMES[0]], now[OUTCOMES[0]]
            continue
        for outcome in OUTCOMES:
            yield f"throttle.{name}.{outcome}", was[outcome], now[outcome]


def _again(definition: Definition, _policy: Definition) -> dict[str, float]:
    said = {"snoozed": SNOOZED_DAYS, **definition.get("throttle", {}).get("again_after_days", {})}
    return {outcome: _or_for_ever(said.get(outcome)) for outcome in OUTCOMES}


def _cool_down(definition: Definition, policy: Definition) -> dict[str, float]:
    said = definition.get("throttle", {}).get("cool_down_days", policy.get("cool_down_days", 0))
    days = said if isinstance(said, Mapping) else dict.fromkeys(OUTCOMES, said)
    return {outcome: _or_for_ever(days[outcome]) for outcome in OUTCOMES}


def _or_for_ever(days: float | None) -> float:
    return FOR_EVER if days is None else days
