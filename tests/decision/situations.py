"""Builders of situations to decide about. By default every rule passes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sayso_server.decision.decisions import Check, Decision
from sayso_server.decision.eligibility import decide_to_ask, decide_to_claim, decide_to_queue
from sayso_server.decision.facts import Invitation, Moment, Page, Person, Situation, State
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
    """The same wait for every outcome."""
    return Waits(wait, wait, wait, wait)


def survey(**changes: Any) -> SurveyRules:
    """A survey asked once, after the event `e`, without a cool-down after other surveys."""
    rules = SurveyRules(uuid4(), 1, Trigger("event", "e"), ASK_WITHIN, NO_WAIT)
    return replace(rules, **changes)


def event(name: str | None = "e", at: datetime = NOW, **changes: Any) -> Moment:
    return replace(Moment("event", "page", at, name), **changes)


def ask(
    of: SurveyRules | UUID | None = None,
    state: State = "shown",
    shown_at: datetime | None = NOW - DAY,
    **changes: Any,
) -> Invitation:
    """An earlier invitation to the survey, or to another one. Shown by default."""
    survey_id = of.id if isinstance(of, SurveyRules) else of or uuid4()
    made = Invitation(uuid4(), survey_id, 1, state, NOW, NOW + ASK_WITHIN, NOW, shown_at=shown_at)
    return replace(made, **changes)


def queued(of: SurveyRules | None = None, **changes: Any) -> Invitation:
    """A waiting invitation."""
    return ask(of, "queued", None, **changes)


def held(of: SurveyRules | None = None, **changes: Any) -> Invitation:
    """An invitation that a page has claimed and not shown yet."""
    return ask(of, "claimed", None, **{"lease_until": NOW + SECOND, **changes})


def at(*invitations: Invitation, **changes: Any) -> Situation:
    """A page where `e` just happened; `bucket_key`, `done`, … are the person's."""
    of_person = {"bucket_key", "user_id", "refused", "attributes", "done", "recent", "answers"}
    known = {name: changes.pop(name) for name in of_person & set(changes)}
    person = Person(**{"bucket_key": "p", "invitations": invitations, **known})
    now = changes.pop("now", NOW)
    return replace(Situation(person, now, event(at=now), PAGE), **changes)


def decided(one: SurveyRules, here: Situation, policy: Policy = EVERYONE) -> Decision:
    """The decision about one survey on a page."""
    (decision,) = decide_to_ask([one], here, policy)
    return decision


def reason(one: SurveyRules, here: Situation, policy: Policy = EVERYONE) -> Reason:
    return decided(one, here, policy).reason


def queue_reason(one: SurveyRules, here: Situation, policy: Policy = EVERYONE) -> Reason:
    """The reason for a backend event, without a page."""
    (decision,) = decide_to_queue([one], replace(here, page=None), policy)
    return decision.reason


def claim_reason(
    one: SurveyRules | None, waiting: Invitation, here: Situation, policy: Policy = EVERYONE
) -> Reason:
    """The reason when a page claims a waiting invitation."""
    return decide_to_claim(one, waiting, here, policy).reason


def passes(check: Check | None) -> bool:
    """Whether a rule passes; a rule that the survey does not have always passes."""
    return check is None or check.passed
