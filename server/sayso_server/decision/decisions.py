"""What comes out: a check for each rule, and a decision with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.decision.reasons import Reason


@dataclass(frozen=True, slots=True)
class Check:
    """One rule held against a situation. `reason` is what its failure is called, `saw` the values
    it looked at, `until` from when on it would pass by itself."""

    reason: Reason
    passed: bool
    saw: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Ask or not, for one survey, and why. `waits_until` is set when not now, but perhaps then;
    `behind` when it waits for another popup, and may come as soon as that is over."""

    survey_id: UUID
    reason: Reason
    version: int = 0
    saw: Mapping[str, Any] = field(default_factory=dict)
    waits_until: datetime | None = None
    behind: bool = False

    @property
    def asked(self) -> bool:
        """Ask now."""
        return self.reason in (Reason.ASKED, Reason.OPENED_BY_HAND, Reason.EMBEDDED)

    @property
    def yes(self) -> bool:
        """Nothing speaks against it: ask now, or on the page that comes for it."""
        return self.asked or self.reason is Reason.QUEUED

    @property
    def invites(self) -> bool:
        """An invitation is made: to be shown now, or to wait."""
        return self.yes or self.waits_until is not None
