"""What a published version says about whom to ask, compiled; and what a project says of all."""

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
    """At least one condition holds; the wire refuses a group without any."""

    of: "tuple[Condition, ...]" = ()


Condition = Filter | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class After:
    """A sequence: this event came before, within a span."""

    event: str
    within: timedelta
    filters: Condition = AllOf()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A cadence from a date of the person: `after[0]` days after it, then `after[1]` days after the
    person's own last ask and so on, at last `every` so many days. `spread` draws those who are
    overdue when the survey goes live over so long a time."""

    attribute: str
    after: tuple[timedelta, ...]
    every: timedelta | None
    spread: timedelta


@dataclass(frozen=True, slots=True)
class Trigger:
    """Which moments start a decision. `source` None means page and backend alike; `every` n counts
    the person's events of this name, 1 takes each; `nth` only the n-th."""

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
    """How often an event was done, ever or within a span."""

    event: str
    at_least: int = 1
    at_most: int | None = None
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SaidRule:
    """The person's latest answer of a kind is in a group (None: any); or, with `holds` False, is
    not, also where there is none."""

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
    said: tuple[SaidRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who qualifies; every part must hold. Empty parts ask nothing. `proven` is for people whose
    identity a token proves."""

    attributes: Condition = AllOf()
    done: tuple[DoneRule, ...] = ()
    said: tuple[SaidRule, ...] = ()
    segments: tuple[Segment, ...] = ()
    languages: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    percent: float = 100
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait after a popup was shown, by what came of it; None is for ever."""

    answered: timedelta | None = None
    dismissed: timedelta | None = None
    snoozed: timedelta | None = None
    ignored: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How many at most: completed responses, popups shown, popups shown in a day (UTC)."""

    responses: int | None = None
    shown: int | None = None
    shown_a_day: int | None = None

    @property
    def smallest(self) -> int:
        """The least of them; at least one is given."""
        return min(n for n in (self.responses, self.shown, self.shown_a_day) if n is not None)


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several ways to ask the same survey."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """A published version, as far as deciding needs it. `own` says when the same survey may come
    again, `cool_down` how long after any other survey; `wordy` that it asks for nothing but words;
    `by_hand` that a page may open it itself."""

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
    """From when to when nobody is asked, in the person's own zone; over midnight when `start` lies
    after `end`."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Policy:
    """What a project says of all its surveys. `zone` is the zone of people whose own is unknown,
    `testers` is empty unless test mode is on, `live` names the surveys that are live."""

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
    """What of a person's past some rules read, so that storage fetches that and no more: counts of
    events by name, the latest so many of a name (and of which names also the properties), the
    latest answer of each kind, attributes."""

    counts: frozenset[str] = frozenset()
    recent: dict[str, int] = field(default_factory=dict)
    said: bool = False
    attributes: bool = False
    properties: frozenset[str] = frozenset()
