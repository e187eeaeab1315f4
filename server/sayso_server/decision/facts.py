"""The facts that a decision is based on: the moment, the person and the page. Frozen values."""

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
# How long a popup counts as open if it is neither answered nor closed. During this time no other
# popup is shown, and the next page in the same tab shows it again.
OPEN_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that just happened and may start a decision. `proven` is set for past events, whose
    page is not known."""

    kind: Kind
    source: Source
    at: datetime
    name: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    ask_within: timedelta | None = None
    proven: bool | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
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
        """Whether the invitation is unclaimed and has not expired. If the lease of a claim ends
        before the popup is shown, the invitation waits again. Embedded surveys never wait: only
        their own page can show them."""
        if self.embedded:
            return False
        free = self.state == "queued" or (self.state == "claimed" and not self.held(now))
        return free and now < self.expires_at

    def held(self, now: datetime) -> bool:
        """Whether a page has a lease on the invitation and has not shown it yet."""
        return self.state == "claimed" and self.lease_until is not None and now < self.lease_until

    def open_until(self, now: datetime) -> datetime | None:
        """Until when the popup counts as open: claimed by a page, or shown less than OPEN_FOR ago
        and not closed. None when it is not open."""
        if self.held(now):
            return self.lease_until
        if self.shown_at is None or (self.state in ENDED and self.ended_at is None):
            return None
        until = self.shown_at + OPEN_FOR
        if self.ended_at is not None:  # in a simulation, `now` may be earlier
            until = min(until, self.ended_at)
        return until if now < until else None

    def state_at(self, now: datetime) -> str:
        """The state, including changes that follow only from the passing of time."""
        if self.embedded:
            return self.state
        if self.state == "shown" and self.open_until(now) is None:
            return "ignored"
        return "queued" if self.waits(now) else self.state

    @property
    def outcome(self) -> Outcome:
        """How a popup that was shown ended."""
        match self.state:
            case "started" | "completed":
                return "answered"
            case "dismissed" | "snoozed":
                return self.state
            case _:
                return "ignored"


@dataclass(frozen=True, slots=True)
class EventCount:
    """How often the person has ever done something, and when they last did it."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An earlier event of the person."""

    at: datetime
    properties: Mapping[str, Any]
    source: Source = "page"


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An earlier answer to a score. `scale`: the last point of its scale; None: the usual scale."""

    kind: str
    value: int
    at: datetime
    survey_id: UUID
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """The person a decision is about: every earlier invitation, and the data that rules need.

    `recent` contains the latest events by name, newest first, as many as a rule needs. Buckets are
    derived from `bucket_key`, which stays the same when people are merged.
    """

    bucket_key: str
    user_id: str | None = None
    invitations: tuple[Invitation, ...] = ()
    refused: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    done: Mapping[str, EventCount] = field(default_factory=dict)
    recent: Mapping[str, tuple[PastEvent, ...]] = field(default_factory=dict)
    answers: tuple[EarlierAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The page that would show the survey. `zone` is the name of its time zone."""

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
    """Everything that a decision reads. `page` is None for a moment without a page. `invitation` is
    the subject of the decision; rules do not count it as an earlier invitation. `full` maps each
    survey with an exhausted quota to the name of that quota."""

    person: Person
    now: datetime
    moment: Moment | None = None
    page: Page | None = None
    invitation: Invitation | None = None
    zone: tzinfo | None = None
    full: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def other_invitations(self) -> tuple[Invitation, ...]:
        """Every earlier invitation except `invitation`."""
        if self.invitation is None:
            return self.person.invitations
        return tuple(
            invitation
            for invitation in self.person.invitations
            if invitation.id != self.invitation.id
        )

    @property
    def other_popups(self) -> tuple[Invitation, ...]:
        """The other invitations without embedded surveys, which interrupt nobody."""
        return tuple(invitation for invitation in self.other_invitations if not invitation.embedded)
