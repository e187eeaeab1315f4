"""The results of deciding: a check for each rule, and a decision with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sayso_server.decision.reasons import Reason


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one rule. `reason`: its code when it fails. `saw`: the values that it read.
    `until`: when it would pass without further action."""

    reason: Reason
    passed: bool
    saw: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to ask one survey, and why. `waits_until`: when the survey may be asked, if not now.
    `behind`: it waits only for another popup, and may be asked as soon as that popup is closed."""

    survey_id: UUID
    reason: Reason
    version: int = 0
    saw: Mapping[str, Any] = field(default_factory=dict)
    waits_until: datetime | None = None
    behind: bool = False

    @property
    def asked(self) -> bool:
        """Whether to ask now."""
        return self.reason in (Reason.ASKED, Reason.OPENED_BY_HAND, Reason.EMBEDDED)

    @property
    def yes(self) -> bool:
        """Whether no rule failed: ask now, or on the person's next page."""
        return self.asked or self.reason is Reason.QUEUED

    @property
    def invites(self) -> bool:
        """Whether to create an invitation, shown now or waiting."""
        return self.yes or self.waits_until is not None
