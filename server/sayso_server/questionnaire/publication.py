"""Checks before a survey goes live: what can never work, and what may not work, with remedies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sayso_server.decision.compile import OUTCOMES, compile_condition, lifecycle_of, moment_of
from sayso_server.decision.contradictions import contradictions
from sayso_server.decision.counted import counted
from sayso_server.decision.facts import EMBED
from sayso_server.decision.page_rules import problem
from sayso_server.questionnaire import flow, recall, servqual, theme
from sayso_server.questionnaire.kinds.scale import scale_of
from sayso_server.questionnaire.own_texts import gaps, is_built_in, languages
from sayso_server.questionnaire.templates import SCORES
from sayso_server.texts import language_name, negotiate

Definition = Mapping[str, Any]
Problems = dict[str, list[str]]

OTHER_SCORE = (
    "asks another score than the survey, so nothing could be compared; keep id, kind and scale"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The data that a survey is checked against at publication."""

    now: datetime
    origins: Collection[str]
    segments: Mapping[str, Definition]
    seen_events: Collection[str]
    live: Mapping[str, Definition]
    """The definitions of the other live surveys, by name."""


def problems(definition: Definition, around: Surroundings) -> Problems:
    """Field → why publication is refused; empty when the survey may go live."""
    found: Problems = {}
    _add(found, _trigger_problems(definition["trigger"], around.origins))
    _add(found, _audience_problems(definition, around.segments))
    _add(found, _never_problems(definition))
    _add(found, _life_problems(definition, around.now))
    _add(found, _question_problems(definition))
    _add(found, _look_problems(definition))
    _add(found, _language_problems(definition))
    return found


def warnings(definition: Definition, around: Surroundings) -> Problems:
    """Field → what may not work as intended; the survey goes live anyway."""
    found: Problems = {}
    for field, event in _events(definition):
        if event not in around.seen_events:
            message = f"no event `{event}` was ever received; send it once to see that it arrives"
            found.setdefault(field, []).append(message)
    for name, other in around.live.items():
        if _collides(definition, other):
            found.setdefault("priority", []).append(
                f"starts at exactly the same moments as `{name}`, with the same priority: only the "
                "older one is asked; give one a higher priority, another trigger or a percentage"
            )
    _add(found, _language_warnings(definition))
    return found


def events_named(definition: Definition) -> list[str]:
    """Every event that the survey's rules name."""
    return sorted({event for _, event in _events(definition)})


def _add(found: Problems, more: Mapping[str, list[str]]) -> None:
    for field, messages in more.items():
        if messages:
            found.setdefault(field, []).extend(messages)


def _trigger_problems(trigger: Definition, origins: Collection[str]) -> Problems:
    found: Problems = {"trigger.filters": _dead(trigger.get("filters"))}
    after = trigger.get("after")
    if after:
        found["trigger.after.filters"] = _dead(after.get("filters"))
    url = trigger.get("url")
    dead_url = url and problem(url["match"], url["value"], origins)
    if dead_url:
        found["trigger.url.value"] = [dead_url]
    for field, event in _cancels(trigger):
        if event == trigger.get("event"):
            found[field] = [
                "is the event that starts the survey, which would cancel itself; name another"
            ]
    return found


def _audience_problems(definition: Definition, segments: Mapping[str, Definition]) -> Problems:
    audience = definition.get("audience", {})
    found: Problems = {"audience.attributes": _dead(audience.get("attributes"))}
    unknown = [name for name in audience.get("segments", ()) if name not in segments]
    found["audience.segments"] = [
        f"there is no segment `{name}`; define it with PUT /v1/segments/{name}" for name in unknown
    ]
    trigger = definition["trigger"].get("event")
    found["audience.events"] = [
        f"wants `{rule['event']}` never done, but it starts the survey; raise at_most"
        for rule in audience.get("events", ())
        if rule["event"] == trigger and rule.get("at_most") == 0
    ]
    return found


def _never_problems(definition: Definition) -> Problems:
    found: Problems = {}
    if definition.get("audience", {}).get("percent") == 0:
        found["audience.percent"] = ["asks nobody; raise it, or pause the survey"]
    for name, most in definition.get("quota", {}).items():
        if most == 0:
            found[f"quota.{name}"] = ["lets nobody be asked; raise it, or leave it out"]
    variants = definition.get("variants", ())
    if variants and not sum(variant.get("weight", 1) for variant in variants):
        found["variants"] = ["all weigh 0; give at least one a weight"]
    return found


def _life_problems(definition: Definition, now: datetime) -> Problems:
    ends_at = moment_of(definition.get("ends_at"))
    if ends_at is None:
        return {}
    if ends_at <= now:
        return {"ends_at": ["lies in the past; choose a later moment"]}
    left = ends_at - now
    found: Problems = {}
    for field, wait in _waits(definition):
        if wait >= left:
            found[field] = [
                f"is longer than the survey lives ({counted(left.days, 'day')}); shorten it"
            ]
    return found


def _waits(definition: Definition) -> list[tuple[str, timedelta]]:
    trigger = definition["trigger"]
    waits = [("trigger.delay", timedelta(seconds=trigger.get("delay", 0)))]
    if trigger.get("unless"):
        waits.append(("trigger.unless.within", timedelta(seconds=trigger["unless"]["within"])))
    if trigger["kind"] == "lifecycle":
        days = lifecycle_of(trigger)["after_days"][0]
        waits.append(("trigger.after_days", timedelta(days=days)))
    again = definition.get("throttle", {}).get("again_after_days", {})
    waits += [
        (f"throttle.again_after_days.{outcome}", timedelta(days=again[outcome]))
        for outcome in OUTCOMES
        if again.get(outcome) is not None
    ]
    return waits


def _question_problems(definition: Definition) -> Problems:
    found: Problems = {"questions": _own_problems(definition["questions"])}
    _add(found, _flow_problems(definition))
    variants = definition.get("variants", ())
    names = [variant["name"] for variant in variants]
    if len(set(names)) < len(names):
        found["variants"] = ["two variants have the same name; give each its own"]
    score = _score(definition["questions"])
    for index, variant in enumerate(variants):
        if "questions" in variant:
            messages = _own_problems(variant["questions"])
            if _score(variant["questions"]) != score:
                messages.append(OTHER_SCORE)
            found[f"variants.{index}.questions"] = messages
        own = _flow_problems({**definition, **variant})
        _add(found, {f"variants.{index}.{field}": messages for field, messages in own.items()})
    if not score and "margin" in definition.get("target", {}):
        found["target.margin"] = ["the survey asks no score; set a number of responses instead"]
    return found


def _flow_problems(definition: Definition) -> Problems:
    """Ways that can never be taken, and placeholders that can never be filled in."""
    questions, thanks = definition["questions"], definition.get("thanks", {})
    found: Problems = {}
    _add(found, flow.problems(questions))
    _add(found, recall.problems(questions, thanks, definition["trigger"]))
    if "by_score" in thanks and not _score(questions):
        _add(found, {"thanks.by_score": ["the survey asks no score; leave it out"]})
    return found


def _look_problems(definition: Definition) -> Problems:
    looks = {"theme": definition} | {
        f"variants.{index}.theme": variant
        for index, variant in enumerate(definition.get("variants", ()))
    }
    return {
        f"{field}.{color}": messages
        for field, look in looks.items()
        for color, messages in theme.problems(look.get("theme", {})).items()
    }


def _language_problems(definition: Definition) -> Problems:
    """At least one language must have every text, or the survey would mix languages."""
    lacking = gaps(definition)
    if any(tag not in lacking for tag in languages(definition)):
        return {}
    gaps_of = [f"{language_name(tag)} lacks {', '.join(paths)}" for tag, paths in lacking.items()]
    return {"languages": [f"none has every text: {'; '.join(gaps_of)}; complete one of them"]}


def _language_warnings(definition: Definition) -> Problems:
    messages = []
    available = languages(definition)
    for tag, paths in gaps(definition).items():
        instead = language_name(negotiate([tag], available))
        name = language_name(tag)
        messages.append(
            f"{name} is incomplete: {', '.join(paths)}; readers of {name} will see {instead}"
        )
    messages += [
        f"there are no built-in texts in {language_name(tag)}: texts that the survey does not "
        "define, as the buttons, are in English"
        for tag in available
        if not is_built_in(tag)
    ]
    return {"languages": messages}


def _own_problems(questions: Sequence[Definition]) -> list[str]:
    return [*_same_ids(questions), *servqual.problems(questions)]


def _same_ids(questions: Collection[Definition]) -> list[str]:
    ids = [question["id"] for question in questions]
    return ["two questions have the same id; give each its own"] if len(set(ids)) < len(ids) else []


def _score(questions: Collection[Definition]) -> list[tuple[str, str, int | None]]:
    scores = (question for question in questions if question["kind"] in SCORES)
    return [(score["id"], score["kind"], scale_of(score)) for score in scores]


def _dead(conditions: Any) -> list[str]:
    return contradictions(compile_condition(conditions)) if conditions else []


def _cancels(trigger: Definition) -> list[tuple[str, str]]:
    """Each event that cancels a waiting survey, with the field that names it."""
    unless = trigger.get("unless")
    named = [("trigger.unless.event", unless["event"])] if unless else []
    return named + [("trigger.cancel_on", event) for event in trigger.get("cancel_on", ())]


def _events(definition: Definition) -> list[tuple[str, str]]:
    trigger = definition["trigger"]
    named = [("trigger.event", trigger["event"])] if trigger.get("event") else []
    if trigger.get("after"):
        named.append(("trigger.after.event", trigger["after"]["event"]))
    named += _cancels(trigger)
    done = definition.get("audience", {}).get("events", ())
    return named + [("audience.events", rule["event"]) for rule in done]


def _collides(definition: Definition, other: Definition) -> bool:
    """Same trigger, both without audience, same priority. Embedded surveys never collide: each has
    its own element in the page."""
    same_rank = definition.get("priority", 0) == other.get("priority", 0)
    everybody = not definition.get("audience") and not other.get("audience")
    embedded = definition["trigger"]["kind"] == EMBED
    return same_rank and everybody and not embedded and definition["trigger"] == other["trigger"]
