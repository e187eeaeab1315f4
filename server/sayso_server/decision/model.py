"""What a decision is made from and what comes out: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sayso_server.decision.reasons import Reason

Source = Literal["page", "backend"]
Kind = Literal["event", "page_view"]
State = Literal[
    "queued", "claimed", "shown", "started", "completed", "dismissed", "snoozed", "refused"
]

ENDED: frozenset[str] = frozenset({"completed", "dismissed", "snoozed", "refused"})


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one property of an event. `value` is absent for `exists`."""

    property: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """Which moments start a decision. `source` None means page and backend alike."""

    kind: Kind
    event: str | None = None
    filters: tuple[Filter, ...] = ()
    source: Source | None = None
    delay: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """A published version, as far as deciding needs it."""

    id: UUID
    version: int
    trigger: Trigger
    ask_within: timedelta
    cool_down: timedelta


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that just happened and may start a decision."""

    kind: Kind
    source: Source
    at: datetime
    name: str | None = None
    properties: Mapping[str, Any] | None = None
    ask_within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """An earlier invitation of the person."""

    id: UUID
    survey_id: UUID
    version: int
    state: State
    available_at: datetime
    expires_at: datetime
    needs_proof: bool = False
    lease_until: datetime | None = None
    shown_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Nobody holds it and its time has not run out; a claim never shown falls back here."""
        free = self.state == "queued" or (self.state == "claimed" and not self.held(now))
        return free and now < self.expires_at

    def held(self, now: datetime) -> bool:
        """A page holds the claim and has not shown it yet."""
        return self.state == "claimed" and self.lease_until is not None and now < self.lease_until


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the person: every ask made so far, and whether they refused for good."""

    asks: tuple[Ask, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Ask or not, for one survey, and why."""

    survey_id: UUID
    reason: Reason

    @property
    def asked(self) -> bool:
        return self.reason is Reason.ASKED
