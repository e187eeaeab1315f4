"""How long a page has to wait, as the wire says it."""

from datetime import datetime


def seconds_until(moment: datetime, now: datetime) -> float:
    """0 once the moment has come."""
    return max((moment - now).total_seconds(), 0)
