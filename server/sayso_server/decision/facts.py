"""What a decision is made from: the moment, the person, the page at hand. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal
from uuid import UUID

Source = Literal["page", "backend"]
Kind = Literal[
    "event",
    "page_view",
    "click",
    "exit_intent",
    "scroll",
    "time_on_page",
    "inactivity",
    "lifecycle",
    "show",
    "embed",
    "button",
]
State = Literal[
    "queued",
    "claimed",
    "shown",
    "started",
    "completed",
    "dismissed",
    "snoozed",
    "refused",
    "cancelled",
    "expired",
]
Outcome = Literal["answered", "dismissed", "snoozed", "ignored"]
Device = Literal["phone", "tablet", "desktop"]

EMBED: Kind = "embed"
ENDED: frozenset[str] = frozenset({"completed", "dismissed", "snoozed", "refused"})
# A popup that was shown and neither answered nor closed counts as open for so long: its lease of
# attention. Meanwhile no other comes, and the next page of its tab brings it back.
OPEN_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that just happened and may start a decision. `proven` is known of past events,
    whose page is not at hand."""

    kind: Kind
    source: Source
    at: datetime
    name: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    ask_within: timedelta | None = None
    proven: bool | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """An earlier invitation of the person."""

    id: UUID
    survey_id: UUID
    version: int
    state: State
    available_at: datetime
    expires_at: datetime
    happened_at: datetime
    needs_proof: bool = False
    lease_until: datetime | None = None
    shown_at: datetime | None = None
    ended_at: datetime | None = None
    embedded: bool = False

    def waits(self, now: datetime) -> bool:
        """Nobody holds it and its time has not run out; a claim never shown falls back here. One
        that stands in a page of the host is for nobody else to show."""
        if self.embedded:
            return False
        free = self.state == "queued" or (self.state == "claimed" and not self.held(now))
        return free and now < self.expires_at

    def held(self, now: datetime) -> bool:
        """A page holds the claim and has not shown it yet."""
        return self.state == "claimed" and self.lease_until is not None and now < self.lease_until

    def open_until(self, now: datetime) -> datetime | None:
        """Until when the popup counts as open: held by a page, or shown and neither closed nor
        forgotten. None when it is not."""
        if self.held(now):
            return self.lease_until
        if self.shown_at is None or (self.state in ENDED and self.ended_at is None):
            return None
        until = self.shown_at + OPEN_FOR
        if self.ended_at is not None:  # a simulation looks back at what has ended since
            until = min(until, self.ended_at)
        return until if now < until else None

    def standing(self, now: datetime) -> str:
        """Where the invitation stands, also where time alone has brought it there."""
        if self.embedded:
            return self.state
        if self.state == "shown" and self.open_until(now) is None:
            return "ignored"
        return "queued" if self.waits(now) else self.state

    @property
    def outcome(self) -> Outcome:
        """What came of a popup that was shown."""
        match self.state:
            case "started" | "completed":
                return "answered"
            case "dismissed" | "snoozed":
                return self.state
            case _:
                return "ignored"


@dataclass(frozen=True, slots=True)
class Did:
    """How often the person has done something, ever, and when last."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """One event of the past."""

    at: datetime
    properties: Mapping[str, Any]
    source: Source = "page"


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier answer on a scale, whose last point is `scale` where it is not the usual one."""

    kind: str
    value: int
    at: datetime
    survey_id: UUID
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a decision is about: every ask made so far, and what the rules at hand need to know.

    `recent` has the latest events of a name, newest first, as many as a rule needs. `luck` is what
    sticky chance is drawn from; it stays the same however often the person is merged.
    """

    luck: str
    user_id: str | None = None
    asks: tuple[Ask, ...] = ()
    refused: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    done: Mapping[str, Did] = field(default_factory=dict)
    recent: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The page that asks. `zone` is the name of its time zone."""

    url: str = ""
    language: str = ""
    device: Device = "desktop"
    country: str | None = None
    proven: bool = False
    bot: bool = False
    staff_network: bool = False
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision sees. `page` is None where no page is at hand; `besides` is the
    invitation at hand, which never speaks against itself; `full` names the surveys whose quota has
    no place left."""

    person: Person
    now: datetime
    moment: Moment | None = None
    page: Page | None = None
    besides: Ask | None = None
    zone: tzinfo | None = None
    full: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def other_asks(self) -> tuple[Ask, ...]:
        """Every ask but the one at hand."""
        if self.besides is None:
            return self.person.asks
        return tuple(ask for ask in self.person.asks if ask.id != self.besides.id)

    @property
    def other_popups(self) -> tuple[Ask, ...]:
        """Those of them that came over a page: what stands in a page has interrupted nobody."""
        return tuple(ask for ask in self.other_asks if not ask.embedded)
