"""Checks and decisions as the API returns them, with the reason in plain words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sayso_server.asking.explain import Explained
from sayso_server.decision.decisions import Check
from sayso_server.decision.reasons import Reason
from sayso_server.decision.wording import details
from sayso_server.storage.decisions.ledger import plain

Names = Mapping[str, str]


def in_words(reason: Reason, saw: Mapping[str, Any], names: Names) -> dict[str, str]:
    """The keys `reason`, `because` (with the values the rule looked at) and `remedy`. `names` maps
    survey ids to names."""
    because = f"{reason.because} {details(reason, saw, names)}".strip()
    return {"reason": reason.value, "because": because, "remedy": reason.remedy}


def check_in_words(check: Check, names: Names) -> dict[str, Any]:
    """One rule, passed or failed."""
    saw = plain(check.saw)
    words = in_words(check.reason, saw, names)
    if check.passed:
        words |= {"because": check.reason.otherwise, "remedy": ""}
    return {**words, "passed": check.passed, "saw": saw, "until": _moment(check.until)}


def outcome(explained: Explained, names: Names) -> dict[str, str]:
    """What would be decided: the first rule that fails is the reason."""
    failure = explained.failure
    if failure is None:
        asked = Reason.ASKED
        return {"reason": asked.value, "because": asked.otherwise, "remedy": asked.remedy}
    return in_words(failure.reason, plain(failure.saw), names)


def _moment(until: datetime | None) -> str | None:
    return None if until is None else until.isoformat(timespec="seconds")
