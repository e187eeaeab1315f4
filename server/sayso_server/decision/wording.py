"""Checks and decisions as sentences: why, and with which values."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sayso_server.decision.reasons import Reason

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")

# A sentence with the values that a rule saw, shown after the reason's own sentence.
_DETAILS: dict[Reason, str] = {
    Reason.WAITS: "Held back by {held_back_by}.",
    Reason.NO_LONGER_LIVE: "It ended {ended}.",
    Reason.NEVER_HAPPENED: "No event {event} of this person was received.",
    Reason.OTHER_SOURCE: "It came from the {from}; the trigger accepts it from the {wanted}.",
    Reason.FILTER_NOT_MATCHED: "Wanted {wanted}; the value was {value}.",
    Reason.NOT_THIS_TIME: "Times so far: {times}; wanted {wanted}.",
    Reason.NOT_IN_SEQUENCE: "Wanted {wanted} at most {within_seconds} seconds before.",
    Reason.NOT_DUE: "It was overdue when the survey went live, {live_since}. Such people are "
    "spread over {spread_over} from then, and this person is due {due}.",
    Reason.TOO_LATE: "It happened {at} and could be asked until {until}.",
    Reason.CANCELLED: "{event} came {at}.",
    Reason.ALREADY_CANCELLED: "{event} came {at}.",
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


def details(reason: Reason, saw: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The values that the rule saw, as a sentence; empty when it saw none. `names` are the surveys'
    names by id."""
    if not saw:
        return ""
    texts = {name: names.get(str(value)) or _plain(value) for name, value in saw.items()}
    template = _DETAILS.get(reason)
    if template is None or not _names(template) <= set(texts):
        listed = (f"{name.replace('_', ' ')}: {text}" for name, text in texts.items())
        return "; ".join(listed) + "."
    return template.format_map(texts)


def _names(template: str) -> set[str]:
    return {part.split("}")[0] for part in template.split("{")[1:]}


def _plain(value: Any) -> str:
    if value is None:
        return "not there"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return _moment(value)
    return str(value)


def _moment(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%-d %b %Y %H:%M} UTC"
    except (ValueError, OverflowError):  # looks like a date, but is not valid
        return text
