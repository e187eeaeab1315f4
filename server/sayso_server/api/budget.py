"""Charges the writes of an unproven page call to the limits of its address, visitor and project."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sayso_server.limits import Charge, Limits, day_of

ROW = 1_024  # minimum bytes per row, with its indexes


@dataclass(frozen=True, slots=True)
class UnprovenBudget:
    """The limits of one call without a valid token. `address` is the key from `counted_as`, `size`
    the size of the body in bytes."""

    limits: Limits
    project: UUID
    address: str
    size: int
    now: datetime

    def write(self, visitor: str, rows: int) -> list[Charge]:
        """Charge the rows that the call stores. Returns the charges, to give back if the call
        stores nothing. Raises TooMany."""
        if not rows:
            return []
        size = max(self.size, rows * ROW)
        charges = [
            Charge("stored_kb_per_hour", self.address, size),
            Charge("visitor_stored_kb_per_hour", f"{self.project}/{visitor}", size),
            Charge("unproven_writes_per_day", day_of(self.project, self.now), rows),
        ]
        self.limits.spend(*charges)
        return charges

    def new_person(self) -> None:
        self.limits.spend(Charge("new_people_per_hour", self.address))

    def answers(self, person: UUID, n: int) -> None:
        whose = f"{self.project}/{person}"
        size = max(self.size, n * ROW)
        self.limits.spend(
            Charge("answers_per_hour", self.address, n),
            Charge("visitor_answers_per_hour", whose, n),
            Charge("stored_kb_per_hour", self.address, size),
            Charge("visitor_stored_kb_per_hour", whose, size),
            Charge("unproven_writes_per_day", day_of(self.project, self.now), n),
        )

    def place(self, survey: UUID, most: int) -> bool:
        name = "quota_percent_per_hour"
        whose = f"{self.project}/{survey}/{self.address}"
        return self.limits.take(name, whose, self.limits.percent_of(name, most))
