"""The compiled rules of a published survey version, and those that apply to a whole project."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sayso_server.decision.facts import Kind, Source

ALWAYS = timedelta()


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one property. `value` is absent for `exists`."""

    property: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds."""

    of: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds; the API refuses an empty group."""

    of: "tuple[Condition, ...]" = ()


Condition = Filter | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class After:
    """A sequence: this event happened before, within a span."""

    event: str
    within: timedelta
    filters: Condition = AllOf()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A cadence from a date of the person: first `after[0]` after the date, then `after[1]` after
    the survey was last shown, and so on; then at intervals of `every`. People who are overdue when
    the survey goes live are spread evenly over `spread`."""

    attribute: str
    after: tuple[timedelta, ...]
    every: timedelta | None
    spread: timedelta


@dataclass(frozen=True, slots=True)
class Trigger:
    """Which moments start a decision. `source` None accepts events from pages and backends. `every`
    n accepts each n-th event of this name by the person, `nth` only the n-th."""

    kind: Kind
    event: str | None = None
    filters: Condition = AllOf()
    source: Source | None = None
    delay: timedelta = ALWAYS
    every: int = 1
    nth: int | None = None
    after: After | None = None
    cancelled_by: frozenset[str] = frozenset()
    lifecycle: Lifecycle | None = None


@dataclass(frozen=True, slots=True)
class DoneRule:
    """How often the person did something, ever or within a span."""

    event: str
    at_least: int = 1
    at_most: int | None = None
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """The person's latest answer of this kind is in `group` (None: any answer). With `holds` False
    the rule is negated, so people without an answer pass."""

    kind: str
    group: str | None
    within: timedelta | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of people, defined once and used by many surveys."""

    name: str
    attributes: Condition = AllOf()
    done: tuple[DoneRule, ...] = ()
    answers: tuple[AnswerRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who qualifies: every part must hold, and an empty part accepts everybody. `proven` accepts
    only people whose identity is proven by a token."""

    attributes: Condition = AllOf()
    done: tuple[DoneRule, ...] = ()
    answers: tuple[AnswerRule, ...] = ()
    segments: tuple[Segment, ...] = ()
    languages: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    percent: float = 100
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait after a popup was shown, by its outcome; None means for ever."""

    answered: timedelta | None = None
    dismissed: timedelta | None = None
    snoozed: timedelta | None = None
    ignored: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """Maximum numbers of completed responses, popups shown, and popups shown in a day (UTC)."""

    responses: int | None = None
    shown: int | None = None
    shown_a_day: int | None = None

    @property
    def smallest(self) -> int:
        """The smallest maximum; at least one is set."""
        return min(n for n in (self.responses, self.shown, self.shown_a_day) if n is not None)


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several ways to ask the same survey."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """The parts of a published version that decisions read. `own`: the wait before the same survey
    is asked again. `cool_down`: the wait after any other survey was shown. `wordy`: every question
    (or every question of a variant) is answered in words. `by_hand`: a page may open the survey
    itself."""

    id: UUID
    version: int
    trigger: Trigger
    ask_within: timedelta
    cool_down: Waits
    own: Waits = Waits()
    audience: Audience = Audience()
    priority: int = 0
    quota: Quota | None = None
    target_reached: bool = False
    live_since: datetime | None = None
    ends_at: datetime | None = None
    variants: tuple[Variant, ...] = ()
    wordy: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours when nobody is asked, in the person's time zone. They span midnight when `start` is
    after `end`."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Policy:
    """A project's rules for all its surveys. `zone`: the time zone of people whose own is unknown.
    `testers`: empty unless test mode is on. `live`: the surveys that are live."""

    staff: Condition | None = None
    quiet: QuietHours | None = None
    zone: str | None = None
    holdout: float = 0
    testers: frozenset[str] = frozenset()
    excluded: tuple[tuple[str, str], ...] = ()
    live: frozenset[UUID] | None = None

    def tests(self, user_id: str | None) -> bool:
        """Whether this is a named tester while test mode is on."""
        return user_id is not None and user_id in self.testers


EVERYONE = Policy()


@dataclass(frozen=True, slots=True)
class Needs:
    """The parts of a person's past that rules read, so that storage fetches only those. `counts`:
    names of events to count. `recent`: by name, how many of the latest events. `properties`: names
    of recent events whose properties are read. `answers`: the latest answer of each kind."""

    counts: frozenset[str] = frozenset()
    recent: dict[str, int] = field(default_factory=dict)
    answers: bool = False
    attributes: bool = False
    properties: frozenset[str] = frozenset()
