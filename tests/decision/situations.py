"""Situations to decide about, made short: whatever a test does not name speaks for asking."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sayso_server.decision.decisions import Check, Decision
from sayso_server.decision.eligibility import decide_to_ask, decide_to_claim, decide_to_queue
from sayso_server.decision.facts import Ask, Moment, Page, Person, Situation, State
from sayso_server.decision.reasons import Reason
from sayso_server.decision.rules import EVERYONE, Policy, SurveyRules, Trigger, Waits

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
ASK_WITHIN = timedelta(minutes=15)
NO_WAIT = Waits(timedelta(), timedelta(), timedelta(), timedelta())
PAGE = Page("https://shop.example/", "en")

VILNIUS = ZoneInfo("Europe/Vilnius")  # 2026: 03:00 → 04:00 on 29 March, 04:00 → 03:00 on 25 October
NEW_YORK = ZoneInfo("America/New_York")  # 2026: 02:00 → 03:00 on 8 March, 02:00 → 01:00 on 1 Nov


def days(n: float) -> timedelta:
    return timedelta(days=n)


def every(wait: timedelta | None) -> Waits:
    """The same wait whatever came of a popup."""
    return Waits(wait, wait, wait, wait)


def survey(**changes: Any) -> SurveyRules:
    """A survey asked after the event `e`, once, that waits for no other."""
    rules = SurveyRules(uuid4(), 1, Trigger("event", "e"), ASK_WITHIN, NO_WAIT)
    return replace(rules, **changes)


def event(name: str | None = "e", at: datetime = NOW, **changes: Any) -> Moment:
    return replace(Moment("event", "page", at, name), **changes)


def ask(
    of: SurveyRules | UUID | None = None,
    state: State = "shown",
    shown_at: datetime | None = NOW - DAY,
    **changes: Any,
) -> Ask:
    """An earlier ask of a survey, or of another one."""
    survey_id = of.id if isinstance(of, SurveyRules) else of or uuid4()
    made = Ask(uuid4(), survey_id, 1, state, NOW, NOW + ASK_WITHIN, NOW, shown_at=shown_at)
    return replace(made, **changes)


def queued(of: SurveyRules | None = None, **changes: Any) -> Ask:
    """An invitation that waits."""
    return ask(of, "queued", None, **changes)


def held(of: SurveyRules | None = None, **changes: Any) -> Ask:
    """An invitation that a page holds, and has not shown."""
    return ask(of, "claimed", None, **{"lease_until": NOW + SECOND, **changes})


def at(*asks: Ask, **changes: Any) -> Situation:
    """A page where `e` just happened; `luck`, `done`, … are the person's, the rest its own."""
    of_person = {"luck", "user_id", "refused", "attributes", "done", "recent", "said"}
    known = {name: changes.pop(name) for name in of_person & set(changes)}
    person = Person(**{"luck": "p", "asks": asks, **known})
    now = changes.pop("now", NOW)
    return replace(Situation(person, now, event(at=now), PAGE), **changes)


def decided(one: SurveyRules, here: Situation, policy: Policy = EVERYONE) -> Decision:
    """For the one survey, in a page."""
    (decision,) = decide_to_ask([one], here, policy)
    return decision


def reason(one: SurveyRules, here: Situation, policy: Policy = EVERYONE) -> Reason:
    return decided(one, here, policy).reason


def queue_reason(one: SurveyRules, here: Situation, policy: Policy = EVERYONE) -> Reason:
    """For an event of a backend, whose page is not at hand."""
    (decision,) = decide_to_queue([one], replace(here, page=None), policy)
    return decision.reason


def claim_reason(
    one: SurveyRules | None, waiting: Ask, here: Situation, policy: Policy = EVERYONE
) -> Reason:
    """At the last moment before a waiting invitation is shown."""
    return decide_to_claim(one, waiting, here, policy).reason


def passes(check: Check | None) -> bool:
    """A rule that the survey does not have speaks against nothing."""
    return check is None or check.passed
