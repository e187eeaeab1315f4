"""The time that a page has to wait, in seconds."""

from datetime import datetime


def seconds_until(moment: datetime, now: datetime) -> float:
    """0 if the moment is past."""
    return max((moment - now).total_seconds(), 0)
