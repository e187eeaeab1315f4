"""Find out which parts of a person's past the rules read, so that storage fetches only those."""

from collections.abc import Iterable, Iterator

from sayso_server.decision.conditions import ABSOLUTE, RELATIVE, leaves
from sayso_server.decision.rules import (
    AllOf,
    Audience,
    Needs,
    Policy,
    Segment,
    SurveyRules,
    Trigger,
)

SEQUENCE_LOOKS_AT = 50  # latest events of a sequence's first step; older events are ignored


def needs_of(surveys: Iterable[SurveyRules], policy: Policy) -> Needs:
    """The union of the data that the surveys and the project's own rules read."""
    counts: set[str] = set()
    recent: dict[str, int] = {}
    properties: set[str] = set()
    answers = False
    attributes = policy.staff is not None or policy.quiet is not None
    for survey in surveys:
        trigger = survey.trigger
        counts |= trigger.cancelled_by
        if trigger.event is not None and (trigger.every > 1 or trigger.nth is not None):
            counts.add(trigger.event)
        if trigger.after is not None:
            _at_least(recent, trigger.after.event, SEQUENCE_LOOKS_AT)
            if trigger.after.filters != AllOf():
                properties.add(trigger.after.event)
        attributes |= trigger.lifecycle is not None or _has_dates(trigger) or survey.wordy
        parts: tuple[Audience | Segment, ...] = (survey.audience, *survey.audience.segments)
        for part in parts:
            attributes |= part.attributes != AllOf()
            answers |= bool(part.answers)
            _add_done(part, counts, recent)
    return Needs(frozenset(counts), recent, answers, attributes, frozenset(properties))


def events_of_pages(surveys: Iterable[SurveyRules]) -> frozenset[str]:
    """Every event that the surveys' rules read and that pages may send: in triggers, sequences,
    cancellations, audiences and segments."""
    return frozenset(name for survey in surveys for name in _events_of_pages(survey) if name)


def _events_of_pages(survey: SurveyRules) -> Iterator[str | None]:
    trigger = survey.trigger
    if trigger.source != "backend":
        yield trigger.event
    if trigger.after is not None:
        yield trigger.after.event
    yield from trigger.cancelled_by
    parts: tuple[Audience | Segment, ...] = (survey.audience, *survey.audience.segments)
    for part in parts:
        yield from (rule.event for rule in part.done)


def _has_dates(trigger: Trigger) -> bool:
    """Whether filters compare dates, which depend on the person's time zone, an attribute."""
    filters = [trigger.filters, *([trigger.after.filters] if trigger.after else [])]
    return any(leaf.op in ABSOLUTE | RELATIVE for part in filters for leaf in leaves(part))


def _add_done(part: Audience | Segment, counts: set[str], recent: dict[str, int]) -> None:
    for rule in part.done:
        if rule.within is None:
            counts.add(rule.event)
        else:
            _at_least(recent, rule.event, max(rule.at_least, (rule.at_most or 0) + 1))


def _at_least(recent: dict[str, int], event: str, n: int) -> None:
    recent[event] = max(recent.get(event, 0), n)
