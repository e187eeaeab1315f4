"""Corrects timestamps for the difference between the sender's clock and ours."""

from datetime import datetime, timedelta

from sayso_server.api.fields import EARLIEST

AHEAD = timedelta(minutes=5)  # how far in the future a corrected time may be


def corrected(at: datetime | None, sent_at: datetime | None, now: datetime) -> datetime:
    """`at` in server time. `sent_at` is when the call was sent, in the sender's time."""
    if at is None:
        return now
    if sent_at is None:
        return at
    try:
        return at + (now - sent_at)
    except OverflowError:
        return at


def plausible(at: datetime, now: datetime) -> bool:
    """Whether the time is after 2000 and at most `AHEAD` in the future."""
    return EARLIEST <= at <= now + AHEAD
