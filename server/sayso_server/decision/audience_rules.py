"""Rules of the audience: is the survey for this person?"""

from collections.abc import Iterator
from typing import Any

from sayso_server.decision.answer_groups import belongs
from sayso_server.decision.bucketing import within
from sayso_server.decision.conditions import failing, in_words
from sayso_server.decision.counted import counted
from sayso_server.decision.decisions import Check
from sayso_server.decision.facts import Page, Situation
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import (
    EVERYONE,
    AnswerRule,
    Audience,
    Condition,
    DoneRule,
    Policy,
    Segment,
    SurveyRules,
)
from sayso_server.decision.trigger_rules import clock

Saw = dict[str, Any]


def audience(survey: SurveyRules, at: Situation, _: Policy = EVERYONE) -> Check | None:
    """Attributes, events done, earlier answers, segments, language, country and device."""
    rules = survey.audience
    if rules == _EVERYBODY:
        return None
    fail = next(_failures(rules, at), None)
    return Check(Reason.NOT_IN_AUDIENCE, fail is None, fail or {})


def sample(survey: SurveyRules, at: Situation, policy: Policy = EVERYONE) -> Check | None:
    """The person is in the sticky sample of people that the survey asks."""
    percent = survey.audience.percent
    if percent >= 100 or policy.tests(at.person.user_id):
        return None
    sampled = within(at.person.bucket_key, f"percent:{survey.id}", percent)
    return Check(Reason.NOT_SAMPLED, sampled, {"percent": percent})


_EVERYBODY = Audience()


def _failures(rules: Audience, at: Situation) -> Iterator[Saw]:
    yield from _person_failures(rules, at)
    for segment in rules.segments:
        for fail in _person_failures(segment, at):
            yield {"segment": segment.name, **fail}
    if at.page is not None:
        yield from _page_failures(rules, at.page)


def _person_failures(rules: Audience | Segment, at: Situation) -> Iterator[Saw]:
    yield from _attribute_failure(rules.attributes, at)
    for done in rules.done:
        times = _times(done, at)
        if times < done.at_least or (done.at_most is not None and times > done.at_most):
            yield {"event": done.event, "times": times, "wanted": _span(done)}
    for rule in rules.answers:
        if _answered(rule, at) is not rule.holds:
            yield {"answer": rule.kind, "wanted": _group(rule)}


def _attribute_failure(condition: Condition, at: Situation) -> Iterator[Saw]:
    fail = failing(condition, at.person.attributes, clock(at))
    if fail is not None:
        value = at.person.attributes.get(fail.property)
        yield {"wanted": in_words(fail), "value": value}


def _page_failures(rules: Audience, page: Page) -> Iterator[Saw]:
    if rules.languages and not any(_speaks(page.language, wanted) for wanted in rules.languages):
        yield {"language": page.language, "wanted": list(rules.languages)}
    if rules.countries and page.country not in rules.countries:
        yield {"country": page.country, "wanted": sorted(rules.countries)}
    if rules.devices and page.device not in rules.devices:
        yield {"device": page.device, "wanted": sorted(rules.devices)}


def _speaks(language: str, wanted: str) -> bool:
    """`de` accepts de-AT; `de-AT` does not accept de."""
    language, wanted = language.lower(), wanted.lower()
    return language == wanted or language.startswith(f"{wanted}-")


def _times(rule: DoneRule, at: Situation) -> int:
    if rule.within is None:
        did = at.person.done.get(rule.event)
        return did.count if did else 0
    since = at.now - rule.within
    # A sender's clock may run ahead of ours: an event dated slightly later has just happened.
    return sum(since <= past.at for past in at.person.recent.get(rule.event, ()))


def _answered(rule: AnswerRule, at: Situation) -> bool:
    """Whether the latest answer of this kind within the span is in the group."""
    since = None if rule.within is None else at.now - rule.within
    answers = [
        answer
        for answer in at.person.answers
        if answer.kind == rule.kind and (since is None or answer.at >= since)
    ]
    if not answers:
        return False
    last = max(answers, key=lambda answer: answer.at)
    return rule.group is None or belongs(rule.kind, last.scale, last.value, rule.group)


def _span(rule: DoneRule) -> str:
    most = "" if rule.at_most is None else f" and at most {rule.at_most}"
    span = "" if rule.within is None else f" in {counted(rule.within.days, 'day')}"
    return f"at least {rule.at_least}{most}{span}"


def _group(rule: AnswerRule) -> str:
    span = "" if rule.within is None else f" in the last {counted(rule.within.days, 'day')}"
    return f"{'' if rule.holds else 'not '}{rule.group or 'any answer'}{span}"
