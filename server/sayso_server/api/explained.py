"""Checks and decisions as the wire says them: with their reason in plain words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sayso_server.decision.decisions import Check
from sayso_server.decision.reasons import Reason
from sayso_server.decision.wording import details
from sayso_server.storage.explaining import Explained
from sayso_server.storage.ledger import plain

Names = Mapping[str, str]


def in_words(reason: Reason, saw: Mapping[str, Any], names: Names) -> dict[str, str]:
    """`reason`, `because` with the values that were seen, and what would change it. `names` are
    those of surveys, by id."""
    because = f"{reason.because} {details(reason, saw, names)}".strip()
    return {"reason": reason.value, "because": because, "remedy": reason.remedy}


def check(one: Check, names: Names) -> dict[str, Any]:
    """One rule, green or red."""
    saw = plain(one.saw)
    words = in_words(one.reason, saw, names)
    if one.passed:
        words |= {"because": one.reason.otherwise, "remedy": ""}
    return {**words, "passed": one.passed, "saw": saw, "until": _moment(one.until)}


def outcome(explained: Explained, names: Names) -> dict[str, str]:
    """What would be decided, by the first rule that fails."""
    fail = explained.failure
    if fail is None:
        asked = Reason.ASKED
        return {"reason": asked.value, "because": asked.otherwise, "remedy": asked.remedy}
    return in_words(fail.reason, plain(fail.saw), names)


def _moment(until: datetime | None) -> str | None:
    return None if until is None else until.isoformat(timespec="seconds")
