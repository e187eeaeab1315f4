"""The date range of a call."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sayso_server.errors import Invalid
from sayso_server.reporting.report import SPAN


def span_of(query: Mapping[str, Any], today: date) -> tuple[date, date]:
    """The first and the last day, both included; by default the last 90 days. Raises Invalid."""
    last: date = query["last"] or today
    first: date = query["first"] or max(last, date.min + SPAN) - SPAN
    if first > last:
        raise Invalid("The span is empty.", errors={"from": ["Lies after `to`; swap the two."]})
    return first, last
