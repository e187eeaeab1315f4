"""A sender's clock, corrected by ours."""

from datetime import datetime, timedelta

from sayso_server.api.fields import EARLIEST

AHEAD = timedelta(minutes=5)  # how far in the future a corrected moment may still lie


def corrected(at: datetime | None, sent_at: datetime | None, now: datetime) -> datetime:
    """When it happened by the server's clock; `sent_at` is the sender's clock when it sent."""
    if at is None:
        return now
    if sent_at is None:
        return at
    try:
        return at + (now - sent_at)
    except OverflowError:
        return at


def plausible(at: datetime, now: datetime) -> bool:
    """Neither before this century nor ahead of us."""
    return EARLIEST <= at <= now + AHEAD
