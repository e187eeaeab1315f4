"""Response, completion, abandonment, dismissal and snooze rates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rates:
    """Ratios, usually 0…1; None when the divisor is 0."""

    response: float | None
    completion: float | None
    abandonment: float | None
    dismissal: float | None
    snooze: float | None


def rates(
    *, shown: int, started: int, completed: int, scored: int, dismissed: int, snoozed: int
) -> Rates:
    """Rates of one survey from its counts of invitations. Raises ValueError if one is negative.

    response = scored ÷ shown; completion = completed ÷ started; abandonment = 1 - completion;
    dismissal, snooze = dismissed, snoozed ÷ shown.
    """
    if min(shown, started, completed, scored, dismissed, snoozed) < 0:
        raise ValueError("a count of invitations is negative")
    return Rates(
        response=_ratio(scored, shown),
        completion=_ratio(completed, started),
        abandonment=_ratio(started - completed, started),
        dismissal=_ratio(dismissed, shown),
        snooze=_ratio(snoozed, shown),
    )


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
