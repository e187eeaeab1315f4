"""Checks and decisions in plain words: why, and with which values."""

from collections.abc import Mapping
from typing import Any

from sayso_server.decision.reasons import Reason

# What the values that a rule saw say, beside the reason's own sentence.
_DETAILS: dict[Reason, str] = {
    Reason.WAITS: "Held back by {held_back_by}.",
    Reason.NO_LONGER_LIVE: "It ended {ended}.",
    Reason.NEVER_HAPPENED: "No event {event} of this person was received.",
    Reason.OTHER_SOURCE: "It came from the {from}; the trigger takes it from the {wanted}.",
    Reason.FILTER_NOT_MATCHED: "Wanted {wanted}; the value was {value}.",
    Reason.NOT_THIS_TIME: "The person has done it {times} times; wanted {wanted}.",
    Reason.NOT_IN_SEQUENCE: "Wanted {wanted} at most {within_seconds} seconds before.",
    Reason.TOO_LATE: "It happened {at} and could be asked until {until}.",
    Reason.CANCELLED: "{event} came {at}.",
    Reason.STAFF: "Known by {by}.",
    Reason.EXCLUDED_PAGE: "By the rule {rule}.",
    Reason.QUIET_HOURS: "{hours} in {zone}.",
    Reason.HELD_OUT: "{percent} percent are never asked.",
    Reason.NOT_SAMPLED: "{percent} percent are asked.",
    Reason.ALREADY_ASKED: "Shown {shown}, then {outcome}.",
    Reason.ASKED_RECENTLY: "Shown {shown}, then {outcome}.",
    Reason.COOLING_DOWN: "Survey {survey} was shown {shown}, then {outcome}.",
    Reason.ANOTHER_OPEN: "Survey {survey}.",
    Reason.QUOTA_REACHED: "Quota: {quota}.",
    Reason.OUTRANKED: "Survey {asked} went first.",
}


def details(reason: Reason, saw: Mapping[str, Any]) -> str:
    """The values that the rule saw, in a sentence; empty when it saw none."""
    if not saw:
        return ""
    template = _DETAILS.get(reason)
    if template is None or not _names(template) <= set(saw):
        return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in saw.items()) + "."
    return template.format_map({name: _plain(value) for name, value in saw.items()})


def _names(template: str) -> set[str]:
    return {part.split("}")[0] for part in template.split("{")[1:]}


def _plain(value: Any) -> str:
    return "not there" if value is None else str(value)
