"""Which limits of the live version a draft drops or loosens. Publication warns about them, so that
nobody asks more people, or asks more often, by accident."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sayso_server.decision.compile import OUTCOMES, SNOOZED_DAYS
from sayso_server.decision.counted import counted
from sayso_server.questionnaire.differences import same

Definition = Mapping[str, Any]
Problems = dict[str, list[str]]
Looser = Callable[[Any, Any], bool]

FOR_EVER = float("inf")


def _more(before: Any, after: Any) -> bool:
    return bool(after > before)


def _less(before: Any, after: Any) -> bool:
    return bool(after < before)


def _lacks(before: Any, after: Any) -> bool:
    """Whether one of the conditions, which must all hold, was removed or changed."""
    return not all(any(same(old, new) for new in after) for old in before)


def _has_more(before: Any, after: Any) -> bool:
    """Whether a value was added to a list in which one match is enough."""
    return not set(after) <= set(before)


def _other(before: Any, after: Any) -> bool:
    return not same(before, after)


def _later(before: Any, after: Any) -> bool:
    return datetime.fromisoformat(after) > datetime.fromisoformat(before)


def _not_any_more(before: Any, after: Any) -> bool:
    return bool(before) and not after


# Limit → the test for whether it is looser. A removed limit is always looser.
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
# Settings that loosen a survey when they are set.
OPENINGS = ("by_hand", "trigger.by_hand")


def loosened(before: Definition, after: Definition, policy: Definition) -> Problems:
    """Field → how the draft `after` is looser than the live version `before`. `policy` is the
    project's, with the default cool-down."""
    found: Problems = {}
    for field in sorted({*LIMITS, *_named(before)}):
        was, now = _at(before, field), _at(after, field)
        if was is None or was is False:
            continue
        if now is None:
            found[field] = [f"is gone; live it was {_json(was)}. {_REMEDY}"]
        elif LIMITS.get(field, _never)(was, now):
            found[field] = [f"is looser: {_json(now)}; live it was {_json(was)}. {_REMEDY}"]
    for field in OPENINGS:
        if _at(after, field) is True and not _at(before, field):
            found[field] = ["lets a page open the survey for anybody; live it did not"]
    for field, was, now in _waits(before, after, policy):
        if now < was:
            found[field] = [f"is shorter: {_days(now)}; live it was {_days(was)}. {_REMEDY}"]
    return found


_REMEDY = "Put it back, unless more people should be asked"
_LIMITING = ("audience", "quota", "target")


def _named(definition: Definition) -> list[str]:
    """Every limit in the live version, including those that are not in LIMITS."""
    return [f"{part}.{name}" for part in _LIMITING for name in definition.get(part, {})]


def _never(_before: Any, _after: Any) -> bool:
    return False


def _at(definition: Definition, path: str) -> Any:
    value: Any = definition
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _days(days: float) -> str:
    return "for ever" if days == FOR_EVER else counted(days, "day")


def _waits(
    before: Definition, after: Definition, policy: Definition
) -> Iterator[tuple[str, float, float]]:
    """Each effective wait: field, days before, days after."""
    for name, effect in (("again_after_days", _again), ("cool_down_days", _cool_down)):
        was, now = effect(before, policy), effect(after, policy)
        if len(set(was.values())) == len(set(now.values())) == 1:
            yield f"throttle.{name}", was[OUTCOMES[0]], now[OUTCOMES[0]]
            continue
        for outcome in OUTCOMES:
            yield f"throttle.{name}.{outcome}", was[outcome], now[outcome]


def _again(definition: Definition, _policy: Definition) -> dict[str, float]:
    days = {"snoozed": SNOOZED_DAYS, **definition.get("throttle", {}).get("again_after_days", {})}
    return {outcome: _or_for_ever(days.get(outcome)) for outcome in OUTCOMES}


def _cool_down(definition: Definition, policy: Definition) -> dict[str, float]:
    value = definition.get("throttle", {}).get("cool_down_days", policy.get("cool_down_days", 0))
    days = value if isinstance(value, Mapping) else dict.fromkeys(OUTCOMES, value)
    return {outcome: _or_for_ever(days[outcome]) for outcome in OUTCOMES}


def _or_for_ever(days: float | None) -> float:
    return FOR_EVER if days is None else days
