"""From a survey's definition, as stored, to the rules that decisions read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sayso_server.decision.model import Filter, SurveyRules, Trigger

ASK_WITHIN = 900  # seconds: a CSAT ask aims at 15 minutes after the interaction


def compile_survey(
    survey_id: UUID, version: int, definition: Mapping[str, Any], *, cool_down_days: float
) -> SurveyRules:
    """`cool_down_days` is the project's own, used unless the survey names another."""
    own = definition.get("throttle", {}).get("cool_down_days")
    return SurveyRules(
        id=survey_id,
        version=version,
        trigger=_compile_trigger(definition["trigger"]),
        ask_within=timedelta(seconds=definition.get("ask_within", ASK_WITHIN)),
        cool_down=timedelta(days=cool_down_days if own is None else own),
    )


def _compile_trigger(trigger: Mapping[str, Any]) -> Trigger:
    kind = trigger["kind"]
    return Trigger(
        kind=kind,
        event=trigger.get("event"),
        filters=compile_filters(trigger.get("filters", ())),
        source=trigger.get("from"),
        # A page-view's delay is time on the page: the page itself waits.
        delay=timedelta(seconds=trigger.get("delay", 0) if kind == "event" else 0),
    )


def compile_filters(filters: Any) -> tuple[Filter, ...]:
    """Filters as stored: a list of `{property, op, value?}`."""
    return tuple(Filter(entry["property"], entry["op"], entry.get("value")) for entry in filters)
